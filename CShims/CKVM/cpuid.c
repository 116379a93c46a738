#include "CKVM.h"

#include <stdlib.h>

/// A heap buffer with room for `count` entries, or null.
static struct kvm_cpuid2 *cpuid_buffer(uint32_t count) {
  struct kvm_cpuid2 *buffer =
    calloc(1, sizeof *buffer + count * sizeof buffer->entries[0]);
  if (buffer != NULL) buffer->nent = count;
  return buffer;
}

int ckvm_get_supported_cpuid(
  int system, struct kvm_cpuid_entry2 *entries, uint32_t capacity) {
  struct kvm_cpuid2 *buffer = cpuid_buffer(CKVM_CPUID_CAPACITY);
  if (buffer == NULL) return -ENOMEM;
  int result = ckvm_request(system, KVM_GET_SUPPORTED_CPUID, (uintptr_t)buffer);
  if (result >= 0) {
    result = buffer->nent > capacity ? -E2BIG : (int)buffer->nent;
  }
  if (result >= 0) {
    memcpy(entries, buffer->entries, buffer->nent * sizeof *entries);
  }
  free(buffer);
  return result;
}

int ckvm_set_cpuid(int vcpu, const struct kvm_cpuid_entry2 *entries, uint32_t count) {
  if (count > CKVM_CPUID_CAPACITY) return -E2BIG;
  struct kvm_cpuid2 *buffer = cpuid_buffer(count);
  if (buffer == NULL) return -ENOMEM;
  if (count > 0) memcpy(buffer->entries, entries, count * sizeof *entries);
  int result = ckvm_request(vcpu, KVM_SET_CPUID2, (uintptr_t)buffer);
  free(buffer);
  return result;
}
