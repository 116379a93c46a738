// The six library functions around SYS_VMCTL, by somebody who is not VM: each
// result and each output is checked, and that a refusal leaves outputs alone.
//
//   vmctl        as a system process: what there is to answer is answered
//   vmctl user   as an ordinary one: every kernel call is refused

#include <check.h>
#include <errno.h>
#include <minix/syslib.h>
#include <program.h>
#include <stddef.h>
#include <string.h>
#include <stub.h>
#include <vm_boot.h>

// What an output held before a call that must leave it alone.
#define UNTOUCHED 0x5EED5EEDu

// Each result, when SYS_VMCTL itself is refused.
static void check_refused(void) {
  check_case("refused");
  uint32_t cr3 = UNTOUCHED, address = UNTOUCHED, length = UNTOUCHED;
  int flags = (int)UNTOUCHED;
  struct paging_argument argument = {.kernel_limit = 1};
  check_equal("sys_vmctl", -ECALLDENIED, sys_vmctl(SELF, VMCTL_FLUSHTLB, 0));
  check_equal("sys_vmctl_get_cr3_i386", -ECALLDENIED, sys_vmctl_get_cr3_i386(SELF, &cr3));
  check_equal("its output", UNTOUCHED, cr3);
  check_equal("sys_vmctl_enable_paging", -ECALLDENIED, sys_vmctl_enable_paging(&argument));
  check_equal(
      "sys_vmctl_get_mapping", -ECALLDENIED, sys_vmctl_get_mapping(0, &address, &length, &flags));
  check_equal("its address", UNTOUCHED, address);
  check_equal("its length", UNTOUCHED, length);
  check_equal("its flags", UNTOUCHED, flags);
  check_equal("sys_vmctl_reply_mapping", -ECALLDENIED, sys_vmctl_reply_mapping(0, 0xF8400000));
}

// ESRCH here, ECALLDENIED there; either way seven outputs stay as they were.
static void check_no_request(int expected) {
  check_case("no memory request");
  endpoint_t who = (endpoint_t)UNTOUCHED, who_s = who, requestor = who;
  uint32_t start = UNTOUCHED, length = UNTOUCHED, start_s = UNTOUCHED;
  int write = (int)UNTOUCHED;
  check_equal(
      "result", expected,
      sys_vmctl_get_memreq(&who, &start, &length, &write, &who_s, &start_s, &requestor));
  check_equal("target", UNTOUCHED, who);
  check_equal("address", UNTOUCHED, start);
  check_equal("length", UNTOUCHED, length);
  check_equal("write flag", UNTOUCHED, write);
  check_equal("source", UNTOUCHED, who_s);
  check_equal("source address", UNTOUCHED, start_s);
  check_equal("requestor", UNTOUCHED, requestor);
}

static void check_vmctl(void) {
  check_case("sys_vmctl");
  check_equal("flush", OK, sys_vmctl(SELF, VMCTL_FLUSHTLB, 0));
  check_equal("INCSP by 0", OK, sys_vmctl(SELF, VMCTL_INCSP, 0));
  check_equal("no page fault to clear", -EINVAL, sys_vmctl(SELF, VMCTL_CLEAR_PAGEFAULT, 0));
  check_equal("no request to reply to", -EINVAL, sys_vmctl(SELF, VMCTL_MEMREQ_REPLY, 0));
  check_equal("NOPAGEZERO", -EINVAL, sys_vmctl(SELF, VMCTL_NOPAGEZERO, 0));
  check_equal("INVLPG", -EINVAL, sys_vmctl(SELF, VMCTL_I386_INVLPG, 0));
  check_equal("parameter 9", -EINVAL, sys_vmctl(SELF, 9, 0));
  check_equal("parameter 29", -EINVAL, sys_vmctl(SELF, 29, 0));
  check_equal("parameter -1", -EINVAL, sys_vmctl(SELF, -1, 0));
  check_equal("NONE", -EINVAL, sys_vmctl(NONE, VMCTL_FLUSHTLB, 0));
  check_equal("ANY", -EINVAL, sys_vmctl(ANY, VMCTL_FLUSHTLB, 0));
  check_equal("a free slot", -EINVAL, sys_vmctl(36558 + 200, VMCTL_FLUSHTLB, 0));
  check_equal("SETCR3 in RAM", -EINVAL, sys_vmctl(SELF, VMCTL_I386_SETCR3, 0x100000));
  check_equal("SETCR3 in the stub", -EINVAL, sys_vmctl(SELF, VMCTL_I386_SETCR3, STUB_BASE));
  check_equal("SETCR3 unaligned", -EINVAL, sys_vmctl(SELF, VMCTL_I386_SETCR3, STUB_ARENA + 4));
  check_equal("VM without page table", -EINVAL, sys_vmctl(VM_PROC_NR, VMCTL_I386_SETCR3, 0));
  check_equal("FREEPDE 1024", -EINVAL, sys_vmctl(SELF, VMCTL_I386_FREEPDE, 1024));
  check_equal("KERNELLIMIT 0", -EINVAL, sys_vmctl(SELF, VMCTL_I386_KERNELLIMIT, 0));
  check_equal("PAGEDIRS in RAM", -EINVAL, sys_vmctl(SELF, VMCTL_I386_PAGEDIRS, 0x100000));
}

