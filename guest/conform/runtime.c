// What compilers call by themselves, and Embedded Swift's heap.

#include <stddef.h>
#include <stdint.h>

#include "conform.h"

void *memcpy(void *restrict to, const void *restrict from, size_t byteCount);
void *memmove(void *to, const void *from, size_t byteCount);
void *memset(void *to, int byte, size_t byteCount);
int memcmp(const void *left, const void *right, size_t byteCount);
int posix_memalign(void **block, size_t alignment, size_t byteCount);
void free(void *block);
int putchar(int character);
_Noreturn void __stack_chk_fail(void);
void arc4random_buf(void *buffer, size_t byteCount);
_Noreturn void conform_panic(uint32_t reason);

void *memcpy(void *restrict to, const void *restrict from, size_t byteCount) {
  void *cursor = to;
  __asm__ volatile("rep movsb" : "+D"(cursor), "+S"(from), "+c"(byteCount) : : "memory");
  return to;
}

void *memmove(void *to, const void *from, size_t byteCount) {
  if ((size_t)to - (size_t)from >= byteCount) {
    return memcpy(to, from, byteCount);
  }
  void *lastTo = (char *)to + byteCount - 1;
  const void *lastFrom = (const char *)from + byteCount - 1;
  __asm__ volatile(
      "std\n\trep movsb\n\tcld" : "+D"(lastTo), "+S"(lastFrom), "+c"(byteCount) : : "memory");
  return to;
}

void *memset(void *to, int byte, size_t byteCount) {
  void *cursor = to;
  __asm__ volatile("rep stosb" : "+D"(cursor), "+c"(byteCount) : "a"(byte) : "memory");
  return to;
}

int memcmp(const void *left, const void *right, size_t byteCount) {
  const unsigned char *a = left, *b = right;
  for (size_t i = 0; i < byteCount; i++) {
    if (a[i] != b[i]) {
      return a[i] < b[i] ? -1 : 1;
    }
  }
  return 0;
}

// The heap: blocks of powers of two, each class with its list of free ones.
enum { heapBytes = 1 << 20, smallestClass = 5, classCount = 21 };

static _Alignas(32) unsigned char heap[heapBytes];
static size_t heapUsed;
static void *freeBlocks[classCount];

// A block's first 16 bytes hold its class; more alignment than 16 nobody asks for.
int posix_memalign(void **block, size_t alignment, size_t byteCount) {
  unsigned sizeClass = smallestClass;
  while (((size_t)1 << sizeClass) < byteCount + 16) {
    sizeClass++;
  }
  if (alignment > 16 || sizeClass >= classCount) {
    conform_panic(0x4D454D31);
  }
  unsigned char *found = freeBlocks[sizeClass];
  if (found) {
    freeBlocks[sizeClass] = *(void **)(found + 16);
  } else {
    if (heapBytes - heapUsed < (size_t)1 << sizeClass) {
      conform_panic(0x4D454D32);
    }
    found = heap + heapUsed;
    heapUsed += (size_t)1 << sizeClass;
  }
  *(uint32_t *)found = sizeClass;
  *block = found + 16;
  return 0;
}

void free(void *block) {
  if (!block) {
    return;
  }
  unsigned sizeClass = *(uint32_t *)((unsigned char *)block - 16);
  *(void **)block = freeBlocks[sizeClass];
  freeBlocks[sizeClass] = (unsigned char *)block - 16;
}

// Embedded Swift's print, which nobody here uses.
int putchar(int character) {
  return character;
}

uintptr_t __stack_chk_guard = 0xFF0A0D00;

void __stack_chk_fail(void) {
  conform_panic(0x5354434B);
}

// No secret depends on it: a run can be repeated.
void arc4random_buf(void *buffer, size_t byteCount) {
  memset(buffer, 0x5A, byteCount);
}

// 64-bit division, bit by bit: it prints numbers, nothing more.
uint64_t __udivdi3(uint64_t dividend, uint64_t divisor);
uint64_t __umoddi3(uint64_t dividend, uint64_t divisor);

static uint64_t divide(uint64_t dividend, uint64_t divisor, uint64_t *rest) {
  uint64_t quotient = 0;
  *rest = 0;
  for (int bit = 63; bit >= 0; bit--) {
    *rest = *rest << 1 | (dividend >> bit & 1);
    if (*rest >= divisor) {
      *rest -= divisor;
      quotient |= (uint64_t)1 << bit;
    }
  }
  return quotient;
}

uint64_t __udivdi3(uint64_t dividend, uint64_t divisor) {
  uint64_t rest;
  return divide(dividend, divisor, &rest);
}

uint64_t __umoddi3(uint64_t dividend, uint64_t divisor) {
  uint64_t rest;
  divide(dividend, divisor, &rest);
  return rest;
}
