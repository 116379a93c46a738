// Page faults: one at a time by message, or all at once by signal.

#include "vm.h"

// Makes one page accessible as its region allows: OK, EFAULT or ENOMEM.
int make_accessible(struct process *process, uint32_t address, bool write) {
  struct region *region = region_of(process, address);
  if (region == NULL || (write && !region->writable)) {
    return -EFAULT;
  }
  uint32_t *entry = page_entry(slot_of(process), address, true);
  if (entry == NULL) {
    return -ENOMEM;
  }
  if (!(*entry & ENTRY_PRESENT)) {
    uint32_t frame = frame_take();
    if (frame == 0) {
      return -ENOMEM;
    }
    *entry = frame | ENTRY_PRESENT | ENTRY_USER | (region->writable ? ENTRY_WRITE : 0);
  } else if (write && !(*entry & ENTRY_WRITE)) {
    // What another process lets it read it can't have for writing.
    if (frame_is_shared(*entry & ENTRY_FRAME)) {
      return -EFAULT;
    }
    *entry |= ENTRY_WRITE;
  }
  return OK;
}

// Exactly one VMCTL_CLEAR_PAGEFAULT for each fault, whatever became of it.
void page_fault(endpoint_t who, uint32_t address, uint32_t flags) {
  struct process *process = process_of(who);
  if (process == NULL || make_accessible(process, address, flags & PFERR_WRITE) != OK) {
    sys_kill(who, SIGSEGV);
  }
  sys_vmctl(who, VMCTL_CLEAR_PAGEFAULT, 0);
}

void fetch_page_faults(void) {
  endpoint_t who;
  uint32_t address, flags;
  while (sys_vmctl_get_pagefault_i386(&who, &address, &flags) == OK) {
    page_fault(who, address, flags);
  }
}
