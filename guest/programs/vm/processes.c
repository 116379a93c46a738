// Who there is, and which regions he has.

#include "vm.h"

static struct process processes[SLOT_CAPACITY];

// The slot in an endpoint (minix/endpoint.h has the constants' meaning).
static int slot_in(endpoint_t endpoint) {
  return (endpoint + 1023) % 36558 - 1023;
}

struct process *process_of(endpoint_t endpoint) {
  int slot = slot_in(endpoint);
  if (slot < 0 || slot >= (int)boot_record()->slot_count) {
    return NULL;
  }
  struct process *process = &processes[slot];
  return process->used && process->endpoint == endpoint ? process : NULL;
}

int slot_of(const struct process *process) {
  return (int)(process - processes);
}

struct process *process_add(endpoint_t endpoint) {
  struct process *process = &processes[slot_in(endpoint)];
  *process = (struct process){.used = true, .endpoint = endpoint};
  return process;
}

void process_remove(struct process *process) {
  region_cut(process, 0, USER_END);
  tables_free(slot_of(process));
  process->used = false;
}

struct region *region_of(struct process *process, uint32_t address) {
  for (int index = 0; index < process->region_count; index++) {
    struct region *region = &process->regions[index];
    if (address >= region->start && address < region->end) {
      return region;
    }
  }
  return NULL;
}

// Adds a region in its place, or lets the one before grow.
int region_add(struct process *process, uint32_t start, uint32_t end, bool writable) {
  int index = 0;
  while (index < process->region_count && process->regions[index].end <= start) {
    index++;
  }
  if (index > 0) {
    struct region *before = &process->regions[index - 1];
    if (before->end == start && before->writable == writable) {
      before->end = end;
      return OK;
    }
  }
  if (process->region_count == REGION_CAPACITY) {
    return -ENOMEM;
  }
  for (int last = process->region_count++; last > index; last--) {
    process->regions[last] = process->regions[last - 1];
  }
  process->regions[index] = (struct region){start, end, writable};
  return OK;
}

static void drop_pages(int slot, uint32_t start, uint32_t end) {
  for (uint32_t page = start; page < end; page += PAGE_BYTES) {
    uint32_t *entry = page_entry(slot, page, false);
    if (entry == NULL) {
      // Nothing in this page table's whole reach.
      page |= 0x3FF000;
    } else if (*entry & ENTRY_PRESENT) {
      frame_drop(*entry & ENTRY_FRAME);
      *entry = 0;
    }
  }
}

// Takes a range out of all regions, and the pages with it.
int region_cut(struct process *process, uint32_t start, uint32_t end) {
  struct region old[REGION_CAPACITY];
  int old_count = process->region_count;
  for (int index = 0; index < old_count; index++) {
    old[index] = process->regions[index];
  }
  bool splits = false;
  for (int index = 0; index < old_count; index++) {
    splits |= old[index].start < start && old[index].end > end;
  }
  if (splits && old_count == REGION_CAPACITY) {
    return -ENOMEM;
  }
  process->region_count = 0;
  for (int index = 0; index < old_count; index++) {
    struct region region = old[index];
    uint32_t cut_start = region.start > start ? region.start : start;
    uint32_t cut_end = region.end < end ? region.end : end;
    if (cut_start >= cut_end) {
      process->regions[process->region_count++] = region;
      continue;
    }
    drop_pages(slot_of(process), cut_start, cut_end);
    if (region.start < cut_start) {
      process->regions[process->region_count++] =
          (struct region){region.start, cut_start, region.writable};
    }
    if (cut_end < region.end) {
      process->regions[process->region_count++] =
          (struct region){cut_end, region.end, region.writable};
    }
  }
  return OK;
}

// The first gap that is long enough; 0 if there is none.
uint32_t region_gap(const struct process *process, uint32_t minimum, uint32_t byte_count) {
  uint32_t start = minimum;
  for (int index = 0; index < process->region_count; index++) {
    const struct region *region = &process->regions[index];
    if (region->end <= start) {
      continue;
    }
    if (region->start >= start && region->start - start >= byte_count) {
      return start;
    }
    start = region->end;
  }
  return start < USER_END && USER_END - start >= byte_count ? start : 0;
}
