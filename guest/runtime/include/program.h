// What every program here does alike: how it parses, how it complains.

#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>

// The program's arguments for whoever needs them outside main: how many, and
// each (an empty string beyond the last).  Number 0 is the program's name.
int program_argument_count(void);
const char *program_argument(int index);

// The exit status of a wrong command line.
#define EX_USAGE 64

// "usage: " and `synopsis` on descriptor 2; exit status 64.
_Noreturn void usage(const char *synopsis);

// The program's name and a message on descriptor 2; exit status 1.
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

// A whole argument as an unsigned number (decimal, 0x…, 0…).
bool parse_number(const char *argument, unsigned long *number);

#endif
