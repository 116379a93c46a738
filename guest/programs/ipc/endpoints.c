// Whom nobody, or not everybody, may speak to.

#include <check.h>
#include <errno.h>

#include "verify.h"

typedef struct {
  const char *name;
  endpoint_t endpoint;
  int32_t toSend;      // SEND, SENDNB, NOTIFY
  int32_t toSendrec;   // `blocks` is not tried
  int32_t toReceive;
} Address;

enum { blocks = 1, deadLater = 0 };

static const Address addresses[] = {
  {"NONE", NONE, -EDEADSRCDST, -EDEADSRCDST, -EDEADSRCDST},
  {"SELF", SELF, -EDEADSRCDST, -EDEADSRCDST, -EDEADSRCDST},
  {"a dead process", deadLater, -EDEADSRCDST, -EDEADSRCDST, -EDEADSRCDST},
  {"a partner's former generation", _ENDPOINT(0, 12), -EDEADSRCDST, -EDEADSRCDST, -EDEADSRCDST},
  {"a partner's next generation", _ENDPOINT(2, 12), -EDEADSRCDST, -EDEADSRCDST, -EDEADSRCDST},
  {"a slot that is empty", _ENDPOINT(0, 200), -EDEADSRCDST, -EDEADSRCDST, -EDEADSRCDST},
  {"a slot beyond the table", _ENDPOINT(1, 5000), -EDEADSRCDST, -EDEADSRCDST, -EDEADSRCDST},
  {"a slot below the table", -5, -EDEADSRCDST, -EDEADSRCDST, -EDEADSRCDST},
  {"the greatest number", INT32_MAX, -EDEADSRCDST, -EDEADSRCDST, -EDEADSRCDST},
  {"the least number", INT32_MIN, -EDEADSRCDST, -EDEADSRCDST, -EDEADSRCDST},
  {"HARDWARE", HARDWARE, -ETRAPDENIED, blocks, blocks},
  {"SYSTEM", SYSTEM, -ETRAPDENIED, blocks, blocks},
  {"CLOCK", CLOCK, -ETRAPDENIED, blocks, blocks},
  {"idle", -4, -ETRAPDENIED, blocks, blocks},
  {"itself", CONDUCTOR, -ECALLDENIED, -ECALLDENIED, blocks},
  {"INIT", INIT_PROC_NR, -ECALLDENIED, -ECALLDENIED, blocks},
  {"an ordinary process", USER, -ECALLDENIED, -ECALLDENIED, blocks},
};

static int32_t expected(const Address *address, uint32_t call) {
  return call == RECEIVE ? address->toReceive
       : call == SENDREC ? address->toSendrec : address->toSend;
}

void check_endpoints(uint32_t call) {
  for (unsigned i = 0; i < sizeof addresses / sizeof *addresses; i++) {
    const Address *address = &addresses[i];
    if (expected(address, call) == blocks) {
      continue;
    }
    endpoint_t peer = address->endpoint == deadLater ? dead_endpoint() : address->endpoint;
    check_case(address->name);
    uint32_t mark = next_mark();
    check_kept(own(sending(call, peer, mark)), expected(address, call), mark);
    // The message is not even looked at.
    check_result(own(sending_from(call, peer, 0xF0000000)), expected(address, call));
  }
  if (call != RECEIVE) {
    check_case("ANY");
    uint32_t mark = next_mark();
    check_kept(own(sending(call, ANY, mark)), -EINVAL, mark);
    check_result(own(sending_from(call, ANY, 0xF0000000)), -EINVAL);
  }
}
