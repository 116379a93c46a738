// Page tables on demand: touches one page in each 4 MiB of a large bss, so
// that every touch needs a page table of its own besides its page.

#include <pages.h>
#include <program.h>
#include <stdint.h>
#include <stdio.h>

enum { mostTables = 256, bytesPerTable = 4 << 20 };

// 1 GiB, and 4 MiB more so that 256 whole stretches of 4 MiB fit in.
DEMAND_ZERO_PAGES(expanse, 263168);

static const char synopsis[] = "sparse [COUNT]   (1 to 256 page tables, 256 if not said)";

// The page that is touched in a stretch: not the same in each.
static volatile uint32_t *pageOf(unsigned table) {
  uintptr_t first = ((uintptr_t)expanse + bytesPerTable - 1) & ~(uintptr_t)(bytesPerTable - 1);
  return (volatile uint32_t *)(first + table * bytesPerTable + table * 37 % 1024 * PAGE_SIZE);
}

int main(int argc, char **argv) {
  unsigned long count = mostTables;
  if (argc > 2 || (argc == 2 && !parse_number(argv[1], &count))) {
    usage(synopsis);
  }
  if (count == 0 || count > mostTables) {
    usage(synopsis);
  }

  for (unsigned table = 0; table < count; table++) {
    pageOf(table)[table] = 0x5A000000 + table;
  }
  for (unsigned table = 0; table < count; table++) {
    volatile uint32_t *words = pageOf(table);
    for (unsigned i = 0; i < PAGE_SIZE / sizeof *words; i++) {
      uint32_t expected = i == table ? 0x5A000000 + table : 0;
      if (words[i] != expected) {
        fail("word %u of the page at %p is %#lx", i, (void *)words, (unsigned long)words[i]);
      }
    }
  }
  printf("touched %lu pages in %lu page tables, %p to %p\n", count, count,
         (void *)pageOf(0), (void *)pageOf(count - 1));
  return 0;
}
