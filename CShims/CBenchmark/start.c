#define _GNU_SOURCE
#include "cbench_start.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/// Reads until a byte comes (`*first`: when), and then to the end. Returns 0 or −errno.
static int drain(int output, uint64_t *first) {
  char bytes[4096];
  *first = 0;
  for (;;) {
    ssize_t count = read(output, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -errno;
    if (count == 0) return *first == 0 ? -EPIPE : 0;
    if (*first == 0) *first = now();
  }
}

int cbench_start(char *const *arguments, uint64_t *nanoseconds) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);

  pid_t child;
  uint64_t start = now();
  int error = -posix_spawn(&child, arguments[0], &actions, NULL, arguments, environ);
  close(ends[1]);
  posix_spawn_file_actions_destroy(&actions);
  uint64_t first = 0;
  int status = 0;
  if (error == 0) {
    error = drain(ends[0], &first);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  }
  close(ends[0]);
  *nanoseconds = first - start;
  // A program that failed says so by its status.
  return error == 0 || status != 0 ? status : error;
}
