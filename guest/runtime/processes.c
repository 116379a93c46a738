// Processes: how they begin, what they become, how they end.  Messages to PM.

#include <minix/callnr.h>
#include <minix/ipc.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t fork(void) {
  message request = {0};
  return _syscall(PM_PROC_NR, FORK, &request);
}

pid_t getpid(void) {
  message request = {0};
  return _syscall(PM_PROC_NR, MINIX_GETPID, &request);
}

pid_t getppid(void) {
  message request = {0};
  int pid = _syscall(PM_PROC_NR, MINIX_GETPID, &request);
  return pid < 0 ? pid : request.m2_i1;
}

pid_t wait(int *status) {
  return waitpid(-1, status, 0);
}

pid_t waitpid(pid_t pid, int *status, int options) {
  message request = {.m1_i1 = pid, .m1_i2 = options};
  int found = _syscall(PM_PROC_NR, WAITPID, &request);
  if (found > 0 && status != NULL) {
    *status = request.m2_i1;
  }
  return found;
}
