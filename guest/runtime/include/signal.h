// Signals: what a process can do about them.
//
// Numbers, structures and behaviour are MINIX 3's own (April 2010): there is no
// job control, handlers stay installed, and no call is started again: one that
// a handler interrupts returns -1 and EINTR.

#ifndef SIGNAL_H
#define SIGNAL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGBUS 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGCHLD 17

typedef uint32_t sigset_t;  // signal n is bit n

// What a handler gets as its third argument, and what the process goes on with
// when the handler returns: a handler may change it.
struct sigcontext {
  int32_t sc_flags;  // SC_FPU
  uint32_t sc_mask;  // the mask from before
  uint16_t sc_gs, sc_fs, sc_es, sc_ds;
  uint32_t sc_edi, sc_esi, sc_ebp, sc_unused_esp, sc_ebx, sc_edx, sc_ecx, sc_eax;
  uint32_t sc_unused_return, sc_eip, sc_cs, sc_eflags, sc_esp, sc_ss;
  uint8_t sc_fpu[512];  // as fxsave stores it
};
#define SC_FPU 0x1000  // sc_fpu holds something

_Static_assert(sizeof(struct sigcontext) == 584, "a signal context is 584 bytes");
_Static_assert(offsetof(struct sigcontext, sc_eip) == 8 + 44, "EIP is where MINIX has it");
_Static_assert(offsetof(struct sigcontext, sc_fpu) == 72, "so is the FPU's state");

typedef void (*sighandler_t)(int signal, int code, struct sigcontext *context);
#define SIG_DFL ((sighandler_t)0)
#define SIG_IGN ((sighandler_t)1)

struct sigaction {
  sighandler_t sa_handler;
  sigset_t sa_mask;  // blocked besides while the handler runs
  int32_t sa_flags;  // SA_*
};
_Static_assert(sizeof(struct sigaction) == 12, "an action is 12 bytes");
#define SA_RESETHAND 0x0002  // the default again once it is caught
#define SA_NODEFER 0x0004    // the handler may be interrupted by its own signal

// Null pointers: nothing new is set, the old one isn't told.
int sigaction(int signal, const struct sigaction *action, struct sigaction *old);

#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2
int sigprocmask(int how, const sigset_t *set, sigset_t *old);

// Signals that are blocked and have come.
int sigpending(sigset_t *set);

// Waits with another mask until a handler has run: always -1, and EINTR.
int sigsuspend(const sigset_t *mask);

int kill(pid_t pid, int signal);
int raise(int signal);

// Goes on with a context, as the end of a handler does.
_Noreturn void sigreturn(struct sigcontext *context);

static inline sigset_t sigmask(int signal) {
  return (sigset_t)1 << signal;
}

#endif
