/// CBenchmark: what 'faultline bench fault' compares Faultline with, in C.
///
/// In C because that is the point: the least that a program could do. Each loop takes a cycle stamp
/// at the same place, right after it has been told of the next event.
#ifndef FAULTLINE_CBENCHMARK_H
#define FAULTLINE_CBENCHMARK_H

#include "cbench_exits.h"
#include "cbench_runtime.h"
#include "cbench_start.h"
#include "cbench_userfaultfd.h"

#endif
