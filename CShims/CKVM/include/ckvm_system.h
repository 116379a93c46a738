/// Requests on /dev/kvm itself, and the files' beginnings and ends.
#ifndef FAULTLINE_CKVM_SYSTEM_H
#define FAULTLINE_CKVM_SYSTEM_H

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

/// Issues a request with an argument that KVM reads as a number or a pointer.
/// Every other function here goes through this one. Returns >= 0 or −errno.
static inline int ckvm_request(int fd, unsigned long request, uintptr_t argument) {
  int result = ioctl(fd, request, argument);
  return result < 0 ? -errno : result;
}

/// Opens the KVM device. In C because `open` is variadic and errno must be
/// taken at once. The path is read during the call only.
/// Returns the descriptor (close-on-exec) or −errno.
static inline int ckvm_open(const char *path) {
  int fd = open(path, O_RDWR | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

/// Closes a descriptor. In C for errno's sake. Returns 0 or −errno; Linux has
/// released the descriptor in either case.
static inline int ckvm_close(int fd) {
  return close(fd) < 0 ? -errno : 0;
}

/// KVM_GET_API_VERSION: 12 for every KVM since Linux 2.6.22, or −errno
/// (−ENOTTY: the file is not the KVM device).
static inline int ckvm_get_api_version(int system) {
  return ckvm_request(system, KVM_GET_API_VERSION, 0);
}

/// KVM_CREATE_VM: a new machine's descriptor (close-on-exec), or −errno.
static inline int ckvm_create_vm(int system) {
  return ckvm_request(system, KVM_CREATE_VM, 0);
}

/// KVM_CHECK_EXTENSION on the system or on a machine: 0 = absent, positive =
/// present (for some capabilities a size or a bit set), or −errno.
static inline int ckvm_check_extension(int fd, unsigned capability) {
  return ckvm_request(fd, KVM_CHECK_EXTENSION, capability);
}

/// KVM_GET_VCPU_MMAP_SIZE: bytes to map from a vCPU's descriptor, or −errno.
static inline int ckvm_get_vcpu_mmap_size(int system) {
  return ckvm_request(system, KVM_GET_VCPU_MMAP_SIZE, 0);
}

/// The most CPUID entries that this shim carries; KVM's own limit is 256.
enum { CKVM_CPUID_CAPACITY = 256 };

/// KVM_GET_SUPPORTED_CPUID. In C because `struct kvm_cpuid2` ends in a flexible
/// array. Writes at most `capacity` entries to `entries`, which is used during
/// the call only. Returns the number of entries or −errno (−E2BIG: more than
/// `capacity`).
int ckvm_get_supported_cpuid(
  int system, struct kvm_cpuid_entry2 *entries, uint32_t capacity);

#endif
