/// Requests on a vCPU. KVM copies every structure during the call; the `get`
/// functions return it beside the errno, so no pointer reaches Swift.
#ifndef FAULTLINE_CKVM_VCPU_H
#define FAULTLINE_CKVM_VCPU_H

#include "ckvm_attributes.h"
#include "ckvm_system.h"

/// KVM_RUN: runs the guest until it needs us. Returns 0 (the reason is in the
/// run page) or −errno: −EINTR when a signal came or `immediate_exit` was set,
/// whatever SA_RESTART says.
CKVM_NO_LOCKS static inline int ckvm_run(int vcpu) {
  return ckvm_request(vcpu, KVM_RUN, 0);
}

/// KVM_INTERRUPT: queues an external interrupt in KVM's only place for one.
/// Returns 0 or −errno.
CKVM_NO_LOCKS static inline int ckvm_interrupt(int vcpu, uint32_t vector) {
  struct kvm_interrupt interrupt = {.irq = vector};
  return ckvm_request(vcpu, KVM_INTERRUPT, (uintptr_t)&interrupt);
}

/// KVM_SET_CPUID2. In C because `struct kvm_cpuid2` ends in a flexible array.
/// The entries are read during the call only. Returns 0 or −errno (−E2BIG: more
/// than CKVM_CPUID_CAPACITY).
int ckvm_set_cpuid(int vcpu, const struct kvm_cpuid_entry2 *entries, uint32_t count);

/// One state structure of a vCPU as KVM gave it; meaningless unless `error` is 0.
struct ckvm_regs_result { int error; struct kvm_regs value; };
struct ckvm_sregs_result { int error; struct kvm_sregs value; };
struct ckvm_fpu_result { int error; struct kvm_fpu value; };
struct ckvm_vcpu_events_result { int error; struct kvm_vcpu_events value; };
struct ckvm_translation_result { int error; struct kvm_translation value; };

/// KVM_GET_REGS.
static inline struct ckvm_regs_result ckvm_get_regs(int vcpu) {
  struct ckvm_regs_result result = {0};
  result.error = ckvm_request(vcpu, KVM_GET_REGS, (uintptr_t)&result.value);
  return result;
}

/// KVM_SET_REGS. Returns 0 or −errno.
static inline int ckvm_set_regs(int vcpu, struct kvm_regs value) {
  return ckvm_request(vcpu, KVM_SET_REGS, (uintptr_t)&value);
}

/// KVM_GET_SREGS.
static inline struct ckvm_sregs_result ckvm_get_sregs(int vcpu) {
  struct ckvm_sregs_result result = {0};
  result.error = ckvm_request(vcpu, KVM_GET_SREGS, (uintptr_t)&result.value);
  return result;
}

/// KVM_SET_SREGS. Returns 0 or −errno.
static inline int ckvm_set_sregs(int vcpu, struct kvm_sregs value) {
  return ckvm_request(vcpu, KVM_SET_SREGS, (uintptr_t)&value);
}

/// KVM_GET_FPU.
static inline struct ckvm_fpu_result ckvm_get_fpu(int vcpu) {
  struct ckvm_fpu_result result = {0};
  result.error = ckvm_request(vcpu, KVM_GET_FPU, (uintptr_t)&result.value);
  return result;
}

/// KVM_SET_FPU. Returns 0 or −errno.
static inline int ckvm_set_fpu(int vcpu, struct kvm_fpu value) {
  return ckvm_request(vcpu, KVM_SET_FPU, (uintptr_t)&value);
}

/// KVM_GET_XSAVE, of which only the first 512 bytes are kept: the image that `fxsave` would store,
/// MXCSR included, which KVM_GET_FPU leaves out. Returns 0 or −errno; on an error `*image` is
/// unchanged.
int ckvm_get_fxsave_image(int vcpu, void *image);

/// KVM_GET_VCPU_EVENTS.
static inline struct ckvm_vcpu_events_result ckvm_get_vcpu_events(int vcpu) {
  struct ckvm_vcpu_events_result result = {0};
  result.error = ckvm_request(vcpu, KVM_GET_VCPU_EVENTS, (uintptr_t)&result.value);
  return result;
}

/// KVM_SET_VCPU_EVENTS. Returns 0 or −errno.
static inline int ckvm_set_vcpu_events(int vcpu, struct kvm_vcpu_events value) {
  return ckvm_request(vcpu, KVM_SET_VCPU_EVENTS, (uintptr_t)&value);
}

/// KVM_TRANSLATE: what a linear address means under the vCPU's current tables.
static inline struct ckvm_translation_result ckvm_translate(int vcpu, uint64_t linear) {
  struct ckvm_translation_result result = {.value = {.linear_address = linear}};
  result.error = ckvm_request(vcpu, KVM_TRANSLATE, (uintptr_t)&result.value);
  return result;
}

#endif
