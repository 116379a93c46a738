// Work without a single call or fault: an integer loop whose last value is
// also known by a shortcut.  `spin forever` never ends, for time limits.

#include <program.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const uint32_t factor = 1664525, summand = 1013904223;

// What n steps of value * factor + summand make of 1, in log n steps: two
// steps are again one multiplication and one addition.
static uint32_t shortcut(unsigned long n) {
  uint32_t value = 1, f = factor, s = summand;
  for (; n > 0; n >>= 1) {
    if (n & 1) {
      value = value * f + s;
    }
    s = f * s + s;
    f *= f;
  }
  return value;
}

static uint32_t step(uint32_t value) {
  value = value * factor + summand;
  __asm__ volatile("" : "+r"(value));  // each step is really taken
  return value;
}

int main(int argc, char **argv) {
  unsigned long iterations = 10000000;
  if (argc == 2 && strcmp(argv[1], "forever") == 0) {
    printf("spinning for ever\n");
    for (uint32_t value = 1;;) {
      value = step(value);
    }
  }
  if (argc > 2 || (argc == 2 && !parse_number(argv[1], &iterations))) {
    usage("spin [ITERATIONS | forever]   (10000000 if not said)");
  }

  uint32_t value = 1;
  for (unsigned long i = 0; i < iterations; i++) {
    value = step(value);
  }
  if (value != shortcut(iterations)) {
    fail("%lu iterations gave %#lx, not %#lx", iterations, (unsigned long)value,
         (unsigned long)shortcut(iterations));
  }
  printf("spun %lu times: %#lx\n", iterations, (unsigned long)value);
  return 0;
}
