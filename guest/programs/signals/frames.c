// The handler's frame: what it is called with, and that the interrupted
// registers come back from it.

#include "signals.h"

#include <check.h>
#include <pages.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

static struct {
  int count, signal;
  struct sigcontext *context;
  uintptr_t frame;
  uint32_t returnAddress, eip, oldEBP, copy, alignment;
} seen;

// The frame as the kernel has pushed it lies at the arguments.
static void look(int signal, int code, struct sigcontext *context) {
  uintptr_t ebp = (uintptr_t)__builtin_frame_address(0);
  uint32_t *frame = (uint32_t *)(ebp + 4);
  seen.count++;
  seen.signal = signal;
  seen.context = context;
  seen.frame = (uintptr_t)frame;
  seen.returnAddress = frame[0];
  seen.eip = frame[5];
  seen.oldEBP = frame[4];
  seen.copy = frame[6];
  seen.alignment = ((uintptr_t)frame + 4) % 16;
  (void)code;
}

extern unsigned char __text_end[];

void check_frame(void) {
  check_case("the handler's frame");
  catch_signal(SIGUSR1, look, 0, 0);
  check_equal("raise", 0, (uint32_t)raise(SIGUSR1));
  check_equal("calls of the handler", 1, (uint32_t)seen.count);
  check_equal("signal", SIGUSR1, (uint32_t)seen.signal);
  check_equal("the context, above the frame", seen.frame + 28, (uintptr_t)seen.context);
  check_equal("its address once more", (uintptr_t)seen.context, seen.copy);
  check_equal("EIP, in the frame and the context", seen.context->sc_eip, seen.eip);
  check_equal("EBP, in the frame and the context", seen.context->sc_ebp, seen.oldEBP);
  check_equal("alignment of the arguments", 0, seen.alignment);
  bool inText = seen.eip >= 0x08048000 && seen.eip < (uintptr_t)__text_end;
  check(inText, "EIP, in the program's text", 0x08048000, seen.eip);
  check(seen.context->sc_esp >= (uintptr_t)(seen.context + 1), "ESP, above the context",
        (uintptr_t)(seen.context + 1), seen.context->sc_esp);
}

// Clobbers what a handler may, and the FPU, which is its own.
static void clobber(int signal, int code, struct sigcontext *context) {
  (void)signal, (void)code, (void)context;
  __asm__ volatile(
      "movl $-1, %%eax\n\tmovl $-1, %%ecx\n\tmovl $-1, %%edx\n\tpcmpeqd %%xmm0, %%xmm0\n\t"
      "pcmpeqd %%xmm7, %%xmm7\n\tfldz\n\tfldz"
      :
      :
      : "eax", "ecx", "edx", "xmm0", "xmm7");
}

void check_registers(void) {
  check_case("registers after a handler");
  catch_signal(SIGUSR1, clobber, 0, 0);
  Registers before = {0x11111111, 0x22222222, 0x33333333, 0x44444444, 0x55555555, 0x66666666};
  Registers after = {0};
  uint32_t xmm[2] = {0x12345678, 0x9ABCDEF0};
  double number = 0.1;
  message request = {.m1_i1 = getpid(), .m1_i2 = SIGUSR1, .m_type = KILL};
  kill_with_registers(&request, &before, &after, xmm, &number);
  check_equal("EAX: the result of the trap", 0, after.eax);
  check_equal("ECX: SENDREC", 3, after.ecx);
  check_equal("EDX", before.edx, after.edx);
  check_equal("ESI", before.esi, after.esi);
  check_equal("EDI", before.edi, after.edi);
  check_equal("EBP", before.ebp, after.ebp);
  check_equal("xmm0", 0x12345678, xmm[0]);
  check_equal("xmm7", 0x9ABCDEF0, xmm[1]);
  check(number == 0.1, "st(0)", 0, (uint32_t)(number * 1000));
}

// A page fault of a handler's own making: it maps the page, and the access is
// made again.
static unsigned char *const nowhere = (unsigned char *)0xA0000000;

static void mapPage(int signal, int code, struct sigcontext *context) {
  (void)code, (void)context;
  seen.signal = signal;
  seen.count++;
  mmap(nowhere, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_ANON | MAP_PRIVATE, -1, 0);
}

void check_repair(void) {
  check_case("SIGSEGV, repaired by its handler");
  catch_signal(SIGSEGV, mapPage, 0, 0);
  seen.count = 0;
  *(volatile uint32_t *)(nowhere + 8) = 4711;
  check_equal("what was written", 4711, *(volatile uint32_t *)(nowhere + 8));
  check_equal("calls of the handler", 1, (uint32_t)seen.count);
  check_equal("signal", SIGSEGV, (uint32_t)seen.signal);
  catch_signal(SIGSEGV, SIG_DFL, 0, 0);
  munmap(nowhere, PAGE_SIZE);
}

// The context may be changed: here it goes on behind the division.
static void skipDivision(int signal, int code, struct sigcontext *context) {
  (void)code;
  seen.signal = signal;
  seen.count++;
  context->sc_eip += 2;  // divl %ecx
  context->sc_eax = 42;
}

void check_changed_context(void) {
  check_case("SIGFPE, its instruction skipped by the handler");
  catch_signal(SIGFPE, skipDivision, 0, 0);
  seen.count = 0;
  uint32_t quotient = 1, remainder = 0;
  __asm__ volatile("divl %%ecx" : "+a"(quotient), "+d"(remainder) : "c"(0));
  check_equal("EAX, by the handler", 42, quotient);
  check_equal("calls of the handler", 1, (uint32_t)seen.count);
  check_equal("signal", SIGFPE, (uint32_t)seen.signal);
  catch_signal(SIGFPE, SIG_DFL, 0, 0);
}
