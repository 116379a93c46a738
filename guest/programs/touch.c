// Demand-zero faults, counted: touches exactly N fresh pages in a chosen
// order, so exactly N page faults, then proves that each holds its word and
// zeros everywhere else.  `touch 0` shows what starting and ending cost.

#include <pages.h>
#include <program.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { mostPages = 131072, wordsPerPage = PAGE_SIZE / sizeof(uint32_t) };

DEMAND_ZERO_PAGES(bss_pages, 131072);

static const char synopsis[] =
    "touch N [sequential | stride K | random SEED] [bss | heap]   (N * K at most 131072)";

// The order in which pages 0, K, 2K… are visited.
typedef struct {
  unsigned long count, stride;
  bool shuffled;
  uint32_t seed;
} Order;

static uint32_t mixed(uint32_t value) {
  value ^= value >> 16;
  value *= 0x7FEB352D;
  value ^= value >> 15;
  value *= 0x846CA68B;
  return value ^ value >> 16;
}

// The place of `index` in a permutation of 0 ..< count that needs no memory:
// a four-round Feistel network over the next even power of two, walked until
// it comes back into the range.
static uint32_t permuted(uint32_t index, uint32_t count, uint32_t seed) {
  unsigned halfBits = 1;
  while ((1u << 2 * halfBits) < count) {
    halfBits++;
  }
  uint32_t halfMask = (1u << halfBits) - 1;
  do {
    uint32_t left = index >> halfBits, right = index & halfMask;
    for (uint32_t round = 0; round < 4; round++) {
      uint32_t next = left ^ (mixed(right + seed * 4 + round) & halfMask);
      left = right;
      right = next;
    }
    index = left << halfBits | right;
  } while (index >= count);
  return index;
}

static uint32_t pageAt(const Order *order, uint32_t step) {
  uint32_t place = order->shuffled ? permuted(step, order->count, order->seed) : step;
  return place * order->stride;
}

static uint32_t wordIndex(uint32_t page) {
  return mixed(page) % wordsPerPage;
}

static uint32_t wordValue(uint32_t page) {
  return mixed(page ^ 0xFA017) | 1;
}

static volatile uint32_t *wordIn(unsigned char *pages, uint32_t page) {
  return (volatile uint32_t *)(pages + page * PAGE_SIZE) + wordIndex(page);
}

// Takes the written word out of the page and looks at what is left.
static void verify(unsigned char *pages, uint32_t page) {
  uint32_t found = *wordIn(pages, page);
  if (found != wordValue(page)) {
    fail("page %lu holds %#lx, not %#lx", (unsigned long)page, (unsigned long)found,
         (unsigned long)wordValue(page));
  }
  const uint32_t *words = (const uint32_t *)(pages + page * PAGE_SIZE);
  uint32_t others = 0;
  for (uint32_t i = 0; i < wordsPerPage; i++) {
    others |= i == wordIndex(page) ? 0 : words[i];
  }
  if (others != 0) {
    fail("page %lu was not all zeros before it was touched", (unsigned long)page);
  }
}

static unsigned long numberOrUsage(const char *argument) {
  unsigned long number;
  if (argument == NULL || !parse_number(argument, &number)) {
    usage(synopsis);
  }
  return number;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    usage(synopsis);
  }
  Order order = {.count = numberOrUsage(argv[1]), .stride = 1};
  bool heap = false;
  for (char **argument = argv + 2; *argument; argument++) {
    if (strcmp(*argument, "stride") == 0) {
      order.stride = numberOrUsage(*++argument);
    } else if (strcmp(*argument, "random") == 0) {
      order.shuffled = true;
      order.seed = numberOrUsage(*++argument);
    } else if (strcmp(*argument, "heap") == 0) {
      heap = true;
    } else if (strcmp(*argument, "sequential") != 0 && strcmp(*argument, "bss") != 0) {
      usage(synopsis);
    }
  }
  if (order.stride == 0 || (order.count > 0 && order.stride > mostPages / order.count)) {
    usage(synopsis);
  }

  unsigned char *pages = bss_pages[0];
  if (heap && order.count > 0) {
    pages = mmap(0, order.count * order.stride * PAGE_SIZE, PROT_READ | PROT_WRITE,
                 MAP_ANON | MAP_PRIVATE, -1, 0);
    if (pages == MAP_FAILED) {
      fail("VM has no room for %lu pages", order.count * order.stride);
    }
  }

  for (uint32_t step = 0; step < order.count; step++) {
    uint32_t page = pageAt(&order, step);
    *wordIn(pages, page) = wordValue(page);
  }
  for (uint32_t step = 0; step < order.count; step++) {
    verify(pages, pageAt(&order, step));
  }
  printf("touched %lu pages\n", order.count);
  return 0;
}
