#define _GNU_SOURCE
#include "CKVM.h"

#include <sys/mman.h>

int ckvm_map_run(int vcpu, size_t byte_count, struct kvm_run **run) {
  void *base = mmap(NULL, byte_count, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
  if (base == MAP_FAILED) return -errno;
  *run = base;
  return 0;
}

static const uintptr_t huge_page = 2u << 20;

int ckvm_map_anonymous(size_t byte_count, unsigned flags, void **base) {
  if (byte_count == 0 || byte_count % 4096 != 0) return -EINVAL;
  // Room to slide the start up to a huge page's boundary.
  size_t slack = flags & CKVM_MAP_HUGE_PAGES ? huge_page - 4096 : 0;
  if (byte_count > SIZE_MAX - slack) return -ENOMEM;
  char *whole = mmap(
    NULL, byte_count + slack, PROT_READ | PROT_WRITE,
    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (whole == MAP_FAILED) return -errno;

  size_t before = slack != 0 ? -(uintptr_t)whole % huge_page : 0;
  char *start = whole + before;
  if (before > 0) munmap(whole, before);
  if (slack - before > 0) munmap(start + byte_count, slack - before);

  // Only advice: a kernel without transparent huge pages refuses, and is slower.
  if (flags & CKVM_MAP_HUGE_PAGES) madvise(start, byte_count, MADV_HUGEPAGE);
  if (flags & CKVM_MAP_DONT_FORK && madvise(start, byte_count, MADV_DONTFORK) < 0) {
    int error = -errno;
    munmap(start, byte_count);
    return error;
  }
  *base = start;
  return 0;
}

int ckvm_unmap(void *base, size_t byte_count) {
  return munmap(base, byte_count) < 0 ? -errno : 0;
}
