// The host's cycle counter. Swift has no name for it, and a call would cost more than to read it.
#ifndef CCLOCK_H
#define CCLOCK_H

#include <stdint.h>
#include <x86intrin.h>

/// Cycles since some moment, at the rate of the CPU's time-stamp counter.
static inline uint64_t cclock_cycles(void) { return __rdtsc(); }

#endif
