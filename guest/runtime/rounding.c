// Rounding to whole numbers, which compilers call where the processor is not
// known to have an instruction for it (Embedded Swift's dictionaries do).

#include <stdint.h>

double ceil(double value);
double floor(double value);
double trunc(double value);
double rint(double value);

// The rounding field of the x87 control word.
enum { down = 0x0400, up = 0x0800, towardZero = 0x0C00, field = 0x0C00 };

static double rounded(double value, uint16_t mode) {
  uint16_t control;
  __asm__ volatile("fnstcw %0" : "=m"(control));
  uint16_t changed = (uint16_t)((control & ~field) | mode);
  double result;
  __asm__ volatile(
      "fldcw %2\n\t"
      "frndint\n\t"
      "fldcw %3"
      : "=t"(result) : "0"(value), "m"(changed), "m"(control));
  return result;
}

double ceil(double value) {
  return rounded(value, up);
}

double floor(double value) {
  return rounded(value, down);
}

double trunc(double value) {
  return rounded(value, towardZero);
}

// By the rounding mode that the program has set.
double rint(double value) {
  __asm__ volatile("frndint" : "+t"(value));
  return value;
}
