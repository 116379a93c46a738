// Segmentation faults, one kind a run: says what it is about to touch, from
// which instruction, and touches it.  SIGSEGV is right; going on is wrong.

#include <program.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

// accesses.S: one instruction each, with a global label on it.
uint32_t segv_read(uintptr_t address);
void segv_write(uintptr_t address);
void segv_jump(uintptr_t address);
extern const char segv_read_instruction[], segv_write_instruction[];

extern const char _start[];

enum {
  unmapped = 0x60000000,  // between the end of bss and the stack
  stub = 0xF0000000,      // the supervisor's range, to the end of the address space
  arena = 0xF0400000,     // the supervisor's view of the page tables
  clockPage = 0xF8400000, // the kernel's page, for all to read
  lastUserPage = 0xEFFFF000,
};

static const volatile uint32_t constant = 0xC0457A47;

typedef enum { reads, writes, jumps } Access;

typedef struct {
  const char *name;
  Access access;
  uintptr_t address;
} Kind;

static const Kind kinds[] = {
  {"read-null", reads, 0},
  {"write-null", writes, 0},
  {"jump-null", jumps, 0},
  {"read-unmapped", reads, unmapped},
  {"write-unmapped", writes, unmapped},
  {"jump-unmapped", jumps, unmapped},
  {"write-text", writes, (uintptr_t)_start},
  {"write-rodata", writes, (uintptr_t)&constant},
  {"read-stub", reads, stub},
  {"write-stub", writes, stub},
  {"jump-stub", jumps, stub},
  {"read-arena", reads, arena},
  {"write-arena", writes, arena},
  {"write-clock", writes, clockPage},
  {"run-off", jumps, stub},
};

static _Noreturn void listKinds(void) {
  dprintf(2, "kinds:");
  for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    dprintf(2, " %s", kinds[i].name);
  }
  dprintf(2, " ok\n");
  usage("segv KIND");
}

// Fills the last page that a user may have with no-operations and runs off
// its end, into the supervisor's range.
static void runOff(void) {
  unsigned char *page = mmap((void *)lastUserPage, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                             MAP_ANON | MAP_PRIVATE, -1, 0);
  if (page != (void *)lastUserPage) {
    fail("VM gave %p, not the last user page", (void *)page);
  }
  memset(page, 0x90, 4096);
  segv_jump(lastUserPage + 4092);
}

static void touch(const Kind *kind) {
  static const char *const verbs[] = {"read", "write", "jump to"};
  printf("%s: will %s %#lx", kind->name, verbs[kind->access], (unsigned long)kind->address);
  switch (kind->access) {
    case reads:
      printf(" from segv_read_instruction at %p\n", (void *)segv_read_instruction);
      segv_read(kind->address);
      break;
    case writes:
      printf(" from segv_write_instruction at %p\n", (void *)segv_write_instruction);
      segv_write(kind->address);
      break;
    case jumps:
      printf("\n");
      if (strcmp(kind->name, "run-off") == 0) {
        runOff();
      } else {
        segv_jump(kind->address);
      }
  }
}

int main(int argc, char **argv) {
  if (argc != 2) {
    listKinds();
  }
  if (strcmp(argv[1], "ok") == 0) {
    printf("ok: touches nothing that it may not\n");
    return 0;
  }
  for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (strcmp(argv[1], kinds[i].name) == 0) {
      touch(&kinds[i]);
      fail("survived %s", kinds[i].name);
    }
  }
  listKinds();
}
