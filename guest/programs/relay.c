// A chain of programs by exec: each leg is a new program in the same process.
// What is passed on are the arguments, the environment, the pid, and which
// signals are ignored; memory, handlers and the break begin afresh.

#include <errno.h>
#include <program.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char synopsis[] = "relay [LEGS [PROGRAM [ARGUMENT…]]]   (10; PROGRAM runs the last leg)";

enum { digits = 12, mostWords = 64 };

// Zero in each new program, however the last one has left it.
static uint32_t mark;

static void handler(int signal, int code, struct sigcontext *context) {
  (void)signal, (void)code, (void)context;
}

static char *decimal(char text[digits], unsigned long number) {
  char *start = text + digits - 1;
  *start = '\0';
  do {
    *--start = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  return start;
}

static unsigned long variable(const char *name, size_t length) {
  unsigned long number;
  for (char **entry = environ; *entry; entry++) {
    if (strncmp(*entry, name, length) == 0 && parse_number(*entry + length, &number)) {
      return number;
    }
  }
  fail("%s is not in the environment", name);
}

// On every leg but the first: what the leg before has left.
static void verify(void) {
  if (mark != 0) {
    fail("memory is not new: %#lx", (unsigned long)mark);
  }
  if (variable("RELAY_PID=", 10) != (unsigned long)getpid()) {
    fail("this is process %ld, not %lu", (long)getpid(), variable("RELAY_PID=", 10));
  }
  struct sigaction caught, ignored;
  sigaction(SIGUSR1, NULL, &caught);
  sigaction(SIGUSR2, NULL, &ignored);
  if (caught.sa_handler != SIG_DFL || ignored.sa_handler != SIG_IGN) {
    fail("handlers %#lx and %#lx", (unsigned long)caught.sa_handler,
         (unsigned long)ignored.sa_handler);
  }
}

// Before the next leg: what must not, and what must, outlive it.
static void leaveTraces(void) {
  mark = 0xBA70;
  struct sigaction catching = {.sa_handler = handler}, ignoring = {.sa_handler = SIG_IGN};
  if (sigaction(SIGUSR1, &catching, NULL) < 0 || sigaction(SIGUSR2, &ignoring, NULL) < 0 ||
      sbrk(100000) == (void *)-1) {
    fail("error %d", errno);
  }
}

// A program that isn't there leaves everything as it was.
static void failToRun(void) {
  char *nothing[] = {NULL};
  void *end = sbrk(0);
  if (execve("no-such-program", nothing, nothing) != -1 || errno != ENOENT || sbrk(0) != end) {
    fail("a program that isn't there: error %d", errno);
  }
}

int main(int argc, char **argv) {
  unsigned long legs = 10, leg = 0;
  if (argc > mostWords || (argc > 1 && !parse_number(argv[1], &legs))) {
    usage(synopsis);
  }
  bool isFirst = strcmp(argv[0], "leg") != 0;
  if (isFirst) {
    failToRun();
  } else {
    verify();
    leg = variable("RELAY_LEG=", 10) + 1;
  }
  if (leg == legs) {
    printf("%lu legs, all of them process %ld\n", legs, (long)getpid());
    if (argc < 3) {
      return 0;
    }
    execv(argv[2], argv + 2);
    fail("%s: error %d", argv[2], errno);
  }

  leaveTraces();
  char *words[mostWords + 1];
  for (int i = 0; i <= argc; i++) {
    words[i] = argv[i];
  }
  words[0] = "leg";
  char pidText[digits], legText[digits], pidVariable[10 + digits] = "RELAY_PID=",
                                         legVariable[10 + digits] = "RELAY_LEG=";
  const char *pid = decimal(pidText, (unsigned long)getpid()), *number = decimal(legText, leg);
  memcpy(pidVariable + 10, pid, strlen(pid) + 1);
  memcpy(legVariable + 10, number, strlen(number) + 1);
  char *environment[] = {pidVariable, legVariable, NULL};
  execve("relay", words, environment);
  fail("relay: error %d", errno);
}
