/// Views into the run page, the memory that a vCPU shares with its runner.
///
/// In C because the exit's particulars sit in an anonymous union, and because
/// three fields are written while a signal handler or the kernel may look. Each
/// function wants a live mapping of the vCPU's descriptor (or, in tests, of
/// zeroed memory of at least the same size).
#ifndef FAULTLINE_CKVM_RUN_H
#define FAULTLINE_CKVM_RUN_H

#include <linux/kvm.h>
#include <stdint.h>
#include <string.h>

#include "ckvm_attributes.h"

/// Why the last KVM_RUN returned 0: one of KVM_EXIT_….
CKVM_NO_LOCKS static inline uint32_t ckvm_run_exit_reason(const struct kvm_run *run) {
  return run->exit_reason;
}

/// Whether the next KVM_RUN returns −EINTR without entering the guest.
CKVM_NO_LOCKS static inline _Bool ckvm_run_immediate_exit(const struct kvm_run *run) {
  return __atomic_load_n(&run->immediate_exit, __ATOMIC_SEQ_CST) != 0;
}

/// Makes the next KVM_RUN return −EINTR at once, or takes that back.
CKVM_NO_LOCKS static inline void ckvm_run_set_immediate_exit(struct kvm_run *run, _Bool value) {
  __atomic_store_n(&run->immediate_exit, value, __ATOMIC_SEQ_CST);
}

/// Whether KVM_RUN is to return as soon as the guest can take an interrupt.
CKVM_NO_LOCKS static inline _Bool ckvm_run_requests_interrupt_window(const struct kvm_run *run) {
  return run->request_interrupt_window != 0;
}

/// Asks KVM_RUN to return as soon as the guest can take an interrupt.
CKVM_NO_LOCKS static inline void ckvm_run_set_requests_interrupt_window(struct kvm_run *run, _Bool value) {
  run->request_interrupt_window = value;
}

/// Whether an interrupt given to KVM now would be taken at the next entry.
CKVM_NO_LOCKS static inline _Bool ckvm_run_ready_for_interrupt(const struct kvm_run *run) {
  return run->ready_for_interrupt_injection != 0;
}

/// The guest's EFLAGS.IF at the last exit.
CKVM_NO_LOCKS static inline _Bool ckvm_run_interrupt_flag(const struct kvm_run *run) {
  return run->if_flag != 0;
}

/// KVM_EXIT_IO: whether the guest wrote (`out`) rather than read (`in`).
CKVM_NO_LOCKS static inline _Bool ckvm_run_io_is_output(const struct kvm_run *run) {
  return run->io.direction == KVM_EXIT_IO_OUT;
}

/// KVM_EXIT_IO: bytes in one item: 1, 2 or 4.
CKVM_NO_LOCKS static inline uint8_t ckvm_run_io_size(const struct kvm_run *run) {
  return run->io.size;
}

/// KVM_EXIT_IO: the port.
CKVM_NO_LOCKS static inline uint16_t ckvm_run_io_port(const struct kvm_run *run) {
  return run->io.port;
}

/// KVM_EXIT_IO: the number of items; more than 1 only for string instructions.
CKVM_NO_LOCKS static inline uint32_t ckvm_run_io_count(const struct kvm_run *run) {
  return run->io.count;
}

/// KVM_EXIT_IO: the first item, zero-extended. The items lie in the same
/// mapping, `data_offset` bytes from its start.
CKVM_NO_LOCKS static inline uint32_t ckvm_run_io_value(const struct kvm_run *run) {
  const void *data = (const char *)run + run->io.data_offset;
  switch (run->io.size) {
    case 1: { uint8_t value; memcpy(&value, data, sizeof value); return value; }
    case 2: { uint16_t value; memcpy(&value, data, sizeof value); return value; }
    default: { uint32_t value; memcpy(&value, data, sizeof value); return value; }
  }
}

/// KVM_EXIT_IO of an `in`: what the guest shall read at the next entry. Bytes
/// above the item's size are dropped; for a string instruction every item is
/// given the same value.
CKVM_NO_LOCKS static inline void ckvm_run_set_io_value(struct kvm_run *run, uint32_t value) {
  char *data = (char *)run + run->io.data_offset;
  uint32_t size = run->io.size <= sizeof value ? run->io.size : sizeof value;
  for (uint32_t item = 0; item < run->io.count; item += 1)
    memcpy(data + item * size, &value, size);
}

/// KVM_EXIT_MMIO: the guest-physical address outside every slot.
CKVM_NO_LOCKS static inline uint64_t ckvm_run_mmio_address(const struct kvm_run *run) {
  return run->mmio.phys_addr;
}

/// KVM_EXIT_MMIO: bytes accessed, 1 to 8.
CKVM_NO_LOCKS static inline uint32_t ckvm_run_mmio_size(const struct kvm_run *run) {
  return run->mmio.len;
}

/// KVM_EXIT_MMIO: whether the guest wrote.
CKVM_NO_LOCKS static inline _Bool ckvm_run_mmio_is_write(const struct kvm_run *run) {
  return run->mmio.is_write != 0;
}

/// KVM_EXIT_MMIO of a write: what was written, zero-extended.
CKVM_NO_LOCKS static inline uint64_t ckvm_run_mmio_value(const struct kvm_run *run) {
  uint64_t value = 0;
  memcpy(&value, run->mmio.data, run->mmio.len <= 8 ? run->mmio.len : 8);
  return value;
}

/// KVM_EXIT_MMIO of a read: what the guest shall read at the next entry.
CKVM_NO_LOCKS static inline void ckvm_run_set_mmio_value(struct kvm_run *run, uint64_t value) {
  memcpy(run->mmio.data, &value, sizeof value);
}

/// KVM_EXIT_UNKNOWN: the processor's own reason.
CKVM_NO_LOCKS static inline uint64_t ckvm_run_hardware_exit_reason(const struct kvm_run *run) {
  return run->hw.hardware_exit_reason;
}

/// KVM_EXIT_FAIL_ENTRY: the processor's own reason.
CKVM_NO_LOCKS static inline uint64_t ckvm_run_entry_failure_reason(const struct kvm_run *run) {
  return run->fail_entry.hardware_entry_failure_reason;
}

/// KVM_EXIT_INTERNAL_ERROR: one of KVM_INTERNAL_ERROR_….
CKVM_NO_LOCKS static inline uint32_t ckvm_run_internal_suberror(const struct kvm_run *run) {
  return run->internal.suberror;
}

/// KVM_EXIT_SYSTEM_EVENT: one of KVM_SYSTEM_EVENT_….
CKVM_NO_LOCKS static inline uint32_t ckvm_run_system_event(const struct kvm_run *run) {
  return run->system_event.type;
}

#endif
