// A growing and shrinking heap: the break goes up, down and up again, and every
// page is seen to be zero when it is new and unchanged ever after.  Memory below
// a lowered break is kept, as in MINIX: raised again, it is what it was.

#include <check.h>
#include <errno.h>
#include <pages.h>
#include <program.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

enum { wordsPerPage = PAGE_SIZE / sizeof(uint32_t), mostPages = 16384 };

static unsigned char *start;  // of the first whole page above the data

static uint32_t wordOf(unsigned page, unsigned index) {
  return (page * wordsPerPage + index) * 2654435761u | 1;
}

static uint32_t *wordsIn(unsigned page) {
  return (uint32_t *)(start + page * PAGE_SIZE);
}

// One check for each page: all words are zero, or all are what was written.
static void checkPages(unsigned from, unsigned to, bool written) {
  for (unsigned page = from; page < to; page++) {
    unsigned wrong = 0;
    for (unsigned i = 0; i < wordsPerPage; i++) {
      wrong += wordsIn(page)[i] != (written ? wordOf(page, i) : 0);
    }
    check_equal(written ? "wrong words in a page" : "words in a new page", 0, wrong);
  }
}

static void writePages(unsigned from, unsigned to) {
  for (unsigned page = from; page < to; page++) {
    for (unsigned i = 0; i < wordsPerPage; i++) {
      wordsIn(page)[i] = wordOf(page, i);
    }
  }
}

static void moveBreak(unsigned pages) {
  check_equal("brk", 0, (uint32_t)brk(start + pages * PAGE_SIZE));
  check_equal("the break", (uint32_t)start + pages * PAGE_SIZE, (uint32_t)sbrk(0));
}

static void growAndShrink(unsigned pages) {
  check_case("growing step by step");
  for (unsigned page = 0; page < pages; page += pages / 8) {
    moveBreak(page + pages / 8);
    checkPages(page, page + pages / 8, false);
    writePages(page, page + pages / 8);
  }
  checkPages(0, pages, true);

  check_case("shrinking to the half");
  moveBreak(pages / 2);
  checkPages(0, pages / 2, true);

  check_case("growing to twice the size");
  moveBreak(pages * 2);
  checkPages(0, pages, true);
  checkPages(pages, pages * 2, false);

  check_case("shrinking to nothing");
  moveBreak(0);
}

static void refusals(void) {
  static const struct {
    const char *name;
    uint32_t end;
  } cases[] = {
    {"into the stack", 0x7C000000},
    {"above everything", 0xFFFFFFFF},
    {"into the text", 0x08048000},
    {"to address 0", 0},
  };
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    check_case(cases[i].name);
    void *before = sbrk(0);
    errno = 0;
    check_equal("brk", (uint32_t)-1, (uint32_t)brk((void *)cases[i].end));
    check_equal("errno", ENOMEM, errno);
    check_equal("the break", (uint32_t)before, (uint32_t)sbrk(0));
  }
}

int main(int argc, char **argv) {
  unsigned long pages = 512;
  if (argc > 2 || (argc == 2 && !parse_number(argv[1], &pages)) || pages == 0 || pages % 8 != 0 ||
      pages > mostPages) {
    usage("heap [PAGES]   (512; a multiple of 8, at most 16384)");
  }
  check_subject("heap");
  start = (unsigned char *)(((uintptr_t)sbrk(0) + PAGE_SIZE - 1) & ~(uintptr_t)(PAGE_SIZE - 1));
  moveBreak(0);
  growAndShrink((unsigned)pages);
  refusals();
  check_summary();
  return check_failed();
}
