// From the first C function to the last call.

#include <minix/callnr.h>
#include <minix/ipc.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv, char **envp);
_Noreturn void __runtime_start(int argc, char **argv, char **envp);

static int argument_count;
static char **arguments;
char **environ;

int program_argument_count(void) {
  return argument_count;
}

const char *program_argument(int index) {
  return index >= 0 && index < argument_count ? arguments[index] : "";
}

void __runtime_start(int argc, char **argv, char **envp) {
  argument_count = argc;
  arguments = argv;
  environ = envp;
  exit(main(argc, argv, envp));
}

void exit(int status) {
  flush();
  _exit(status);
}

void abort(void) {
  dprintf(2, "%s: aborted\n", program_argument(0));
  exit(134);
}

void _exit(int status) {
  message request = {.m1_i1 = status};
  _syscall(PM_PROC_NR, EXIT, &request);
  // Only a PM that refuses to let go brings us here.
  __builtin_trap();
}
