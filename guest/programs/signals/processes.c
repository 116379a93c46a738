// Signals between processes: what children have of their parents, how they end.

#include "signals.h"

#include <check.h>
#include <errno.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile unsigned handled;

static void count(int signal, int code, struct sigcontext *context) {
  (void)signal, (void)code, (void)context;
  handled++;
}

static int statusOf(pid_t pid) {
  int status = -1;
  check_equal("waitpid", (uint32_t)pid, (uint32_t)waitpid(pid, &status, 0));
  return status;
}

void check_inheritance(void) {
  check_case("a child's handlers and mask");
  catch_signal(SIGUSR1, count, 0, 0);
  sigset_t blocked = sigmask(SIGTERM), none = 0;
  sigprocmask(SIG_SETMASK, &blocked, NULL);
  handled = 0;
  pid_t pid = fork();
  if (pid == 0) {
    sigset_t mask;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    raise(SIGUSR1);
    raise(SIGTERM);
    _exit(mask == blocked && handled == 1 ? 0 : 1);
  }
  check_equal("its status", 0, (uint32_t)statusOf(pid));
  check_equal("calls of the parent's handler", 0, handled);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

// A child that ends when its parent has long been waiting.
static pid_t childEndingLater(int status) {
  pid_t pid = fork();
  if (pid == 0) {
    struct sigaction action = {.sa_handler = count};
    sigaction(SIGALRM, &action, NULL);
    alarm(1);
    pause();
    _exit(status);
  }
  return pid;
}

void check_ends(void) {
  static const struct {
    const char *name;
    int signal, status;
  } cases[] = {
    {"a child ended by SIGTERM", SIGTERM, SIGTERM},
    {"a child ended by SIGKILL", SIGKILL, SIGKILL},
    {"a child ended by SIGABRT", SIGABRT, SIGABRT + 0x80},
  };
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    check_case(cases[i].name);
    if (cases[i].signal != SIGKILL) {
      catch_signal(cases[i].signal, SIG_DFL, 0, 0);
    }
    pid_t pid = fork();
    if (pid == 0) {
      for (;;) {
        pause();
      }
    }
    check_equal("kill", 0, (uint32_t)kill(pid, cases[i].signal));
    int status = statusOf(pid);
    check_equal("status word", (uint32_t)cases[i].status, (uint32_t)status);
    check_equal("WIFSIGNALED", 1, WIFSIGNALED(status));
    check_equal("WTERMSIG", (uint32_t)cases[i].signal, WTERMSIG(status));
    check_equal("kill, afterwards", (uint32_t)-1, (uint32_t)kill(pid, 0));
    check_equal("errno", ESRCH, (uint32_t)errno);
  }

  check_case("SIGCHLD interrupts a wait for another child");
  catch_signal(SIGCHLD, count, 0, 0);
  handled = 0;
  pid_t waiting = fork();
  if (waiting == 0) {
    for (;;) {
      pause();
    }
  }
  pid_t ending = childEndingLater(3);
  errno = 0;
  check_equal("waitpid", (uint32_t)-1, (uint32_t)waitpid(waiting, NULL, 0));
  check_equal("errno", EINTR, (uint32_t)errno);
  check_equal("calls of the handler", 1, handled);
  check_equal("status", 3, WEXITSTATUS(statusOf(ending)));

  check_case("no SIGCHLD for who waits");
  handled = 0;
  check_equal("status", 4, WEXITSTATUS(statusOf(childEndingLater(4))));
  check_equal("calls of the handler", 0, handled);

  check_case("a child that waits is killed");
  catch_signal(SIGCHLD, SIG_DFL, 0, 0);
  kill(waiting, SIGKILL);
  check_equal("status word", SIGKILL, (uint32_t)statusOf(waiting));
}

void check_refusals(void) {
  check_case("no such signal");
  struct sigaction action = {.sa_handler = SIG_IGN};
  check_equal("sigaction", (uint32_t)-1, (uint32_t)sigaction(26, &action, NULL));
  check_equal("errno", EINVAL, (uint32_t)errno);
  check_equal("kill", (uint32_t)-1, (uint32_t)kill(getpid(), 26));
  check_equal("errno", EINVAL, (uint32_t)errno);

  check_case("no such memory");
  check_equal("sigaction", (uint32_t)-1,
              (uint32_t)sigaction(SIGUSR1, (struct sigaction *)0x1000, NULL));
  check_equal("errno", EFAULT, (uint32_t)errno);

  check_case("no such process");
  check_equal("kill", (uint32_t)-1, (uint32_t)kill(29999, SIGTERM));
  check_equal("errno", ESRCH, (uint32_t)errno);
}
