/// Loops around KVM_RUN, and nothing else that calls the kernel.
#ifndef FAULTLINE_CBENCH_EXITS_H
#define FAULTLINE_CBENCH_EXITS_H

#include <linux/kvm.h>
#include <stdint.h>

/// A vCPU: its descriptor and its run page. Both must live during the call.
struct cbench_vcpu {
  int descriptor;
  struct kvm_run *page;
};

/// Lets the guest leave `count` times by the stub's port, and stamps each exit. Returns 0 or −errno
/// (−EPROTO: another exit).
int cbench_exits(struct cbench_vcpu vcpu, uint64_t *stamps, uint32_t count);

/// The C floor of a page fault: what it works on. Everything is used during the call only.
struct cbench_floor {
  uint8_t *ram;             // guest-physical 0
  uint8_t *shared_page;     // the page that begins with the resume block and ends with the trap frame
  uint32_t *entries;        // page-table entries, from that of the region's first page on
  const uint32_t *filled;   // what each of them becomes; 0 for none
  uint32_t start;           // the first page's linear address
  uint32_t count;           // pages of the region
  uint32_t runs;            // out: how often KVM_RUN was called
};

/// Serves the page fault that stands in the trap frame, resumes the guest, and so on until it traps
/// by anything else than a page fault: that trap then stands in the frame. For each fault the page's
/// frame is zeroed and its entry stored. Stamps each further fault's exit. Returns how many there
/// were, or −errno (−EPROTO: another exit; −ERANGE: a fault that nobody has foreseen).
int cbench_serve_faults(struct cbench_vcpu vcpu, struct cbench_floor *floor, uint64_t *stamps,
                        uint32_t capacity);

#endif
