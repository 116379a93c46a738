// The kernel's memory requests: memory that it needs for a call or a message,
// and mappings by grant.

#include "vm.h"

#define PAGE_MASK (PAGE_BYTES - 1)

static bool is_user_range(uint32_t start, uint32_t byte_count) {
  return start <= USER_END && byte_count <= USER_END - start;
}

static int make_range_accessible(struct process *process, uint32_t start, uint32_t byte_count, bool write) {
  if (process == NULL || !is_user_range(start, byte_count)) {
    return -EFAULT;
  }
  uint32_t end = start + byte_count;
  for (uint32_t page = start & ~PAGE_MASK; page < end; page += PAGE_BYTES) {
    int result = make_accessible(process, page, write);
    if (result != OK) {
      return result;
    }
  }
  return OK;
}

// VMPTYPE_SMAP: the target gets the source's pages in place of its own.
static int map(
    struct process *source, uint32_t source_start, struct process *target, uint32_t start,
    uint32_t byte_count, bool write) {
  if (source == NULL || target == NULL || ((source_start | start | byte_count) & PAGE_MASK)) {
    return -EINVAL;
  }
  int result = make_range_accessible(source, source_start, byte_count, write);
  if (result != OK) {
    return result;
  }
  // Whatever can fail comes first.
  result = make_range_accessible(target, start, byte_count, write);
  if (result != OK) {
    return result;
  }
  for (uint32_t offset = 0; offset < byte_count; offset += PAGE_BYTES) {
    uint32_t frame = *page_entry(slot_of(source), source_start + offset, false) & ENTRY_FRAME;
    uint32_t *entry = page_entry(slot_of(target), start + offset, false);
    frame_share(frame);
    frame_drop(*entry & ENTRY_FRAME);
    *entry = frame | ENTRY_PRESENT | ENTRY_USER | (write ? ENTRY_WRITE : 0);
  }
  return OK;
}

// VMPTYPE_SUNMAP: the target gets copies of what it shares.
static int unmap(struct process *target, uint32_t start, uint32_t byte_count) {
  if (target == NULL || ((start | byte_count) & PAGE_MASK) || !is_user_range(start, byte_count)) {
    return -EINVAL;
  }
  for (uint32_t page = start; page < start + byte_count; page += PAGE_BYTES) {
    struct region *region = region_of(target, page);
    uint32_t *entry = page_entry(slot_of(target), page, false);
    if (region == NULL || entry == NULL || !(*entry & ENTRY_PRESENT)) {
      continue;
    }
    uint32_t frame = *entry & ENTRY_FRAME;
    if (frame_is_shared(frame)) {
      uint32_t copy = frame_take();
      if (copy == 0) {
        return -ENOMEM;
      }
      sys_abscopy(frame, copy, PAGE_BYTES);
      frame_drop(frame);
      frame = copy;
    }
    *entry = frame | ENTRY_PRESENT | ENTRY_USER | (region->writable ? ENTRY_WRITE : 0);
  }
  return OK;
}

static int serve(const struct request *request) {
  struct process *target = process_of(request->target);
  switch (request->type) {
    case VMPTYPE_CHECK:
      return make_range_accessible(target, request->start, request->byte_count, request->write);
    case VMPTYPE_SMAP:
      return map(
          process_of(request->source), request->source_start, target, request->start,
          request->byte_count, request->write);
    case VMPTYPE_SUNMAP: return unmap(target, request->start, request->byte_count);
    default: return -EINVAL;
  }
}

void serve_memory_requests(void) {
  struct request request;
  while ((request.type = sys_vmctl_get_memreq(
              &request.target, &request.start, &request.byte_count, &request.write,
              &request.source, &request.source_start, &request.requestor)) > 0) {
    check_request(&request);
    sys_vmctl(request.requestor, VMCTL_MEMREQ_REPLY, (uint32_t)serve(&request));
  }
}
