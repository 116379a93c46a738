// Memory requests seen from both sides: the kernel needs memory that a process
// does not have yet, and VM provides it.  Two processes of this program work
// together (system processes); what they see in their memory is checked.  With
// `vm check` in VM's place each request is announced to it first, and it checks
// what sys_vmctl_get_memreq brings.
//
//   requests PARTNER   does it all, with the other process at endpoint PARTNER
//   requests           is the partner

#include <check.h>
#include <errno.h>
#include <minix/syslib.h>
#include <pages.h>
#include <program.h>
#include <string.h>
#include <vm_check.h>

// Pages of bss, none touched before its turn.
DEMAND_ZERO_PAGES(pages, 8);
static cp_grant_t grants[2];
static uint8_t pattern[100];

static uint32_t page(int index) {
  return (uint32_t)pages[index];
}

// Tells `vm check` what the next request will be.  Any other VM has no such call.
static void announce(
    int type, endpoint_t target, uint32_t start, uint32_t length, int write, endpoint_t source,
    uint32_t source_start) {
  message request = {
    .m_type = VM_CHECK_ANNOUNCE,
    .m_words = {
      (uint32_t)type, (uint32_t)target, start, length, (uint32_t)write, (uint32_t)source,
      source_start}};
  ipc_sendrec(VM_PROC_NR, &request);
  check(
      request.m_type == OK || request.m_type == -ENOSYS, "the announcement's result", OK,
      (uint32_t)request.m_type);
}

static bool is_pattern(const uint8_t *bytes) {
  return memcmp(bytes, pattern, sizeof pattern) == 0;
}

// The kernel reads and writes where nothing has been touched.
static void copies(endpoint_t self, endpoint_t partner) {
  uint8_t here[sizeof pattern];
  check_case("copy from an untouched page");
  announce(VMPTYPE_CHECK, self, page(0) + 8, sizeof pattern, 0, 0, 0);
  check_equal(
      "VIRCOPY", OK, sys_datacopy(SELF, page(0) + 8, SELF, (uint32_t)here, sizeof pattern));
  check_equal("zeros", 0, here[0] | here[99]);
  check_case("copy to an untouched page");
  announce(VMPTYPE_CHECK, self, page(1) + 8, sizeof pattern, 1, 0, 0);
  check_equal(
      "VIRCOPY", OK, sys_datacopy(SELF, (uint32_t)pattern, SELF, page(1) + 8, sizeof pattern));
  check(is_pattern(pages[1] + 8), "the bytes", pattern[0], pages[1][8]);
  check_case("copy to two pages of the partner");
  announce(VMPTYPE_CHECK, partner, page(2) + 4090, sizeof pattern, 1, 0, 0);
  check_equal(
      "VIRCOPY", OK,
      sys_datacopy(SELF, (uint32_t)pattern, partner, page(2) + 4090, sizeof pattern));
  memset(here, 0, sizeof here);
  check_equal(
      "VIRCOPY back", OK,
      sys_datacopy(partner, page(2) + 4090, SELF, (uint32_t)here, sizeof here));
  check(is_pattern(here), "the bytes", pattern[0], here[0]);
  check_case("copy to where nobody has anything");
  announce(VMPTYPE_CHECK, self, 0x60000000, sizeof pattern, 1, 0, 0);
  check_equal(
      "VIRCOPY", -EFAULT,
      sys_datacopy(SELF, (uint32_t)pattern, SELF, 0x60000000, sizeof pattern));
}

// A message comes to an untouched page.
static void delivery(endpoint_t self, endpoint_t partner) {
  check_case("a message to an untouched page");
  message *there = (message *)(pages[4] + 100);
  announce(VMPTYPE_CHECK, self, (uint32_t)there, sizeof *there, 1, 0, 0);
  message request = {.m_type = 7};
  check_equal("SEND", OK, ipc_send(partner, &request));
  check_equal("RECEIVE", OK, ipc_receive(partner, there, NULL));
  check_equal("m_type", 8, (uint32_t)there->m_type);
  check_equal("m_source", (uint32_t)partner, (uint32_t)there->m_source);
}

// The partner's page, seen here; then a copy of our own.
static void mapping(endpoint_t self, endpoint_t partner) {
  check_case("a granted page");
  announce(VMPTYPE_SMAP, self, page(5), 4096, 1, partner, page(6));
  check_equal("SAFEMAP", OK, sys_safemap(partner, 0, 0, page(5), 4096, 1));
  check_equal("what the partner wrote", 0x66, pages[5][7]);
  pages[5][8] = 0x77;
  message request = {.m_type = 9};
  check_equal("SENDREC", OK, ipc_sendrec(partner, &request));
  check_equal("what the partner sees", 0x77, (uint32_t)request.m1_i1);
  announce(VMPTYPE_SUNMAP, self, page(5), 4096, 0, partner, page(6));
  check_equal("SAFEUNMAP", OK, sys_safeunmap(page(5)));
  check_equal("the copy", 0x77, pages[5][8]);
  pages[5][8] = 0x88;
  request.m_type = 9;
  check_equal("SENDREC", OK, ipc_sendrec(partner, &request));
  check_equal("what the partner sees then", 0x77, (uint32_t)request.m1_i1);
}

// How many requests `vm check` has compared, and how many were wrong.
static void verdict(uint32_t announced) {
  check_case("VM's verdict");
  message request = {.m_type = VM_CHECK_VERDICT};
  ipc_sendrec(VM_PROC_NR, &request);
  if (request.m_type == -ENOSYS) {
    return;
  }
  check_equal("requests", announced, (uint32_t)request.m1_i1);
  check_equal("wrong outputs", 0, (uint32_t)request.m1_i2);
}

// Ready (5) to say so, 7 is answered by 8, 9 by a byte; anything else is the end.
static void be_partner(void) {
  pages[6][7] = 0x66;
  grants[0] = (cp_grant_t){
    .flags = CPF_USED | CPF_VALID | CPF_DIRECT | CPF_MAP | CPF_READ | CPF_WRITE,
    .to = ANY, .start = page(6), .length = 4096};
  check_equal("SETGRANT", OK, sys_setgrant(grants, 1));
  for (;;) {
    message request;
    check_equal("RECEIVE", OK, ipc_receive(ANY, &request, NULL));
    endpoint_t sender = request.m_source;
    switch (request.m_type) {
      case 5: break;
      case 7: request.m_type = 8; break;
      case 9: request.m1_i1 = pages[6][8]; break;
      default: return;
    }
    check_equal("SEND", OK, ipc_send(sender, &request));
  }
}

static void work_with(endpoint_t partner) {
  endpoint_t self = NONE;
  check_equal("WHOAMI", OK, sys_whoami(&self));
  message request = {.m_type = 5};
  check_equal("SENDREC", OK, ipc_sendrec(partner, &request));
  copies(self, partner);
  delivery(self, partner);
  mapping(self, partner);
  verdict(7);
  request.m_type = 0x7FFF;
  check_equal("SEND", OK, ipc_send(partner, &request));
}

int main(int argc, char **argv) {
  unsigned long partner = NONE;
  if (argc > 2 || (argc == 2 && !parse_number(argv[1], &partner))) {
    usage("requests [PARTNER]");
  }
  for (unsigned index = 0; index < sizeof pattern; index++) {
    pattern[index] = (uint8_t)(index * 7 + 1);
  }
  check_subject(partner == NONE ? "partner" : "requests");
  if (partner == NONE) {
    be_partner();
  } else {
    work_with((endpoint_t)partner);
  }
  check_summary();
  return check_failed();
}
