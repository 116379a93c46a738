// Types of the calls.

#ifndef SYS_TYPES_H
#define SYS_TYPES_H

#include <stdint.h>

typedef int32_t pid_t;
typedef int32_t off_t;
typedef int32_t time_t;   // seconds since 1970
typedef uint32_t clock_t; // ticks

#endif
