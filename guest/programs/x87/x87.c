// x87 state belongs to the process: a long loop keeps the whole stack of
// eight 80-bit registers and a changed control word alive, and must end bit
// for bit where the same loop ends when it is run in short pieces.

#include <program.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// The registers between two pieces; steps.S has the same offsets.
typedef struct {
  long double stack[8];  // ST(0) to ST(7), 12 bytes each
  uint16_t control;
  uint16_t unused;
} Registers;

_Static_assert(offsetof(Registers, control) == 96, "steps.S finds the control word there");

// Loads `registers`, takes `steps` steps without touching memory, stores them.
void x87_steps(Registers *registers, uint32_t steps);

// Extended precision, all exceptions masked.
enum { roundUp = 0x0B7F, roundDown = 0x077F, pieceSteps = 1000 };

// ST(0) to ST(5) each become value * ST(7) + ST(6), in turns.
static const Registers start = {
  .stack = {1, -2, 0.1L, 1e10L, -3.3e-5L, 7, 1.0L / 3, 1 + 0x1p-26L},
  .control = roundUp,
};

static Registers after(unsigned long steps, unsigned long piece, uint16_t control) {
  Registers registers = start;
  registers.control = control;
  for (unsigned long done = 0; done < steps; done += piece) {
    x87_steps(&registers, steps - done < piece ? steps - done : piece);
  }
  return registers;
}

int main(int argc, char **argv) {
  unsigned long steps = 1000000;
  if (argc > 2 || (argc == 2 && !parse_number(argv[1], &steps)) || steps == 0) {
    usage("x87 [STEPS]   (1000000 if not said)");
  }

  Registers whole = after(steps, steps, roundUp);
  if (whole.control != roundUp) {
    fail("the control word is %#x, not %#x", whole.control, roundUp);
  }
  if (memcmp(&whole.stack[6], &start.stack[6], 10) != 0 ||
      memcmp(&whole.stack[7], &start.stack[7], 10) != 0) {
    fail("a register that the loop only reads was changed");
  }

  Registers pieces = after(steps, pieceSteps, roundUp);
  for (int i = 0; i < 8; i++) {
    if (memcmp(&whole.stack[i], &pieces.stack[i], 10) != 0) {
      fail("ST(%d) differs between %lu steps at once and in pieces", i, steps);
    }
  }
  Registers down = after(pieceSteps, pieceSteps, roundDown);
  Registers up = after(pieceSteps, pieceSteps, roundUp);
  if (memcmp(&down.stack[0], &up.stack[0], 10) == 0) {
    fail("the rounding mode makes no difference");
  }
  uint64_t significand;
  memcpy(&significand, &whole.stack[0], sizeof significand);
  printf("x87: %lu steps, ST(0) ends with significand %#llx\n", steps,
         (unsigned long long)significand);
  return 0;
}
