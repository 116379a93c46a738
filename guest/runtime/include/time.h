// The time of day.

#ifndef TIME_H
#define TIME_H

#include <sys/types.h>

// Seconds since 1970, also at `seconds` unless that is a null pointer.
time_t time(time_t *seconds);

#endif
