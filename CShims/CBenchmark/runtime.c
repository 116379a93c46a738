#include "cbench_runtime.h"

#include <stdatomic.h>
#include <stddef.h>

// Source: Swift's runtime library, <swift/Runtime/HeapObject.h> and <swift/Runtime/InstrumentsSupport.h>.
extern void *(*_swift_allocObject)(const void *metadata, size_t size, size_t mask);
extern void *(*_swift_retain)(void *object);
extern void *(*_swift_retain_n)(void *object, uint32_t count);
extern void (*_swift_release)(void *object);
extern void (*_swift_release_n)(void *object, uint32_t count);
extern atomic_bool _swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly;

static struct {
  void *(*alloc)(const void *, size_t, size_t);
  void *(*retain)(void *);
  void *(*retain_n)(void *, uint32_t);
  void (*release)(void *);
  void (*release_n)(void *, uint32_t);
} own;

static atomic_ullong allocations, reference_counts;

static void *count_alloc(const void *metadata, size_t size, size_t mask) {
  allocations += 1;
  return own.alloc(metadata, size, mask);
}

static void *count_retain(void *object) {
  reference_counts += 1;
  return own.retain(object);
}

static void *count_retain_n(void *object, uint32_t count) {
  reference_counts += 1;
  return own.retain_n(object, count);
}

static void count_release(void *object) {
  reference_counts += 1;
  own.release(object);
}

static void count_release_n(void *object, uint32_t count) {
  reference_counts += 1;
  own.release_n(object, count);
}

void cbench_runtime_count_begin(void) {
  own.alloc = _swift_allocObject;
  own.retain = _swift_retain;
  own.retain_n = _swift_retain_n;
  own.release = _swift_release;
  own.release_n = _swift_release_n;
  allocations = 0;
  reference_counts = 0;
  _swift_allocObject = count_alloc;
  _swift_retain = count_retain;
  _swift_retain_n = count_retain_n;
  _swift_release = count_release;
  _swift_release_n = count_release_n;
  _swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly = 1;
}

struct cbench_runtime_calls cbench_runtime_count_end(void) {
  _swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly = 0;
  _swift_allocObject = own.alloc;
  _swift_retain = own.retain;
  _swift_retain_n = own.retain_n;
  _swift_release = own.release;
  _swift_release_n = own.release_n;
  return (struct cbench_runtime_calls){allocations, reference_counts};
}
