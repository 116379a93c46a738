// Forks or execs thousands of times; afterwards there are as many free pages as
// before.  Only a system process may ask VM (`--as system`).

#include <errno.h>
#include <minix/callnr.h>
#include <minix/ipc.h>
#include <pages.h>
#include <program.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char synopsis[] = "soak forks | execs [CYCLES]   (100)";

enum { pageCount = 16 };

DEMAND_ZERO_PAGES(pages, 16);

static uint32_t freePages(void) {
  struct {
    uint32_t pageBytes, total, free, largestRun;
  } statistics;
  message request = {.m1_i1 = VMIW_STATS, .m1_p3 = (uint32_t)&statistics};
  if (_syscall(VM_PROC_NR, VM_INFO, &request) < 0) {
    fail("VM_INFO: error %d (run it with --as system)", errno);
  }
  return statistics.free;
}

// The child writes the even pages, the parent the odd ones.  Each finds the
// other's as they were at the fork.
static void forkOnce(uint32_t cycle) {
  pid_t pid = fork();
  if (pid < 0) {
    fail("fork: error %d", errno);
  }
  unsigned own = pid == 0 ? 0 : 1;
  uint32_t others = pid == 0 ? cycle : 0;
  for (unsigned page = own; page < pageCount; page += 2) {
    *(uint32_t *)pages[page] = cycle + 1;
  }
  for (unsigned page = 1 - own; page < pageCount; page += 2) {
    if (*(uint32_t *)pages[page] != others) {
      fail("cycle %lu: page %u holds %#lx, not %#lx", (unsigned long)cycle, page,
           (unsigned long)*(uint32_t *)pages[page], (unsigned long)others);
    }
  }
  if (pid == 0) {
    _exit(7);
  }
}

static void execOnce(void) {
  pid_t pid = fork();
  if (pid < 0) {
    fail("fork: error %d", errno);
  }
  if (pid == 0) {
    char *words[] = {"soak", "end", NULL};
    execv("soak", words);
    _exit(1);
  }
}

int main(int argc, char **argv) {
  unsigned long cycles = 100;
  if (argc == 2 && strcmp(argv[1], "end") == 0) {
    _exit(7);
  }
  if (argc < 2 || argc > 3 || (argc == 3 && !parse_number(argv[2], &cycles))) {
    usage(synopsis);
  }
  bool forks = strcmp(argv[1], "forks") == 0;
  if (!forks && strcmp(argv[1], "execs") != 0) {
    usage(synopsis);
  }
  // The first cycle takes the pages that the program keeps.
  uint32_t before = 0;
  for (uint32_t cycle = 0; cycle <= cycles; cycle++) {
    if (forks) {
      forkOnce(cycle);
    } else {
      execOnce();
    }
    int status;
    if (wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 7) {
      fail("cycle %lu: status word %#x, error %d", (unsigned long)cycle, status, errno);
    }
    if (cycle == 0) {
      before = freePages();
    }
  }
  uint32_t after = freePages();
  if (after != before) {
    fail("%lu pages were free, now %lu", (unsigned long)before, (unsigned long)after);
  }
  printf("%lu %s, %lu pages free before and after\n", cycles, argv[1], (unsigned long)after);
  return 0;
}