// A slot's directory is always the same page of the arena.
static void check_cr3(endpoint_t self) {
  check_case("sys_vmctl_get_cr3_i386");
  uint32_t slot = (uint32_t)(self % 36558);
  uint32_t by_self = 0, by_endpoint = 0, of_vm = 0, of_task = UNTOUCHED, of_none = UNTOUCHED;
  check_equal("SELF", OK, sys_vmctl_get_cr3_i386(SELF, &by_self));
  check_equal("own directory", STUB_ARENA + slot * 4096, by_self);
  check_equal("by endpoint", OK, sys_vmctl_get_cr3_i386(self, &by_endpoint));
  check_equal("the same", by_self, by_endpoint);
  check_equal("VM", OK, sys_vmctl_get_cr3_i386(VM_PROC_NR, &of_vm));
  check_equal("VM's directory", STUB_ARENA + 8 * 4096, of_vm);
  check_equal("CLOCK", OK, sys_vmctl_get_cr3_i386(CLOCK, &of_task));
  check_equal("CLOCK's directory", 0, of_task);
  check_equal("NONE", -EINVAL, sys_vmctl_get_cr3_i386(NONE, &of_none));
  check_equal("NONE's directory", UNTOUCHED, of_none);
}

static void check_mapping(void) {
  check_case("sys_vmctl_get_mapping");
  uint32_t address = UNTOUCHED, length = UNTOUCHED;
  int flags = (int)UNTOUCHED;
  check_equal("index 0", OK, sys_vmctl_get_mapping(0, &address, &length, &flags));
  check_equal("address", STUB_KERNEL_PAGE, address);
  check_equal("length", 4096, length);
  check_equal("flags", 0, flags);
  address = length = UNTOUCHED;
  flags = (int)UNTOUCHED;
  for (int index = 1; index >= -1; index -= 2) {
    check_equal(
        "no such index", -EINVAL, sys_vmctl_get_mapping(index, &address, &length, &flags));
    check_equal("address left alone", UNTOUCHED, address);
    check_equal("length left alone", UNTOUCHED, length);
    check_equal("flags left alone", UNTOUCHED, flags);
  }
  check_case("sys_vmctl_reply_mapping");
  check_equal("index 1", -EINVAL, sys_vmctl_reply_mapping(1, VM_KERNEL_MAPPINGS));
  check_equal("unaligned", -EINVAL, sys_vmctl_reply_mapping(0, VM_KERNEL_MAPPINGS + 4));
  check_equal("a user's address", -EINVAL, sys_vmctl_reply_mapping(0, 0x80000000));
  // Too late to count, see the clock page.
  check_equal("index 0", OK, sys_vmctl_reply_mapping(0, 0xFFFFF000));
}

static void check_enable(void) {
  check_case("sys_vmctl_enable_paging");
  static const uint32_t map[9] = {0, 0, 0xF0000, 0, 0, 0xF0000, 0x7C000, 0x7C000, 0x4000};
  struct paging_argument argument = {(uint32_t)map, UINT32_MAX};
  check_equal("a second time", -EINVAL, sys_vmctl_enable_paging(&argument));
  check_equal("by the way for VM", -EINVAL, sys_vmctl(VM_PROC_NR, VMCTL_ENABLE_PAGING, 0));
  check_equal("a null pointer", -EINVAL, sys_vmctl_enable_paging(NULL));
}

// The page that the kernel asked for shows the time, where VM has put it.
static void check_clock_page(void) {
  check_case("clock page");
  volatile const uint32_t *page = (volatile const uint32_t *)VM_KERNEL_MAPPINGS;
  uint32_t before, after;
  check_equal("SYS_TIMES", OK, sys_getuptime(&before));
  uint32_t seen = page[0];
  check_equal("SYS_TIMES", OK, sys_getuptime(&after));
  check(seen >= before && seen <= after, "ticks", before, seen);
  check_equal("ticks a second", 60, page[1]);
  check_equal("start", 0, page[2]);
  // It goes on by itself: the run's own time limit is the only one.
  while (page[0] == seen) {
  }
  check(page[0] > seen, "later ticks", seen + 1, page[0]);
}

int main(int argc, char **argv) {
  bool is_user = argc == 2 && strcmp(argv[1], "user") == 0;
  if (argc > 2 || (argc == 2 && !is_user)) {
    usage("vmctl [user]");
  }
  check_subject(is_user ? "vmctl user" : "vmctl");
  if (is_user) {
    check_refused();
    check_no_request(-ECALLDENIED);
  } else {
    check_vmctl();
    endpoint_t self = NONE;
    check_equal("own endpoint", OK, sys_whoami(&self));
    check_cr3(self);
    check_no_request(-ESRCH);
    check_mapping();
    check_enable();
    check_clock_page();
  }
  check_summary();
  return check_failed();
}
