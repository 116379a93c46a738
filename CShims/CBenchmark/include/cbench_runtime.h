/// Counts what Swift's runtime is asked for, by the hooks that it has for instruments.
///
/// In C because the hooks are C function pointers in the runtime library.
#ifndef FAULTLINE_CBENCH_RUNTIME_H
#define FAULTLINE_CBENCH_RUNTIME_H

#include <stdint.h>

/// Calls of the runtime, by all threads.
struct cbench_runtime_calls {
  uint64_t allocations;       // objects, and with them arrays, boxes and closures
  uint64_t reference_counts;  // retains and releases
};

/// Begins to count, from 0. Not to be called again before cbench_runtime_count_end.
void cbench_runtime_count_begin(void);

/// Ends it, and gives the counts.
struct cbench_runtime_calls cbench_runtime_count_end(void);

#endif
