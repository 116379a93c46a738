/// Requests on a virtual machine.
#ifndef FAULTLINE_CKVM_VM_H
#define FAULTLINE_CKVM_VM_H

#include "ckvm_system.h"

/// KVM_CREATE_VCPU: the vCPU's descriptor (close-on-exec), or −errno.
static inline int ckvm_create_vcpu(int vm, unsigned identifier) {
  return ckvm_request(vm, KVM_CREATE_VCPU, identifier);
}

/// KVM_SET_USER_MEMORY_REGION; `memory_size` 0 deletes the slot. KVM copies the
/// structure, but goes on using the *host memory it names* until the slot is
/// deleted or the last descriptor of the machine and its vCPUs is closed: that
/// mapping must live as long. Returns 0 or −errno.
static inline int ckvm_set_user_memory_region(
  int vm, struct kvm_userspace_memory_region region) {
  return ckvm_request(vm, KVM_SET_USER_MEMORY_REGION, (uintptr_t)&region);
}

/// KVM_GET_DIRTY_LOG: writes one bit per page of the slot to `bitmap`, rounded
/// up to 64 pages, and clears KVM's own log. In C because
/// `struct kvm_dirty_log` hides the pointer in an anonymous union. The bitmap is
/// used during the call only. Returns 0 or −errno.
static inline int ckvm_get_dirty_log(int vm, uint32_t slot, uint64_t *bitmap) {
  struct kvm_dirty_log log = {.slot = slot};
  log.dirty_bitmap = bitmap;
  return ckvm_request(vm, KVM_GET_DIRTY_LOG, (uintptr_t)&log);
}

/// KVM_SET_TSS_ADDR: three pages of guest-physical space that old Intel hosts
/// need for real mode. By value, unlike its sibling. Returns 0 or −errno.
static inline int ckvm_set_tss_address(int vm, uint32_t address) {
  return ckvm_request(vm, KVM_SET_TSS_ADDR, address);
}

/// KVM_SET_IDENTITY_MAP_ADDR: one page of guest-physical space for the same
/// hosts; before the first vCPU. Takes a pointer to the address, unlike its
/// sibling. Returns 0 or −errno.
static inline int ckvm_set_identity_map_address(int vm, uint64_t address) {
  return ckvm_request(vm, KVM_SET_IDENTITY_MAP_ADDR, (uintptr_t)&address);
}

#endif
