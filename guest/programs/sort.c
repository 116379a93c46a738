// Sorts tens of MiB: a working set that a demand-zero page fault has brought in
// page by page, read and written in every order.  The result is in order, and
// is still the same collection of words: its sum and its mixed sum haven't
// changed.

#include <errno.h>
#include <pages.h>
#include <program.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static const char synopsis[] = "sort [MIB [SEED]]   (16; at most 512)";

enum { digitBits = 11, digitCount = 1 << digitBits, passes = 3 };

// A xorshift generator; never 0.
static uint32_t next(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

// What doesn't depend on the order: the sum, and the sum of the words' mixtures.
typedef struct {
  uint32_t plain, mixed;
} Sums;

static Sums sumsOf(const uint32_t *words, uint32_t count) {
  Sums sums = {0, 0};
  for (uint32_t i = 0; i < count; i++) {
    sums.plain += words[i];
    sums.mixed += (words[i] ^ words[i] >> 15) * 2654435761u;
  }
  return sums;
}

// Moves the words by one digit, those of equal digits in the order they had.
static void distribute(const uint32_t *from, uint32_t *to, uint32_t count, unsigned shift) {
  static uint32_t places[digitCount];
  memset(places, 0, sizeof places);
  for (uint32_t i = 0; i < count; i++) {
    places[from[i] >> shift & (digitCount - 1)]++;
  }
  uint32_t place = 0;
  for (unsigned digit = 0; digit < digitCount; digit++) {
    uint32_t size = places[digit];
    places[digit] = place;
    place += size;
  }
  for (uint32_t i = 0; i < count; i++) {
    to[places[from[i] >> shift & (digitCount - 1)]++] = from[i];
  }
}

static uint32_t *room(size_t byteCount) {
  void *words = mmap(0, byteCount, PROT_READ | PROT_WRITE, MAP_ANON | MAP_PRIVATE, -1, 0);
  if (words == MAP_FAILED) {
    fail("no room for %zu bytes: error %d", byteCount, errno);
  }
  return words;
}

int main(int argc, char **argv) {
  unsigned long mebibytes = 16, seed = 1;
  if (argc > 3 || (argc > 1 && !parse_number(argv[1], &mebibytes)) ||
      (argc > 2 && !parse_number(argv[2], &seed)) || mebibytes == 0 || mebibytes > 512 ||
      seed == 0) {
    usage(synopsis);
  }
  // The words and a copy of them: half of the memory each.
  size_t byteCount = mebibytes << 19;
  uint32_t count = byteCount / sizeof(uint32_t);
  uint32_t *words = room(byteCount), *other = room(byteCount);
  uint32_t state = seed;
  for (uint32_t i = 0; i < count; i++) {
    words[i] = next(&state);
  }
  Sums before = sumsOf(words, count);

  for (unsigned pass = 0; pass < passes; pass++) {
    distribute(words, other, count, pass * digitBits);
    uint32_t *sorted = other;
    other = words;
    words = sorted;
  }

  for (uint32_t i = 1; i < count; i++) {
    if (words[i - 1] > words[i]) {
      fail("word %lu is smaller than the one before it", (unsigned long)i);
    }
  }
  Sums after = sumsOf(words, count);
  if (before.plain != after.plain || before.mixed != after.mixed) {
    fail("the words have changed: sums %#lx and %#lx, then %#lx and %#lx",
         (unsigned long)before.plain, (unsigned long)before.mixed, (unsigned long)after.plain,
         (unsigned long)after.mixed);
  }
  if (munmap(words, byteCount) < 0 || munmap(other, byteCount) < 0) {
    fail("munmap: error %d", errno);
  }
  printf("sorted %lu words in %lu MiB\n", (unsigned long)count, mebibytes);
  return 0;
}
