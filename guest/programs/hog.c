// Takes memory until there is none: what happens to who asks, and that the
// others don't feel it.  Run it with little memory, beside others (`scarce`).

#include <errno.h>
#include <pages.h>
#include <program.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const char synopsis[] = "hog touch | allocate | copy";

enum { chunkBytes = 1 << 20, mostChunks = 2048 };

static unsigned char *chunks[mostChunks];

static unsigned char *chunk(int flags) {
  void *start = mmap(0, chunkBytes, PROT_READ | PROT_WRITE, MAP_ANON | MAP_PRIVATE | flags, -1, 0);
  return start == MAP_FAILED ? NULL : start;
}

static void fill(unsigned char *start, uint32_t mark) {
  for (unsigned offset = 0; offset < chunkBytes; offset += PAGE_SIZE) {
    *(uint32_t *)(start + offset) = mark + offset;
  }
}

static void verify(const unsigned char *start, uint32_t mark) {
  for (unsigned offset = 0; offset < chunkBytes; offset += PAGE_SIZE) {
    if (*(const uint32_t *)(start + offset) != mark + offset) {
      fail("memory has changed at %p", (const void *)(start + offset));
    }
  }
}

// Promises are free, pages are not: the touch that finds none is SIGSEGV.
static _Noreturn void touch(void) {
  printf("touching all there is\n");
  for (unsigned i = 0; i < mostChunks; i++) {
    chunks[i] = chunk(0);
    if (chunks[i] == NULL) {
      fail("no address space left");
    }
    fill(chunks[i], i);
  }
  fail("there is more than %u MiB", mostChunks);
}

// Asking for pages at once, one hears ENOMEM, and goes on with what one has.
static void allocate(void) {
  unsigned count = 0;
  while (count < mostChunks && (chunks[count] = chunk(MAP_PREALLOC)) != NULL) {
    fill(chunks[count], count);
    count++;
  }
  if (count == mostChunks || errno != ENOMEM) {
    fail("error %d after %u MiB", errno, count);
  }
  for (unsigned i = 0; i < count; i++) {
    verify(chunks[i], i);
    if (munmap(chunks[i], chunkBytes) < 0) {
      fail("munmap: error %d", errno);
    }
  }
  if (count == 0 || chunk(MAP_PREALLOC) == NULL) {
    fail("what was given back can't be had again");
  }
  printf("ENOMEM with all of the memory taken, and some of it had again\n");
}

// Takes most of the memory and forks: both have it.  The child writes, and dies
// of the page that can't be copied; the parent's memory is whole.
static void copy(void) {
  unsigned count = 0;
  while (count < mostChunks && (chunks[count] = chunk(MAP_PREALLOC)) != NULL) {
    fill(chunks[count], count);
    count++;
  }
  // Room for a stack, for page tables, for a few copies.
  munmap(chunks[--count], chunkBytes);
  pid_t pid = fork();
  if (pid < 0) {
    fail("fork: error %d", errno);
  }
  if (pid == 0) {
    for (unsigned i = 0; i < count; i++) {
      fill(chunks[i], ~i);
    }
    fail("there was memory for a copy of everything");
  }
  int status;
  if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status) || WTERMSIG(status) != SIGSEGV) {
    fail("the child's status word is %#x", status);
  }
  for (unsigned i = 0; i < count; i++) {
    verify(chunks[i], i);
    fill(chunks[i], ~i);  // the last sharer writes without a copy
    verify(chunks[i], ~i);
  }
  printf("the child died of SIGSEGV, the parent's memory is whole\n");
}

int main(int argc, char **argv) {
  if (argc != 2) {
    usage(synopsis);
  }
  if (strcmp(argv[1], "touch") == 0) {
    touch();
  } else if (strcmp(argv[1], "allocate") == 0) {
    allocate();
  } else if (strcmp(argv[1], "copy") == 0) {
    copy();
  } else {
    usage(synopsis);
  }
  return 0;
}
