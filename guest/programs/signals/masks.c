// Which signals come, when, and in what order.

#include "signals.h"

#include <check.h>
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

enum { mostEvents = 8 };

// What the handlers saw: signals in the order of their handlers' beginnings.
static int events[mostEvents];
static unsigned eventCount;
static sigset_t maskSeen;

static void note(int signal, int code, struct sigcontext *context) {
  (void)code, (void)context;
  if (eventCount < mostEvents) {
    events[eventCount++] = signal;
  }
  sigprocmask(SIG_SETMASK, NULL, &maskSeen);
}

static sigset_t mask(void) {
  sigset_t mask;
  sigprocmask(SIG_SETMASK, NULL, &mask);
  return mask;
}

static sigset_t pending(void) {
  sigset_t set;
  sigpending(&set);
  return set;
}

static void checkEvents(unsigned count, int first, int second) {
  check_equal("handlers that ran", count, eventCount);
  check_equal("the first", (uint32_t)first, eventCount > 0 ? (uint32_t)events[0] : 0);
  check_equal("the second", (uint32_t)second, eventCount > 1 ? (uint32_t)events[1] : 0);
  eventCount = 0;
}

void check_masks(void) {
  check_case("a blocked signal waits");
  catch_signal(SIGUSR1, note, sigmask(SIGTERM), 0);
  sigset_t blocked = sigmask(SIGUSR1) | sigmask(SIGKILL);
  sigset_t old = 1;
  check_equal("sigprocmask", 0, (uint32_t)sigprocmask(SIG_BLOCK, &blocked, &old));
  check_equal("the mask before", 0, old);
  check_equal("the mask: KILL is never blocked", sigmask(SIGUSR1), mask());
  raise(SIGUSR1);
  checkEvents(0, 0, 0);
  check_equal("pending", sigmask(SIGUSR1), pending());
  check_equal("sigprocmask", 0, (uint32_t)sigprocmask(SIG_UNBLOCK, &blocked, NULL));
  checkEvents(1, SIGUSR1, 0);
  check_equal("the mask in the handler", sigmask(SIGUSR1) | sigmask(SIGTERM), maskSeen);
  check_equal("the mask afterwards", 0, mask());
  check_equal("pending afterwards", 0, pending());

  check_case("an ignored signal doesn't wait");
  sigprocmask(SIG_SETMASK, &blocked, NULL);
  raise(SIGUSR1);
  catch_signal(SIGUSR1, SIG_IGN, 0, 0);
  check_equal("pending", 0, pending());
  sigset_t none = 0;
  sigprocmask(SIG_SETMASK, &none, NULL);
  checkEvents(0, 0, 0);
}

void check_order(void) {
  check_case("two at once: the higher number's frame is on top");
  catch_signal(SIGUSR1, note, 0, 0);
  catch_signal(SIGTERM, note, 0, 0);
  sigset_t both = sigmask(SIGUSR1) | sigmask(SIGTERM), none = 0;
  sigprocmask(SIG_SETMASK, &both, NULL);
  raise(SIGUSR1);
  raise(SIGTERM);
  check_equal("pending", both, pending());
  sigprocmask(SIG_SETMASK, &none, NULL);
  checkEvents(2, SIGTERM, SIGUSR1);
  check_equal("the mask afterwards", 0, mask());
}

static void raiseAgain(int signal, int code, struct sigcontext *context) {
  note(signal, code, context);
  if (eventCount == 1) {
    raise(signal);
    // Here it has run for the second time, or it waits.
    events[2] = (int)eventCount;
  }
}

void check_flags(void) {
  check_case("a handler is not interrupted by its own signal");
  catch_signal(SIGUSR1, raiseAgain, 0, 0);
  raise(SIGUSR1);
  check_equal("runs before the first was over", 1, (uint32_t)events[2]);
  checkEvents(2, SIGUSR1, SIGUSR1);

  check_case("SA_NODEFER: it is");
  catch_signal(SIGUSR1, raiseAgain, 0, SA_NODEFER);
  raise(SIGUSR1);
  check_equal("runs before the first was over", 2, (uint32_t)events[2]);
  checkEvents(2, SIGUSR1, SIGUSR1);

  check_case("SA_RESETHAND: the default again");
  catch_signal(SIGCHLD, note, 0, SA_RESETHAND);
  raise(SIGCHLD);
  raise(SIGCHLD);
  checkEvents(1, SIGCHLD, 0);
  struct sigaction action;
  sigaction(SIGCHLD, NULL, &action);
  check_equal("the handler", 0, (uint32_t)action.sa_handler);
  check_equal("the flags", SA_RESETHAND, (uint32_t)action.sa_flags);
}

void check_waiting(void) {
  check_case("sigsuspend");
  catch_signal(SIGUSR1, note, 0, 0);
  catch_signal(SIGTERM, note, 0, 0);
  sigset_t both = sigmask(SIGUSR1) | sigmask(SIGTERM), one = sigmask(SIGTERM), none = 0;
  sigprocmask(SIG_SETMASK, &both, NULL);
  raise(SIGUSR1);
  raise(SIGTERM);
  errno = 0;
  check_equal("sigsuspend", (uint32_t)-1, (uint32_t)sigsuspend(&one));
  check_equal("errno", EINTR, (uint32_t)errno);
  checkEvents(1, SIGUSR1, 0);
  check_equal("the mask in the handler", both, maskSeen);
  check_equal("the mask afterwards", both, mask());
  sigprocmask(SIG_SETMASK, &none, NULL);
  checkEvents(1, SIGTERM, 0);

  check_case("alarm and pause");
  catch_signal(SIGALRM, note, 0, 0);
  check_equal("alarm", 0, alarm(100));
  check_equal("what was left", 100, alarm(1));
  errno = 0;
  check_equal("pause", (uint32_t)-1, (uint32_t)pause());
  check_equal("errno", EINTR, (uint32_t)errno);
  checkEvents(1, SIGALRM, 0);
  check_equal("nothing is left", 0, alarm(0));
}
