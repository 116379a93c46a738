// The calls of an ordinary process.

#ifndef UNISTD_H
#define UNISTD_H

#include <stddef.h>

// At most `byteCount` bytes: how many were taken, or -1 and errno.
int write(int fd, const void *buffer, size_t byteCount);

// Ends the process at once, without writing out what is buffered.
_Noreturn void _exit(int status);

#endif
