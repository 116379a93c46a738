// A tree of processes by fork, and what copy-on-write means: each process
// writes some of the pages that it has from its parent, and sees in all others
// what its nearest ancestor wrote.  Only written pages are copied.

#include <errno.h>
#include <pages.h>
#include <program.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { mostPages = 1024, mostProcesses = 255, wordsPerPage = PAGE_SIZE / sizeof(uint32_t) };

DEMAND_ZERO_PAGES(pages, 1024);

static const char synopsis[] =
    "forktree [DEPTH [CHILDREN [PAGES]]]   (3 3 32; at most 255 processes and 1024 pages)";

static unsigned long depth = 3, children = 3, page_count = 32;

// Who wrote each page last, as this process should see it.  Process 0 is the
// root, process n's children are n * children + 1 and so on.
static uint8_t writer[mostPages];

static uint32_t wordOf(unsigned process, unsigned page, unsigned index) {
  return (process << 24 | page << 10 | index) * 2654435761u;
}

static void writePage(unsigned process, unsigned page) {
  uint32_t *words = (uint32_t *)pages[page];
  for (unsigned i = 0; i < wordsPerPage; i++) {
    words[i] = wordOf(process, page, i);
  }
  writer[page] = (uint8_t)process;
}

static void verifyPages(unsigned process) {
  for (unsigned page = 0; page < page_count; page++) {
    const uint32_t *words = (const uint32_t *)pages[page];
    for (unsigned i = 0; i < wordsPerPage; i++) {
      if (words[i] != wordOf(writer[page], page, i)) {
        fail("process %u sees %#lx in page %u at %u, not what %u wrote", process,
             (unsigned long)words[i], page, i, writer[page]);
      }
    }
  }
}

static unsigned grow(unsigned process, unsigned level);

// A child's life: it writes its share of the pages, and has children itself.
// Its status is how many processes there were from it down.
static _Noreturn void live(unsigned process, unsigned level, unsigned share) {
  verifyPages(process);
  for (unsigned page = share; page < page_count; page += children + 1) {
    writePage(process, page);
  }
  exit((int)grow(process, level));
}

static unsigned grow(unsigned process, unsigned level) {
  unsigned processes = 1;
  if (level < depth) {
    for (unsigned i = 0; i < children; i++) {
      pid_t pid = fork();
      if (pid < 0) {
        fail("fork: error %d", errno);
      }
      if (pid == 0) {
        live((unsigned)(process * children + 1 + i), level + 1, i);
      }
    }
    for (unsigned i = 0; i < children; i++) {
      int status;
      if (wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 0) {
        fail("a child of process %u ended with status word %#x", process, status);
      }
      processes += WEXITSTATUS(status);
    }
    if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD) {
      fail("process %u has more children than it made", process);
    }
  }
  // Nothing that they wrote is seen here.
  verifyPages(process);
  return processes;
}

static unsigned long expectedProcesses(void) {
  unsigned long total = 0, layer = 1;
  for (unsigned long level = 0; level <= depth && total <= mostProcesses; level++) {
    total += layer;
    layer *= children;
  }
  return total;
}

int main(int argc, char **argv) {
  unsigned long *numbers[] = {&depth, &children, &page_count};
  for (int i = 1; i < argc; i++) {
    if (i > 3 || !parse_number(argv[i], numbers[i - 1])) {
      usage(synopsis);
    }
  }
  if (children == 0 || children > mostProcesses || expectedProcesses() > mostProcesses ||
      page_count > mostPages) {
    usage(synopsis);
  }
  for (unsigned page = 0; page < page_count; page++) {
    writePage(0, page);
  }
  unsigned processes = grow(0, 0);
  if (processes != expectedProcesses()) {
    fail("%u processes reported, not %lu", processes, expectedProcesses());
  }
  printf("%u processes, each with its own view of %lu pages\n", processes, page_count);
  return 0;
}
