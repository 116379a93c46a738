// SSE state belongs to the process: a long loop keeps all eight xmm registers
// and a changed MXCSR alive, and must end bit for bit where the same loop
// ends when it is run in short pieces that reload everything.

#include <program.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// The registers between two pieces; steps.S has the same offsets.
typedef struct {
  float f[4], g[4];       // xmm0, xmm1: points that turn around the origin
  float angle[4];         // xmm2
  double sum[2];          // xmm3
  double summand[2];      // xmm4
  uint32_t count[4];      // xmm5
  uint32_t increment[4];  // xmm6
  float product[4];       // xmm7
  uint32_t mxcsr;
} __attribute__((aligned(16))) Registers;

_Static_assert(offsetof(Registers, mxcsr) == 128, "steps.S finds MXCSR after eight registers");

// Loads `registers`, takes `steps` steps without touching memory, stores them.
void sse_steps(Registers *registers, uint32_t steps);

enum { roundUp = 0x5F80, roundDown = 0x3F80, statusFlags = 0x3F, pieceSteps = 1000 };

static const Registers start = {
  .f = {1, 0.5f, -0.25f, 3},
  .g = {0, 2, 0.75f, -1.5f},
  .angle = {0.125f, 0.0625f, 0.1f, 0.3f},
  .sum = {0.1, -1e6},
  .summand = {1.0 / 3, 0.7},
  .count = {0x11111111, 0x22222222, 0x44444444, 0x88888888},
  .increment = {1, 3, 0x10001, 0xFFFFFFFF},
  .product = {7, 8, 9, 10},
  .mxcsr = roundUp,
};

static Registers after(unsigned long steps, unsigned long piece, uint32_t mxcsr) {
  Registers registers = start;
  registers.mxcsr = mxcsr;
  for (unsigned long done = 0; done < steps; done += piece) {
    sse_steps(&registers, steps - done < piece ? steps - done : piece);
  }
  registers.mxcsr &= ~(uint32_t)statusFlags;
  return registers;
}

int main(int argc, char **argv) {
  unsigned long steps = 4000000;
  if (argc > 2 || (argc == 2 && !parse_number(argv[1], &steps)) || steps == 0) {
    usage("sse [STEPS]   (4000000 if not said)");
  }

  Registers whole = after(steps, steps, roundUp);
  if (whole.mxcsr != roundUp) {
    fail("MXCSR is %#lx, not %#x", (unsigned long)whole.mxcsr, roundUp);
  }
  if (memcmp(whole.angle, start.angle, 16) != 0 || memcmp(whole.summand, start.summand, 16) != 0 ||
      memcmp(whole.increment, start.increment, 16) != 0) {
    fail("a register that the loop only reads was changed");
  }
  for (int i = 0; i < 4; i++) {
    if (whole.count[i] != start.count[i] + steps * start.increment[i]) {
      fail("lane %d of xmm5 is %#lx", i, (unsigned long)whole.count[i]);
    }
  }

  Registers pieces = after(steps, pieceSteps, roundUp);
  if (memcmp(&whole, &pieces, sizeof whole) != 0) {
    fail("%lu steps at once and in pieces differ", steps);
  }
  Registers down = after(pieceSteps, pieceSteps, roundDown);
  Registers up = after(pieceSteps, pieceSteps, roundUp);
  if (memcmp(down.sum, up.sum, sizeof up.sum) == 0) {
    fail("the rounding mode makes no difference");
  }
  uint32_t bits;
  memcpy(&bits, whole.f, sizeof bits);
  printf("sse: %lu steps, xmm0 ends with %#010lx\n", steps, (unsigned long)bits);
  return 0;
}
