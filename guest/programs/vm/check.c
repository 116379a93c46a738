// `vm check`: the six library functions around SYS_VMCTL, by VM itself.  Each
// output is checked; those of sys_vmctl_get_memreq against what the requestor
// has announced.
//
// VM must not ask VFS, which may wait for VM.  A failed check does, for its
// line: then the run is lost anyway.

#include "vm.h"

#include <check.h>
#include <stub.h>
#include <vm_check.h>

#define UNTOUCHED 0x5EED5EEDu

static bool checks;
static uint32_t compared;
// What comes next, and who said so.
static endpoint_t announcer = NONE;
static uint32_t announced[7];

static void check_no_request(void) {
  endpoint_t who, who_s, requestor = (endpoint_t)UNTOUCHED;
  uint32_t start, length, start_s;
  int write;
  check_equal(
      "sys_vmctl_get_memreq", -ESRCH,
      sys_vmctl_get_memreq(&who, &start, &length, &write, &who_s, &start_s, &requestor));
  check_equal("its requestor", UNTOUCHED, requestor);
}

static void check_own_directory(void) {
  uint32_t cr3 = UNTOUCHED;
  check_equal("sys_vmctl_get_cr3_i386", OK, sys_vmctl_get_cr3_i386(SELF, &cr3));
  check_equal("own directory", directory_of(OWN_SLOT), cr3);
}

// What can't be asked yet, and what the kernel wants.
void check_before_handshake(void) {
  checks = true;
  check_subject("vm");
  check_case("before the handshake");
  static const uint32_t map[9] = {0, 0, 0xF0000, 0, 0, 0xF0000, 0x7C000, 0x7C000, 0x4000};
  static struct paging_argument argument = {.kernel_limit = UINT32_MAX};
  argument.segment_map = (uint32_t)map;
  check_no_request();
  check_own_directory();
  check_equal("sys_vmctl_enable_paging", -EINVAL, sys_vmctl_enable_paging(&argument));
  uint32_t address = UNTOUCHED, length = UNTOUCHED;
  int flags = (int)UNTOUCHED;
  check_equal("index 1", -EINVAL, sys_vmctl_get_mapping(1, &address, &length, &flags));
  check_equal("its address", UNTOUCHED, address);
  check_equal("index 0", OK, sys_vmctl_get_mapping(0, &address, &length, &flags));
  check_equal("its address", STUB_KERNEL_PAGE, address);
  check_equal("its length", PAGE_BYTES, length);
  check_equal("its flags", 0, flags);
  check_equal("reply to index 1", -EINVAL, sys_vmctl_reply_mapping(1, VM_KERNEL_MAPPINGS));
  check_equal("reply below", -EINVAL, sys_vmctl_reply_mapping(0, VM_ARENA_WINDOW));
  check_equal("promise of a page", OK, sys_vmctl_reply_mapping(0, VM_KERNEL_MAPPINGS));
  check_equal("that is not there", -EINVAL, sys_vmctl_enable_paging(&argument));
}

void check_after_handshake(void) {
  check_case("after the handshake");
  static const uint32_t map[9];
  static struct paging_argument argument = {.kernel_limit = UINT32_MAX};
  argument.segment_map = (uint32_t)map;
  check_equal("sys_vmctl_enable_paging again", -EINVAL, sys_vmctl_enable_paging(&argument));
  check_equal("no directory for itself", -EINVAL, sys_vmctl(SELF, VMCTL_I386_SETCR3, 0));
  check_own_directory();
  check_no_request();
  volatile const uint32_t *clock = (volatile const uint32_t *)VM_KERNEL_MAPPINGS;
  check_equal("the kernel's page, ticks a second", 60, clock[1]);
}

// The outputs of sys_vmctl_get_memreq.
void check_request(const struct request *request) {
  if (!checks) {
    return;
  }
  check_case("memory request");
  compared++;
  check_equal("type", announced[0], (uint32_t)request->type);
  check_equal("target", announced[1], (uint32_t)request->target);
  check_equal("address", announced[2], request->start);
  check_equal("length", announced[3], request->byte_count);
  check_equal("write flag", announced[4], (uint32_t)request->write);
  if (request->type != VMPTYPE_CHECK) {
    check_equal("source", announced[5], (uint32_t)request->source);
    check_equal("source address", announced[6], request->source_start);
  }
  check_equal("requestor", (uint32_t)announcer, (uint32_t)request->requestor);
}

// The reply's m_type.
int check_call(message *request) {
  if (!checks) {
    return -ENOSYS;
  }
  if (request->m_type == VM_CHECK_ANNOUNCE) {
    announcer = request->m_source;
    for (int index = 0; index < 7; index++) {
      announced[index] = request->m_words[index];
    }
  } else {
    request->m1_i1 = (int32_t)compared;
    request->m1_i2 = check_failed();
  }
  return OK;
}
