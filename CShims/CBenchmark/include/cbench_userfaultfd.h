/// Linux's own way to serve page faults in user space: a thread that reads them from a userfaultfd.
#ifndef FAULTLINE_CBENCH_USERFAULTFD_H
#define FAULTLINE_CBENCH_USERFAULTFD_H

#include <stdint.h>

struct cbench_userfaultfd;

/// Maps `page_count` pages whose faults a new thread serves, each with a page of zeros. Writes the
/// owner to `*made`; cbench_userfaultfd_close ends it. Returns 0 or −errno (−ENOSYS: the kernel has
/// none; −EPERM: this process may not have one).
int cbench_userfaultfd_open(uint32_t page_count, struct cbench_userfaultfd **made);

/// Gives all pages back, then touches each: writes a word, and reads another, which must be 0. Stamps
/// each page's end in `stamps[page]`. Returns 0 or −errno (−EPROTO: a page was not empty, or the
/// thread has failed).
int cbench_userfaultfd_round(struct cbench_userfaultfd *owner, uint64_t *stamps);

/// Ends the thread and unmaps the pages.
void cbench_userfaultfd_close(struct cbench_userfaultfd *owner);

#endif
