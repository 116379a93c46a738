// What compilers call by themselves: 64-bit division, the stack protector,
// and Embedded Swift's source of random numbers.

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

uint64_t __udivmoddi4(uint64_t dividend, uint64_t divisor, uint64_t *remainder);
uint64_t __udivdi3(uint64_t dividend, uint64_t divisor);
uint64_t __umoddi3(uint64_t dividend, uint64_t divisor);
int64_t __divdi3(int64_t dividend, int64_t divisor);
int64_t __moddi3(int64_t dividend, int64_t divisor);
_Noreturn void __stack_chk_fail(void);
void arc4random_buf(void *buffer, size_t byteCount);

// Schoolbook division, bit by bit; two 32-bit divisions where the divisor fits.
uint64_t __udivmoddi4(uint64_t dividend, uint64_t divisor, uint64_t *remainder) {
  uint64_t quotient = 0, rest = 0;
  if (divisor >> 32 == 0) {
    uint32_t high = (uint32_t)(dividend >> 32), low = (uint32_t)dividend;
    uint32_t d = (uint32_t)divisor, quotientHigh = high / d, rest32 = high % d, quotientLow;
    __asm__("divl %[d]" : "=a"(quotientLow), "+d"(rest32) : "a"(low), [d] "r"(d));
    quotient = (uint64_t)quotientHigh << 32 | quotientLow;
    rest = rest32;
  } else {
    for (int bit = 63; bit >= 0; bit--) {
      rest = rest << 1 | (dividend >> bit & 1);
      if (rest >= divisor) {
        rest -= divisor;
        quotient |= (uint64_t)1 << bit;
      }
    }
  }
  if (remainder) {
    *remainder = rest;
  }
  return quotient;
}

uint64_t __udivdi3(uint64_t dividend, uint64_t divisor) {
  return __udivmoddi4(dividend, divisor, NULL);
}

uint64_t __umoddi3(uint64_t dividend, uint64_t divisor) {
  uint64_t remainder;
  __udivmoddi4(dividend, divisor, &remainder);
  return remainder;
}

static uint64_t magnitude(int64_t value) {
  return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

int64_t __divdi3(int64_t dividend, int64_t divisor) {
  uint64_t quotient = __udivdi3(magnitude(dividend), magnitude(divisor));
  return (int64_t)((dividend < 0) != (divisor < 0) ? 0 - quotient : quotient);
}

int64_t __moddi3(int64_t dividend, int64_t divisor) {
  uint64_t remainder = __umoddi3(magnitude(dividend), magnitude(divisor));
  return (int64_t)(dividend < 0 ? 0 - remainder : remainder);
}

uintptr_t __stack_chk_guard = 0xFF0A0D00;

void __stack_chk_fail(void) {
  dprintf(2, "stack smashed\n");
  abort();
}

// The same numbers in every run, on purpose: a run can be repeated, down to
// the order of a dictionary.  Nothing here is a secret.
void arc4random_buf(void *buffer, size_t byteCount) {
  static uint32_t state = 0x9E3779B9;
  unsigned char *bytes = buffer;
  for (size_t i = 0; i < byteCount; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    bytes[i] = (unsigned char)(state >> 24);
  }
}
