// Every exception that ring 3 can raise without a page fault, one kind a run:
// says which vector, error code and signal are due, and at which EIP.

#include <program.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define SIGILL 4
#define SIGTRAP 5
#define SIGFPE 8
#define SIGSEGV 11
#define SIGEMT 16

typedef struct {
  const char *name;
  void (*raise)(void);
  const char *eip;  // what the exception frame holds
  int vector;
  unsigned errorCode;
  int signal;
} Kind;

// raise.S: for each kind a function, and a label where the frame's EIP points
// (faults: the instruction itself; traps: the one after it).
#define KINDS(KIND)                                 \
  KIND(divide, "divide", 0, 0, SIGFPE)              \
  KIND(debug, "debug", 1, 0, SIGTRAP)               \
  KIND(int3, "int3", 3, 0, SIGEMT)                  \
  KIND(into, "into", 4, 0, SIGFPE)                  \
  KIND(bound, "bound", 5, 0, SIGFPE)                \
  KIND(ud2, "ud2", 6, 0, SIGILL)                    \
  KIND(iret_nt, "iret-nt", 10, 0, SIGSEGV)          \
  KIND(hlt, "hlt", 13, 0, SIGSEGV)                  \
  KIND(cli, "cli", 13, 0, SIGSEGV)                  \
  KIND(in, "in", 13, 0, SIGSEGV)                    \
  KIND(mov_cr3, "mov-cr3", 13, 0, SIGSEGV)          \
  KIND(long, "long", 13, 0, SIGSEGV)                \
  KIND(int_1, "int-1", 13, 0x0A, SIGSEGV)           \
  KIND(int_8, "int-8", 13, 0x42, SIGSEGV)           \
  KIND(int_14, "int-14", 13, 0x72, SIGSEGV)         \
  KIND(int_34, "int-34", 13, 0x112, SIGSEGV)        \
  KIND(int_0x80, "int-0x80", 13, 0x402, SIGSEGV)    \
  KIND(load_ds, "load-ds", 13, 0x10, SIGSEGV)       \
  KIND(load_ss, "load-ss", 13, 0x10, SIGSEGV)       \
  KIND(load_limit, "load-limit", 13, 0xFFF8, SIGSEGV) \
  KIND(far_jump, "far-jump", 13, 0x08, SIGSEGV)     \
  KIND(x87, "x87", 16, 0, SIGFPE)                   \
  KIND(simd, "simd", 19, 0, SIGFPE)

#define DECLARE(symbol, name, vector, errorCode, signal) \
  void exceptions_##symbol(void);                        \
  extern const char exceptions_##symbol##_eip[];
KINDS(DECLARE)

#define ENTRY(symbol, name, vector, errorCode, signal) \
  {name, exceptions_##symbol, exceptions_##symbol##_eip, vector, errorCode, signal},
static const Kind kinds[] = {KINDS(ENTRY)};

static _Noreturn void listKinds(void) {
  dprintf(2, "kinds:");
  for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    dprintf(2, " %s", kinds[i].name);
  }
  dprintf(2, " ok\n");
  usage("exceptions KIND");
}

int main(int argc, char **argv) {
  if (argc != 2) {
    listKinds();
  }
  if (strcmp(argv[1], "ok") == 0) {
    printf("ok: raises nothing\n");
    return 0;
  }
  for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    const Kind *kind = &kinds[i];
    if (strcmp(argv[1], kind->name) == 0) {
      printf("%s: vector %d, error code %#x, signal %d, EIP %p\n", kind->name, kind->vector,
             kind->errorCode, kind->signal, (void *)kind->eip);
      kind->raise();
      fail("survived %s", kind->name);
    }
  }
  listKinds();
}
