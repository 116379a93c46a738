#define _GNU_SOURCE
#include "clab.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void default_signals(void) {
  sigset_t none;
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

// Runs in the child; only async-signal-safe calls. Ends in exec or in a report on `report`.
static void become(const struct clab_spawn_request *request, pid_t parent, int report) {
  int count = request->descriptor_count;
  enum clab_spawn_step step = CLAB_SPAWN_FORK;

  setpgid(0, 0);
  if (request->dies_with_caller) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
  }
  default_signals();
  umask(request->mask);

  // First out of the way of 0…count, then into place.
  int moved[16];
  report = fcntl(report, F_DUPFD_CLOEXEC, count + 32);
  if (report < 0) _exit(127);
  for (int i = 0; i < count; i++) {
    moved[i] = fcntl(request->descriptors[i], F_DUPFD_CLOEXEC, count + 32);
    if (moved[i] < 0) goto failed;
  }
  for (int i = 0; i < count; i++)
    if (dup2(moved[i], i) < 0) goto failed;
  dup3(report, count, O_CLOEXEC);
  report = count;
  syscall(SYS_close_range, count + 1, ~0U, 0);

  if (request->directory) {
    step = CLAB_SPAWN_DIRECTORY;
    if (chdir(request->directory) < 0) goto failed;
  }
  step = CLAB_SPAWN_EXECUTE;
  environ = (char **)request->environment;
  execvp(request->arguments[0], request->arguments);
failed:;
  int answer[2] = {step, errno};
  if (write(report, answer, sizeof answer) < 0) _exit(127);
  _exit(127);
}

int clab_spawn(struct clab_spawn_request *request) {
  int report[2], answer[2] = {0, 0};
  request->failed_step = CLAB_SPAWN_FORK;
  if (request->descriptor_count > 16) return -EINVAL;
  if (pipe2(report, O_CLOEXEC) < 0) return -errno;

  pid_t parent = getpid();
  pid_t child = fork();
  if (child < 0) {
    int error = errno;
    close(report[0]);
    close(report[1]);
    return -error;
  }
  if (child == 0) become(request, parent, report[1]);

  close(report[1]);
  ssize_t got;
  do got = read(report[0], answer, sizeof answer);
  while (got < 0 && errno == EINTR);
  close(report[0]);
  if (got == 0) return child;

  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
  request->failed_step = answer[0];
  return answer[1] ? -answer[1] : -EIO;
}

int clab_process_descriptor(pid_t process) {
  int descriptor = syscall(SYS_pidfd_open, process, 0);
  return descriptor < 0 ? -errno : descriptor;
}

int clab_socket_pair(int pair[2]) {
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 ? -errno : 0;
}

int clab_pipe(int pair[2]) { return pipe2(pair, O_CLOEXEC) < 0 ? -errno : 0; }

int clab_memory_file(const char *name) {
  int descriptor = memfd_create(name, MFD_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

int clab_set_nonblocking(int descriptor, int on) {
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0) return -errno;
  flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
  return fcntl(descriptor, F_SETFL, flags) < 0 ? -errno : 0;
}

static const int collected[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
enum { COLLECTED = sizeof collected / sizeof collected[0] };
static struct sigaction before[COLLECTED], before_pipe;
static sigset_t mask_before;
static int signal_pipe[2] = {-1, -1};
static int collecting;

static void collect(int number) {
  int error = errno;
  unsigned char byte = (unsigned char)number;
  if (write(signal_pipe[1], &byte, 1) < 0) {}
  errno = error;
}

int clab_signals_begin(void) {
  if (__atomic_exchange_n(&collecting, 1, __ATOMIC_ACQ_REL)) return -EBUSY;
  if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0) {
    int error = errno;
    __atomic_store_n(&collecting, 0, __ATOMIC_RELEASE);
    return -error;
  }
  struct sigaction ours = {.sa_handler = collect, .sa_flags = SA_RESTART};
  for (int i = 0; i < COLLECTED; i++) {
    sigaction(collected[i], NULL, &before[i]);
    // nohup means it. The other signals count although a script's background job ignores them:
    // who sends one to us wants the command to have it.
    if (collected[i] != SIGHUP || before[i].sa_handler != SIG_IGN) sigaction(collected[i], &ours, NULL);
  }
  // Whoever started us from a dispatch thread has handed down a mask that blocks them.
  sigset_t wanted;
  sigemptyset(&wanted);
  for (int i = 0; i < COLLECTED; i++) sigaddset(&wanted, collected[i]);
  pthread_sigmask(SIG_UNBLOCK, &wanted, &mask_before);
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigaction(SIGPIPE, &ignore, &before_pipe);
  return signal_pipe[0];
}

void clab_signals_end(void) {
  for (int i = 0; i < COLLECTED; i++) sigaction(collected[i], &before[i], NULL);
  sigaction(SIGPIPE, &before_pipe, NULL);
  pthread_sigmask(SIG_SETMASK, &mask_before, NULL);
  close(signal_pipe[0]);
  close(signal_pipe[1]);
  __atomic_store_n(&collecting, 0, __ATOMIC_RELEASE);
}

int clab_hold_machine(void) {
  int device = open("/dev/kvm", O_RDWR | O_CLOEXEC);
  if (device < 0) return -errno;
  int machine = ioctl(device, KVM_CREATE_VM, 0);
  if (machine < 0) return -errno;
  int processor = ioctl(machine, KVM_CREATE_VCPU, 0);
  if (processor < 0) return -errno;
  fcntl(machine, F_SETFD, FD_CLOEXEC);
  fcntl(processor, F_SETFD, FD_CLOEXEC);
  return 0;
}

int clab_same_file(int first, int second) {
  struct stat a, b;
  if (fstat(first, &a) < 0 || fstat(second, &b) < 0) return 0;
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int clab_is_background(int descriptor) {
  pid_t foreground = tcgetpgrp(descriptor);
  return foreground >= 0 && foreground != getpgrp();
}

mode_t clab_mask(void) {
  mode_t mask = umask(077);
  umask(mask);
  return mask;
}

char **clab_environment(void) { return environ; }

long long clab_next_data(int descriptor, long long offset) {
  off_t found = lseek(descriptor, offset, SEEK_DATA);
  return found < 0 ? -errno : found;
}

long long clab_next_hole(int descriptor, long long offset) {
  off_t found = lseek(descriptor, offset, SEEK_HOLE);
  return found < 0 ? -errno : found;
}

ssize_t clab_find(const void *haystack, size_t length, const void *needle, size_t needle_length) {
  const char *found = memmem(haystack, length, needle, needle_length);
  return found ? found - (const char *)haystack : -1;
}

int clab_nameless_file(const char *directory) {
  int descriptor = open(directory, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  return descriptor < 0 ? -errno : descriptor;
}

int clab_name_file(int descriptor, const char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  return linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW) < 0 ? -errno : 0;
}
