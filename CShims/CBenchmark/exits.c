#include "cbench_exits.h"

#include <CClock.h>
#include <CKVM.h>
#include <errno.h>
#include <string.h>

#include "stub.h"

enum { page_fault = 14, page_bytes = 4096 };

/// Runs the guest until it leaves by the stub's port. Returns 0 or −errno.
static inline int enter(struct cbench_vcpu vcpu) {
  int result;
  do {
    result = ckvm_run(vcpu.descriptor);
  } while (result == -EINTR);
  if (result < 0) return result;
  int is_stubs = ckvm_run_exit_reason(vcpu.page) == KVM_EXIT_IO
    && ckvm_run_io_port(vcpu.page) == STUB_PORT;
  return is_stubs ? 0 : -EPROTO;
}

int cbench_exits(struct cbench_vcpu vcpu, uint64_t *stamps, uint32_t count) {
  for (uint32_t exits = 0; exits < count; exits += 1) {
    int error = enter(vcpu);
    if (error != 0) return error;
    stamps[exits] = cclock_cycles();
  }
  return 0;
}

int cbench_serve_faults(struct cbench_vcpu vcpu, struct cbench_floor *floor, uint64_t *stamps,
                        uint32_t capacity) {
  const struct stub_trap_frame *frame =
    (const void *)(floor->shared_page + (STUB_FRAME - STUB_RESUME));
  // The same directory, FPU and everything else for all resumes; the frame stays where it is.
  struct stub_resume nothing = {0};
  memcpy(floor->shared_page, &nothing, sizeof nothing);
  for (uint32_t faults = 0;; faults += 1) {
    uint32_t page = (frame->cr2 - floor->start) / page_bytes;
    if (page >= floor->count || floor->filled[page] == 0) return -ERANGE;
    uint32_t entry = floor->filled[page];
    memset(floor->ram + (entry & ~(page_bytes - 1u)), 0, page_bytes);
    __atomic_store_n(&floor->entries[page], entry, __ATOMIC_RELAXED);

    int error = enter(vcpu);
    floor->runs += 1;
    if (error != 0) return error;
    if (frame->vector != page_fault) return (int)faults;
    if (faults == capacity) return -ENOSPC;
    stamps[faults] = cclock_cycles();
  }
}
