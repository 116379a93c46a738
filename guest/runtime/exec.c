// EXEC: the new program's stack is built here, by the caller, and PM moves it.

#include <errno.h>
#include <minix/callnr.h>
#include <minix/ipc.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

// How many strings a list has, and their bytes with the closing zeros.
typedef struct {
  size_t count, byteCount;
} Extent;

static Extent extentOf(char *const list[]) {
  Extent extent = {0, 0};
  for (; list[extent.count] != NULL; extent.count++) {
    extent.byteCount += strlen(list[extent.count]) + 1;
  }
  return extent;
}

// Where in the frame the next word and the next string go.
typedef struct {
  unsigned char *frame;
  size_t word, string;
} Cursor;

static void putWord(Cursor *cursor, uint32_t word) {
  memcpy(cursor->frame + cursor->word, &word, sizeof word);
  cursor->word += sizeof word;
}

// The strings, and a list of their offsets that a zero closes.
static void putList(Cursor *cursor, char *const list[]) {
  for (; *list != NULL; list++) {
    size_t byteCount = strlen(*list) + 1;
    memcpy(cursor->frame + cursor->string, *list, byteCount);
    putWord(cursor, cursor->string);
    cursor->string += byteCount;
  }
  putWord(cursor, 0);
}

int execve(const char *path, char *const arguments[], char *const environment[]) {
  Extent argument = extentOf(arguments), variable = extentOf(environment);
  size_t words = 4 * (argument.count + variable.count) + 12;
  size_t frameBytes = (words + argument.byteCount + variable.byteCount + 3) & ~(size_t)3;

  // The frame lies above the break for as long as it takes.
  void *frame = sbrk(frameBytes);
  if (frame == (void *)-1) {
    errno = E2BIG;
    return -1;
  }
  memset(frame, 0, frameBytes);
  Cursor cursor = {.frame = frame, .word = 0, .string = words};
  putWord(&cursor, argument.count);
  putList(&cursor, arguments);
  putList(&cursor, environment);

  message request = {
    .m1_i1 = (int32_t)strlen(path) + 1,
    .m1_i2 = (int32_t)frameBytes,
    .m1_p1 = (uint32_t)path,
    .m1_p2 = (uint32_t)frame,
  };
  _syscall(PM_PROC_NR, EXEC, &request);
  int reason = errno;
  sbrk(-(intptr_t)frameBytes);
  errno = reason;
  return -1;
}

int execv(const char *path, char *const arguments[]) {
  return execve(path, arguments, environ);
}
