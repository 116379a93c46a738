// Physical pages: a count of references for each, in memory that VM takes for
// itself first.

#include "vm.h"

static uint16_t *const references = (uint16_t *)OWN_START;
static uint32_t frame_count;
// Where the search for a free one goes on.
static uint32_t next_frame;

// Maps as many of the first free pages as the counts take.  New entries need
// no flush: neither the CPU nor the kernel remembers absent ones.
void frames_init(void) {
  const struct vm_boot *boot = boot_record();
  frame_count = boot->memory_pages;
  uint32_t used = boot->memory_used;
  uint32_t bytes = frame_count * sizeof *references;
  for (uint32_t offset = 0; offset < bytes; offset += PAGE_BYTES, used++) {
    uint32_t *entry = used < frame_count ? page_entry(OWN_SLOT, OWN_START + offset, true) : NULL;
    if (entry == NULL) {
      die("too little memory, pages:", (int)frame_count);
    }
    int result = sys_memset(0, used << 12, PAGE_BYTES);
    if (result != OK) {
      die("MEMSET: error", result);
    }
    *entry = used << 12 | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USER;
  }
  // What is in use has one owner, a process's pages included.
  for (uint32_t frame = 0; frame < used; frame++) {
    references[frame] = 1;
  }
  next_frame = used;
}

uint32_t frame_take(void) {
  for (uint32_t tries = 0; tries < frame_count; tries++) {
    uint32_t frame = next_frame;
    next_frame = frame + 1 < frame_count ? frame + 1 : 0;
    if (references[frame] == 0) {
      references[frame] = 1;
      sys_memset(0, frame << 12, PAGE_BYTES);
      return frame << 12;
    }
  }
  return 0;
}

void frame_share(uint32_t frame) {
  references[frame >> 12]++;
}

void frame_drop(uint32_t frame) {
  references[frame >> 12]--;
}

bool frame_is_shared(uint32_t frame) {
  return references[frame >> 12] > 1;
}
