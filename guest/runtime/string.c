// Bytes and strings.  The processor's own string instructions move the
// blocks, so no loop here can be turned back into a call of itself.

#include <stdint.h>
#include <string.h>

void *memcpy(void *restrict to, const void *restrict from, size_t byteCount) {
  void *cursor = to;
  __asm__ volatile("rep movsb" : "+D"(cursor), "+S"(from), "+c"(byteCount) : : "memory");
  return to;
}

void *memmove(void *to, const void *from, size_t byteCount) {
  if ((size_t)to - (size_t)from >= byteCount) {
    return memcpy(to, from, byteCount);
  }
  // `to` begins inside the source: from the last byte down.  Without the
  // direction flag, which a signal's handler would find as it is.
  uint32_t byte;
  __asm__ volatile(
      "jmp 2f\n"
      "1:\tmovzbl (%[from],%[count]), %[byte]\n\t"
      "movb %b[byte], (%[to],%[count])\n"
      "2:\tsubl $1, %[count]\n\t"
      "jae 1b"
      : [count] "+r"(byteCount), [byte] "=&q"(byte)
      : [to] "r"(to), [from] "r"(from)
      : "memory", "cc");
  return to;
}

void *memset(void *to, int byte, size_t byteCount) {
  void *cursor = to;
  __asm__ volatile("rep stosb" : "+D"(cursor), "+c"(byteCount) : "a"(byte) : "memory");
  return to;
}

int memcmp(const void *left, const void *right, size_t byteCount) {
  const unsigned char *l = left, *r = right;
  for (; byteCount > 0; byteCount--, l++, r++) {
    if (*l != *r) {
      return *l - *r;
    }
  }
  return 0;
}

size_t strlen(const char *string) {
  const char *end = string;
  while (*end) {
    end++;
  }
  return (size_t)(end - string);
}

int strcmp(const char *left, const char *right) {
  while (*left && *left == *right) {
    left++;
    right++;
  }
  return (unsigned char)*left - (unsigned char)*right;
}

int strncmp(const char *left, const char *right, size_t byteCount) {
  while (byteCount > 0 && *left && *left == *right) {
    left++;
    right++;
    byteCount--;
  }
  return byteCount == 0 ? 0 : (unsigned char)*left - (unsigned char)*right;
}

char *strchr(const char *string, int character) {
  for (; *string != (char)character; string++) {
    if (*string == '\0') {
      return NULL;
    }
  }
  return (char *)string;
}
