// The break: where the data segment ends, and the heap of `sbrk`.

#include <errno.h>
#include <minix/callnr.h>
#include <minix/ipc.h>
#include <stdint.h>
#include <unistd.h>

extern unsigned char __data_end[];  // program.ld
static uintptr_t current;           // 0: where the linker has put it

static uintptr_t currentBreak(void) {
  return current != 0 ? current : (uintptr_t)__data_end;
}

int brk(void *end) {
  message request = {.m1_p1 = (uint32_t)end};
  if (_syscall(PM_PROC_NR, BRK, &request) < 0) {
    return -1;
  }
  current = (uintptr_t)end;
  return 0;
}

void *sbrk(intptr_t byteCount) {
  uintptr_t old = currentBreak();
  uintptr_t end = old + byteCount;
  if (byteCount > 0 ? end < old : end > old) {
    errno = ENOMEM;
    return (void *)-1;
  }
  if (byteCount != 0 && brk((void *)end) < 0) {
    return (void *)-1;
  }
  return (void *)old;
}
