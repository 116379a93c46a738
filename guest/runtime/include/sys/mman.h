// Memory from VM.

#ifndef SYS_MMAN_H
#define SYS_MMAN_H

#include <stddef.h>

#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4

#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_ANON 4
#define MAP_PREALLOC 8  // all pages at once

#define MAP_FAILED ((void *)-1)

// VM takes the first gap at or above `address`; 0 leaves the choice to VM.
void *mmap(void *address, size_t length, int protection, int flags, int fd, long offset);
int munmap(void *address, size_t length);

#endif
