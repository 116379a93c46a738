/// Mappings. In C because MAP_FAILED is a cast that Swift can't import and
/// errno must be taken at once. Addresses come back as numbers: ownership is
/// the Swift side's matter.
#ifndef FAULTLINE_CKVM_MEMORY_H
#define FAULTLINE_CKVM_MEMORY_H

#include <linux/kvm.h>
#include <stddef.h>
#include <stdint.h>

/// Maps a vCPU's run page, readable, writable and shared with the kernel. The
/// mapping keeps the vCPU alive even after its descriptor is closed.
/// Writes the address to `*run`. Returns 0 or −errno.
int ckvm_map_run(int vcpu, size_t byte_count, struct kvm_run **run);

/// Flags of ckvm_map_anonymous.
enum {
  CKVM_MAP_HUGE_PAGES = 1,  // aligned to 2 MiB, MADV_HUGEPAGE (ignored if refused)
  CKVM_MAP_DONT_FORK = 2,   // MADV_DONTFORK: a child process has a hole there
};

/// Maps private, zeroed memory, committed page by page as it is touched
/// (MAP_NORESERVE). `byte_count` must be a multiple of 4096. Writes the address
/// to `*base`. Returns 0 or −errno.
int ckvm_map_anonymous(size_t byte_count, unsigned flags, void **base);

/// Unmaps what one of the above mapped. Returns 0 or −errno.
int ckvm_unmap(void *base, size_t byte_count);

#endif
