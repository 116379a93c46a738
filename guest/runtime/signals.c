// Signals: messages to PM.

#include <minix/callnr.h>
#include <minix/ipc.h>
#include <signal.h>
#include <unistd.h>

// Where a handler returns to (trampoline.S).
void __signal_return(void);

int sigaction(int signal, const struct sigaction *action, struct sigaction *old) {
  message request = {
    .m1_i2 = signal,
    .m1_p1 = (uint32_t)action,
    .m1_p2 = (uint32_t)old,
    .m1_p3 = (uint32_t)__signal_return,
  };
  return _syscall(PM_PROC_NR, SIGACTION, &request);
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old) {
  enum { inquire = 4 };
  message request = {.m2_i1 = set != NULL ? how : inquire, .m2_l1 = set != NULL ? (int32_t)*set : 0};
  if (_syscall(PM_PROC_NR, SIGPROCMASK, &request) < 0) {
    return -1;
  }
  if (old != NULL) {
    *old = (sigset_t)request.m2_l1;
  }
  return 0;
}

int sigpending(sigset_t *set) {
  message request = {0};
  if (_syscall(PM_PROC_NR, SIGPENDING, &request) < 0) {
    return -1;
  }
  *set = (sigset_t)request.m2_l1;
  return 0;
}

int sigsuspend(const sigset_t *mask) {
  message request = {.m2_l1 = (int32_t)*mask};
  return _syscall(PM_PROC_NR, SIGSUSPEND, &request);
}

int pause(void) {
  message request = {0};
  return _syscall(PM_PROC_NR, PAUSE, &request);
}

int kill(pid_t pid, int signal) {
  message request = {.m1_i1 = pid, .m1_i2 = signal};
  return _syscall(PM_PROC_NR, KILL, &request);
}

int raise(int signal) {
  return kill(getpid(), signal);
}

// Nothing may come between: what the stack has below the handler's frame is
// overwritten by the next one.
void sigreturn(struct sigcontext *context) {
  sigset_t all = ~(sigset_t)0;
  sigprocmask(SIG_SETMASK, &all, NULL);
  // PM answers when the registers are the context's: not onto its stack.
  static message request;
  request = (message){
    .m2_i2 = context->sc_flags,
    .m2_l1 = (int32_t)context->sc_mask,
    .m2_p1 = (uint32_t)context,
  };
  _syscall(PM_PROC_NR, SIGRETURN, &request);
  // A context that can't be read: there is nothing to go on with.
  __builtin_trap();
}
