// Memory, numbers, and the end of a program.

#ifndef STDLIB_H
#define STDLIB_H

#include <stddef.h>

// Writes out what is buffered and asks PM to end the process.
_Noreturn void exit(int status);

// Writes a line to descriptor 2 and exits with status 134.
_Noreturn void abort(void);

// An arena in bss, committed page by page as it is first touched.
// Freed blocks are used again for requests of their own size class;
// nothing is ever given back to VM.
void *malloc(size_t byteCount);
void *calloc(size_t count, size_t byteCount);
void free(void *block);
int posix_memalign(void **block, size_t alignment, size_t byteCount);

// Base 0 understands 0x and 0 prefixes.  Overflow: ULONG_MAX, errno ERANGE.
unsigned long strtoul(const char *string, char **end, int base);

#endif
