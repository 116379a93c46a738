// NOTIFY.

#include <check.h>
#include <errno.h>

#include "primitives.h"
#include "verify.h"

// From here on the uptime is no longer 0, which a timestamp could be by accident.
static void byTheClock(void) {
  check_case("by the clock");
  uint32_t before = uptime();
  set_alarm(2);
  check_notification(own(receiving(CLOCK)), CLOCK, before + 2);
  before = uptime();
  set_alarm(1);
  check_notification(own(receiving(ANY)), CLOCK, before + 1);
}

static void ofOneThatWaits(void) {
  static const struct {
    const char *name;
    endpoint_t source;
  } waits[] = {{"of one that waits for anyone", ANY}, {"of one that waits for it", CONDUCTOR}};
  for (unsigned i = 0; i < 2; i++) {
    check_case(waits[i].name);
    tell(P1, receiving(waits[i].source));
    uint32_t before = uptime();
    check_result(own(notifying(P1)), OK);
    check_notification(outcome(P1, 0), CONDUCTOR, before);
  }
}

// Nothing is left of the second and third: what comes next is another's message.
static void pendingCollapses(void) {
  check_case("three times before it is received");
  uint32_t mark = next_mark();
  plan(P1, notifying(CONDUCTOR));
  plan(P1, notifying(CONDUCTOR));
  tell(P1, notifying(CONDUCTOR));
  tell(P2, sending(SEND, CONDUCTOR, mark));
  check_notification(own(receiving(ANY)), P1, 0);
  check_arrival(own(receiving(ANY)), SEND, P2, mark);
  for (unsigned i = 0; i < 3; i++) {
    check_result(outcome(P1, i), OK);
  }
  check_kept(outcome(P2, 0), OK, mark);
}

// The message is made when it is delivered, not when it was sent.
static void madeAtDelivery(void) {
  check_case("made when it is delivered");
  tell(P1, notifying(CONDUCTOR));
  uint32_t before = uptime();
  set_alarm(3);
  check_notification(own(receiving(CLOCK)), CLOCK, before + 3);
  check_notification(own(receiving(P1)), P1, before + 3);
  check_result(outcome(P1, 0), OK);
}

static void byPrivilege(void) {
  check_case("in the order of privilege ids");
  static const endpoint_t sent[] = {P3, P1, RS, P4, P2}, taken[] = {RS, P1, P2, P3, P4};
  for (unsigned i = 0; i < 5; i++) {
    tell(sent[i], notifying(CONDUCTOR));
  }
  for (unsigned i = 0; i < 5; i++) {
    check_notification(own(receiving(ANY)), taken[i], 0);
  }
  for (unsigned i = 0; i < 5; i++) {
    check_result(outcome(sent[i], 0), OK);
  }
}

// MINIX could miss one behind a lower bit of the same half of its map.
static void fromTheOne(void) {
  check_case("from the one among many");
  static const endpoint_t sent[] = {P1, P2, P3, P4, RS}, taken[] = {P3, RS, P4, P1, P2};
  for (unsigned i = 0; i < 5; i++) {
    tell(sent[i], notifying(CONDUCTOR));
  }
  for (unsigned i = 0; i < 5; i++) {
    check_notification(own(receiving(taken[i])), taken[i], 0);
  }
}

static void ofOneThatWaitsForAnother(void) {
  check_case("of one that waits for another");
  uint32_t mark = next_mark();
  tell(P1, receiving(P2));
  tell(P3, notifying(P1));
  check_result(outcome(P3, 0), OK);
  check_blocked(P1);
  plan(P2, sending(SEND, P1, mark));
  tell(P2, sending(SENDNB, P1, mark));
  check_arrival(outcome(P1, 0), SEND, P2, mark);
  check_kept(outcome(P2, 0), OK, mark);
  check_kept(outcome(P2, 1), -ENOTREADY, mark);
  tell(P1, receiving(ANY));
  check_notification(outcome(P1, 0), P3, 0);
}

static void ofOneThatSends(void) {
  check_case("of one that sends");
  uint32_t mark = next_mark();
  tell(P1, sending(SEND, P2, mark));
  tell(P3, notifying(P1));
  check_result(outcome(P3, 0), OK);
  tell(P2, receiving(P1));
  check_arrival(outcome(P2, 0), SEND, P1, mark);
  tell(P1, receiving(P3));
  check_notification(outcome(P1, 0), P3, 0);
}

void conduct_notify(void) {
  byTheClock();
  ofOneThatWaits();
  pendingCollapses();
  madeAtDelivery();
  byPrivilege();
  fromTheOne();
  ofOneThatWaitsForAnother();
  ofOneThatSends();
  check_endpoints(NOTIFY);
}
