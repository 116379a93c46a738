// SENDNB.

#include <check.h>
#include <errno.h>

#include "primitives.h"
#include "verify.h"

static void toOneThatWaits(void) {
  static const struct {
    const char *name;
    endpoint_t source;
  } waits[] = {{"to one that waits for anyone", ANY}, {"to one that waits for it", CONDUCTOR}};
  for (unsigned i = 0; i < 2; i++) {
    check_case(waits[i].name);
    tell(P1, receiving(waits[i].source));
    uint32_t mark = next_mark();
    check_kept(own(sending(SENDNB, P1, mark)), OK, mark);
    check_arrival(outcome(P1, 0), SENDNB, CONDUCTOR, mark);
  }
}

// Where nobody takes it, the message is not looked at.
static void refused(endpoint_t sender, endpoint_t destination) {
  uint32_t mark = next_mark();
  if (sender == CONDUCTOR) {
    check_kept(own(sending(SENDNB, destination, mark)), -ENOTREADY, mark);
    check_result(own(sending_from(SENDNB, destination, 0xF0000000)), -ENOTREADY);
    return;
  }
  plan(sender, sending(SENDNB, destination, mark));
  tell(sender, sending_from(SENDNB, destination, 0xF0000000));
  check_kept(outcome(sender, 0), -ENOTREADY, mark);
  check_result(outcome(sender, 1), -ENOTREADY);
}

static void toOneThatRuns(void) {
  check_case("to one that runs");
  refused(P1, CONDUCTOR);
}

static void toOneThatWaitsForAnother(void) {
  check_case("to one that waits for another");
  refused(P2, P1);
  tell(P1, receiving(P2));
  refused(CONDUCTOR, P1);
  uint32_t mark = next_mark();
  tell(P2, sending(SENDNB, P1, mark));
  check_kept(outcome(P2, 0), OK, mark);
  check_arrival(outcome(P1, 0), SENDNB, P2, mark);
}

// SEND would be a deadlock here.
static void toOneThatSends(void) {
  check_case("to one that sends");
  uint32_t mark = next_mark();
  tell(P1, sending(SEND, CONDUCTOR, mark));
  refused(CONDUCTOR, P1);
  refused(P2, P1);
  check_arrival(own(receiving(P1)), SEND, P1, mark);
  check_kept(outcome(P1, 0), OK, mark);
}

// SENDREC's first half is not through, then it is.
static void toOneThatAsks(void) {
  check_case("to one that asks");
  uint32_t request = next_mark(), reply = next_mark();
  tell(P1, sending(SENDREC, P2, request));
  refused(P2, P1);
  tell(P2, receiving(P1));
  check_arrival(outcome(P2, 0), SENDREC, P1, request);
  refused(P3, P1);
  tell(P2, sending(SENDNB, P1, reply));
  check_kept(outcome(P2, 0), OK, reply);
  check_reply(outcome(P1, 0), P2, reply);
}

void conduct_sendnb(void) {
  toOneThatWaits();
  toOneThatRuns();
  toOneThatWaitsForAnother();
  toOneThatSends();
  toOneThatAsks();
  check_endpoints(SENDNB);
  check_sources(SENDNB);
  check_bad_sources(SENDNB);
}
