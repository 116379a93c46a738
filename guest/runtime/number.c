// Text to numbers.

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

// 36 and up: not a digit in any base.
static unsigned digitValue(char character) {
  if (character >= '0' && character <= '9') {
    return (unsigned)(character - '0');
  }
  char lower = character | 0x20;
  if (lower >= 'a' && lower <= 'z') {
    return (unsigned)(lower - 'a') + 10;
  }
  return 36;
}

unsigned long strtoul(const char *string, char **end, int base) {
  const char *next = string;
  while (*next == ' ' || (*next >= '\t' && *next <= '\r')) {
    next++;
  }
  bool negative = *next == '-';
  if (*next == '-' || *next == '+') {
    next++;
  }
  bool hexadecimal = next[0] == '0' && (next[1] | 0x20) == 'x' && digitValue(next[2]) < 16;
  if (hexadecimal && (base == 0 || base == 16)) {
    next += 2;
    base = 16;
  } else if (base == 0) {
    base = *next == '0' ? 8 : 10;
  }

  const char *firstDigit = next;
  unsigned long value = 0;
  bool overflow = false;
  for (; digitValue(*next) < (unsigned)base; next++) {
    overflow |= __builtin_mul_overflow(value, (unsigned long)base, &value);
    overflow |= __builtin_add_overflow(value, (unsigned long)digitValue(*next), &value);
  }
  if (end) {
    *end = (char *)(next == firstDigit ? string : next);
  }
  if (overflow) {
    errno = ERANGE;
    return ULONG_MAX;
  }
  return negative ? 0 - value : value;
}
