// The ends of children.

#ifndef SYS_WAIT_H
#define SYS_WAIT_H

#include <sys/types.h>

#define WNOHANG 1  // 0 instead of waiting

// Waits for a child to end: its pid, and its status unless `status` is a null
// pointer.  -1 and errno: ECHILD, EINTR.
pid_t wait(int *status);

// For this child; -1: any, 0: one of the own process group, below: of group -pid.
pid_t waitpid(pid_t pid, int *status, int options);

#define WIFEXITED(status) (((status) & 0xFF) == 0)
#define WEXITSTATUS(status) ((status) >> 8 & 0xFF)
#define WIFSIGNALED(status) ((((unsigned)(status) - 1) & 0xFFFF) < 0xFF)
#define WTERMSIG(status) ((status) & 0x7F)

#endif
