// How VM and the kernel come to terms, and how the processes of the boot image
// get their address spaces.

#include "vm.h"

// The page table of the kernel's mappings, which all directories share.
static uint32_t kernel_table;

static void must(int result, const char *what) {
  if (result != OK) {
    die(what, result);
  }
}

static void map_kernel(int slot) {
  *table_entry(directory_of(slot), VM_KERNEL_MAPPINGS >> 22) =
      kernel_table | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USER;
}

// Maps what the kernel wants, one thing behind the other; everybody may read it.
static void place_kernel_mappings(void) {
  uint32_t page = VM_KERNEL_MAPPINGS;
  uint32_t address, length;
  int flags;
  for (int index = 0; sys_vmctl_get_mapping(index, &address, &length, &flags) == OK; index++) {
    uint32_t start = page;
    for (uint32_t offset = 0; offset < length; offset += PAGE_BYTES, page += PAGE_BYTES) {
      *table_entry(kernel_table, page >> 12 & 1023) =
          (address + offset) | ENTRY_PRESENT | ENTRY_USER
          | (flags & VMMF_UNCACHED ? ENTRY_UNCACHED : 0);
    }
    must(sys_vmctl_reply_mapping(index, start), "KERN_MAP_REPLY: error");
  }
}

void shake_hands(void) {
  kernel_table = table_take();
  map_kernel(OWN_SLOT);
  place_kernel_mappings();
  must(sys_vmctl(SELF, VMCTL_I386_FREEPDE, (VM_KERNEL_MAPPINGS >> 22) + 1), "FREEPDE: error");
  must(sys_vmctl(SELF, VMCTL_I386_PAGEDIRS, directory_of(0)), "PAGEDIRS: error");
  must(sys_vmctl(SELF, VMCTL_I386_SETCR3, directory_of(OWN_SLOT)), "SETCR3 for itself: error");
  // Flat segments: text, data and stack, each with address, physical and length.
  static const uint32_t map[9] = {0, 0, 0xF0000, 0, 0, 0xF0000, 0x7C000, 0x7C000, 0x4000};
  static struct paging_argument argument = {.kernel_limit = UINT32_MAX};
  argument.segment_map = (uint32_t)map;
  must(sys_vmctl_enable_paging(&argument), "ENABLE_PAGING: error");
}

void start_processes(void) {
  const struct vm_boot *boot = boot_record();
  const struct vm_boot_process *entry = (const void *)(boot + 1);
  const struct vm_boot_region *region = (const void *)(entry + boot->process_count);
  const struct vm_boot_page *page = (const void *)(region + boot->region_count);
  for (uint32_t count = boot->process_count; count > 0; count--, entry++) {
    struct process *process = process_add(entry->endpoint);
    int slot = slot_of(process);
    map_kernel(slot);
    for (uint32_t left = entry->region_count; left > 0; left--, region++) {
      must(
          region_add(
              process, region->start, region->start + region->byte_count,
              region->flags & VM_REGION_WRITABLE),
          "a process's region: error");
    }
    for (uint32_t left = entry->page_count; left > 0; left--, page++) {
      uint32_t *place = page_entry(slot, page->linear, true);
      if (place == NULL) {
        die("no page table left for process", entry->endpoint);
      }
      bool writable = region_of(process, page->linear)->writable;
      *place = page->physical | ENTRY_PRESENT | ENTRY_USER | (writable ? ENTRY_WRITE : 0);
    }
    must(sys_vmctl(entry->endpoint, VMCTL_I386_SETCR3, directory_of(slot)), "SETCR3: error");
  }
}
