// Pages that come and go: touches N fresh pages, some at a time, and gives
// them back, so that N demand-zero faults need the memory of a few.

#include <pages.h>
#include <program.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>

enum { atOnce = 256 };

int main(int argc, char **argv) {
  unsigned long count;
  if (argc != 2 || !parse_number(argv[1], &count)) {
    usage("churn N");
  }
  unsigned long left = count;
  while (left > 0) {
    unsigned long part = left < atOnce ? left : atOnce;
    unsigned char *pages =
        mmap(0, part * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    if (pages == MAP_FAILED) {
      fail("VM has no room for %lu pages", part);
    }
    for (unsigned long page = 0; page < part; page++) {
      // A write, as a fresh page's first touch usually is.
      volatile uint32_t *words = (volatile uint32_t *)(pages + page * PAGE_SIZE);
      words[0] = (uint32_t)page + 1;
      if (words[1] != 0) {
        fail("page %lu was not empty", page);
      }
      words[1] = words[0];
    }
    if (munmap(pages, part * PAGE_SIZE) != 0) {
      fail("VM does not take %lu pages back", part);
    }
    left -= part;
  }
  printf("touched %lu pages, %d at a time\n", count, atOnce);
  return 0;
}
