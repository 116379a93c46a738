// What the lab needs from Linux and Swift cannot call or cannot call safely:
// fork, variadic ioctl, signal handlers, and macros that are not imported.
// Each function returns a value, or a negative errno; no policy lives here.
#ifndef CLAB_H
#define CLAB_H

#include <sys/types.h>

/// Which step of `clab_spawn` failed.
enum clab_spawn_step { CLAB_SPAWN_FORK = 0, CLAB_SPAWN_DIRECTORY = 1, CLAB_SPAWN_EXECUTE = 2 };

/// What `clab_spawn` starts. The pointers need live only until it returns.
struct clab_spawn_request {
  /// Null-terminated argument list; the first names the program, sought in envp's PATH.
  char *const *arguments;
  /// Null-terminated environment.
  char *const *environment;
  /// Working directory, or null for the caller's.
  const char *directory;
  /// The child's descriptors 0, 1, 2…; all others are closed in it.
  const int *descriptors;
  int descriptor_count;
  /// File-mode mask of the child.
  mode_t mask;
  /// Not 0: the child is killed when the calling thread ends. The caller must wait on that thread.
  int dies_with_caller;
  /// Set on failure: the step that failed.
  enum clab_spawn_step failed_step;
};

/// Starts a program in a process group of its own, with default signal handling.
/// C is needed because Swift may not run between fork and exec. Returns the process id.
int clab_spawn(struct clab_spawn_request *request);

/// A descriptor that becomes readable when the process ends.
int clab_process_descriptor(pid_t process);

/// Two connected stream sockets, closed by exec.
int clab_socket_pair(int pair[2]);

/// A pipe, closed by exec: [0] is read, [1] is written.
int clab_pipe(int pair[2]);

/// An anonymous file in memory, closed by exec, reachable as /proc/self/fd/N.
int clab_memory_file(const char *name);

/// Lets reads and writes return at once (1), or wait (0).
int clab_set_nonblocking(int descriptor, int on);

/// Collects SIGINT, SIGTERM, SIGHUP and SIGQUIT instead of dying, and ignores SIGPIPE.
/// Returns a descriptor that yields one byte per signal; -EBUSY when already begun.
/// C is needed because a handler must not enter the Swift runtime.
int clab_signals_begin(void);

/// Restores what `clab_signals_begin` changed and closes its descriptor.
void clab_signals_end(void);

/// Opens /dev/kvm and keeps one idle machine with one processor until the process ends.
/// Creating and destroying many machines hangs a lab that has none other. Returns 0.
int clab_hold_machine(void);

/// 1 when both descriptors mean the same open thing (pipe, terminal or file), else 0.
int clab_same_file(int first, int second);

/// 1 when reading would stop us because we are a terminal's background job.
int clab_is_background(int descriptor);

/// The caller's file-mode mask. Changes it for an instant.
mode_t clab_mask(void);

/// The caller's environment.
char **clab_environment(void);

/// The start of the next data at or after `offset`; -ENXIO when only a hole follows.
long long clab_next_data(int descriptor, long long offset);

/// The start of the next hole at or after `offset` (the end of the file counts as one).
long long clab_next_hole(int descriptor, long long offset);

/// The offset of the first occurrence of `needle`, or -1. (memmem, which Swift does not see.)
ssize_t clab_find(const void *haystack, size_t length, const void *needle, size_t needle_length);

/// Opens a nameless file in `directory` for writing.
int clab_nameless_file(const char *directory);

/// Gives a nameless file a name, which must be new.
int clab_name_file(int descriptor, const char *path);

#endif
