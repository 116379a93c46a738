/// Times how soon a program says something.
#ifndef FAULTLINE_CBENCH_START_H
#define FAULTLINE_CBENCH_START_H

#include <stdint.h>

/// Starts a program, waits for the first byte on its standard output, and for its end. In C because
/// nothing may come between the stamps and the system calls. Standard error stays the caller's.
/// `arguments` ends with NULL; the first is the program's path. Writes the nanoseconds from before the
/// start to the byte. Returns the program's wait status, or −errno (−EPIPE: it said nothing).
int cbench_start(char *const *arguments, uint64_t *nanoseconds);

#endif
