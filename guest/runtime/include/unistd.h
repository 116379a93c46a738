// The calls of an ordinary process.
//
// Each returns -1 and sets errno when it is refused.

#ifndef UNISTD_H
#define UNISTD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// At most `byteCount` bytes: how many were taken.
int read(int fd, void *buffer, size_t byteCount);
int write(int fd, const void *buffer, size_t byteCount);

int close(int fd);

// Moves where the next read begins: from the start, from where it is, or from
// the end.  The new place, or -1.
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
off_t lseek(int fd, off_t offset, int whence);

// A second process with a copy of this one's memory: its pid, and 0 in the
// second.  No page is copied before one of the two writes to it.
pid_t fork(void);

// This process becomes the program at `path`: a program of the run, by name or
// path, or one that is shipped, by name.  Both lists end with a null pointer.
// Returns only when it failed.
int execve(const char *path, char *const arguments[], char *const environment[]);

// With this program's own environment.
int execv(const char *path, char *const arguments[]);

// The environment that the program was started with: NAME=VALUE strings.
extern char **environ;

// Ends the process at once, without writing out what is buffered.
_Noreturn void _exit(int status);

pid_t getpid(void);
pid_t getppid(void);

// Waits for a signal that is caught: always -1, and EINTR.
int pause(void);

// SIGALRM after so many seconds (0: never); the seconds that were left of the
// alarm before.
unsigned alarm(unsigned seconds);

// Sets the break, the end of the data segment.  New memory is zero; memory
// below a lowered break is kept, and is what it was when it is raised again.
int brk(void *end);

// Moves the break; returns the old one, or (void *)-1.
void *sbrk(intptr_t byteCount);

#endif
