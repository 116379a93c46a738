// What processes ask of VM by message.

#include "vm.h"

#include <minix/callnr.h>
#include <sys/mman.h>
#include <vm_check.h>

// A length in whole pages; 0 for none, and for one that wraps.
static uint32_t whole_pages(uint32_t byte_count) {
  return (byte_count + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
}

// Every page of a range now, or none of the range.
static int preallocate(struct process *process, uint32_t start, uint32_t end) {
  for (uint32_t page = start; page < end; page += PAGE_BYTES) {
    if (make_accessible(process, page, true) != OK) {
      region_cut(process, start, end);
      return -ENOMEM;
    }
  }
  return OK;
}

static int do_mmap(message *request) {
  struct process *process = process_of(request->m_source);
  if (process == NULL) {
    return -ENXIO;
  }
  if (request->m5_i1 != -1) {
    return request->m5_s2 & MAP_ANON ? -EINVAL : -ENOSYS;
  }
  uint32_t hint = (uint32_t)request->m5_l1;
  uint32_t byte_count = whole_pages((uint32_t)request->m5_l2);
  if (byte_count == 0 || hint % PAGE_BYTES != 0) {
    return -EINVAL;
  }
  uint32_t start = region_gap(process, hint != 0 ? hint : MMAP_START, byte_count);
  if (start == 0 || region_add(process, start, start + byte_count, true) != OK) {
    return -ENOMEM;
  }
  if (request->m5_s2 & MAP_PREALLOC && preallocate(process, start, start + byte_count) != OK) {
    return -ENOMEM;
  }
  request->m5_l1 = (int32_t)start;
  return OK;
}

static int do_munmap(message *request) {
  struct process *process = process_of(request->m_source);
  if (process == NULL) {
    return -ENXIO;
  }
  uint32_t start = request->m1_p1;
  uint32_t byte_count = whole_pages((uint32_t)request->m1_i1);
  struct region *region = region_of(process, start);
  if (region == NULL || start % PAGE_BYTES != 0 || byte_count == 0
      || byte_count > region->end - start) {
    return -EFAULT;
  }
  return region_cut(process, start, start + byte_count);
}

static int do_willexit(const message *request) {
  struct process *process = process_of(request->m1_i1);
  if (process == NULL) {
    return -EINVAL;
  }
  process->exiting = true;
  return OK;
}

static int do_exit(const message *request) {
  struct process *process = process_of(request->m1_i1);
  if (process == NULL || !process->exiting) {
    return -EINVAL;
  }
  process_remove(process);
  return OK;
}

// Who may ask: PM for the life of processes, everybody for his own memory.  All
// else, a VM_PAGEFAULT that the kernel didn't send included, there is not.
int serve_call(message *request) {
  bool is_pm = request->m_source == PM_PROC_NR;
  switch (request->m_type) {
    case VM_MMAP: return do_mmap(request);
    case VM_MUNMAP:
    case VM_MUNMAP_TEXT: return do_munmap(request);
    case VM_WILLEXIT: return is_pm ? do_willexit(request) : -ENOSYS;
    case VM_CHECK_ANNOUNCE:
    case VM_CHECK_VERDICT: return check_call(request);
    case VM_EXIT: return is_pm ? do_exit(request) : -ENOSYS;
    default: return -ENOSYS;
  }
}
