// Time that was spent.

#ifndef SYS_TIMES_H
#define SYS_TIMES_H

#include <sys/types.h>

// In ticks; a child's count once it has been waited for.
struct tms {
  clock_t tms_utime, tms_stime, tms_cutime, tms_cstime;
};

// Ticks since the system's start.
clock_t times(struct tms *spent);

#endif
