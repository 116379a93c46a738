// Formatted output, written line by line.
//
// Understood in a format: %d %i %u %x %X %c %s %p %%, with the flags - 0 and
// #, a width, a precision for %s, and the lengths l, ll and z.

#ifndef STDIO_H
#define STDIO_H

#include <stdarg.h>

// To descriptor 1, and to any descriptor (1 and 2 are buffered to the end of
// the line, others to the end of the call).
int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int dprintf(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
int vdprintf(int fd, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

int putchar(int character);
int puts(const char *line);

// Writes out what descriptors 1 and 2 have buffered.
void flush(void);

#endif
