// SEND.

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
    check_kept(own(sending(SEND, P1, mark)), OK, mark);
    check_arrival(outcome(P1, 0), SEND, CONDUCTOR, mark);
  }
}

static void untilReceived(void) {
  check_case("until it is received");
  uint32_t mark = next_mark();
  tell(P1, sending(SEND, CONDUCTOR, mark));
  check_blocked(P1);
  check_arrival(own(receiving(P1)), SEND, P1, mark);
  check_kept(outcome(P1, 0), OK, mark);
}

// It is fetched when it is sent, from a place that the receiver does not know.
static void untilReceivedFromAnUntouchedPage(void) {
  check_case("until it is received, from an untouched page");
  tell(P1, sending_from(SEND, CONDUCTOR, (uintptr_t)untouched_pages(1)));
  check_blocked(P1);
  Outcome arrived = own(receiving(ANY));
  check_result(arrived, OK);
  check_equal("EBX, the status", SEND, arrived.status);
  check_bytes(arrived.message, P1, (message){.m_type = 0});
  check_result(outcome(P1, 0), OK);
}

static void firstComeFirstServed(void) {
  check_case("first come, first served");
  static const endpoint_t order[] = {P3, P1, P4, P2};
  uint32_t marks[4];
  for (unsigned i = 0; i < 4; i++) {
    marks[i] = next_mark();
    tell(order[i], sending(SEND, CONDUCTOR, marks[i]));
  }
  for (unsigned i = 0; i < 4; i++) {
    check_blocked(order[i]);
  }
  for (unsigned i = 0; i < 4; i++) {
    check_arrival(own(receiving(ANY)), SEND, order[i], marks[i]);
  }
  for (unsigned i = 0; i < 4; i++) {
    check_kept(outcome(order[i], 0), OK, marks[i]);
  }
}

static void inACycleOfTwo(void) {
  check_case("in a cycle of two");
  uint32_t theirs = next_mark(), mine = next_mark();
  tell(P1, sending(SEND, CONDUCTOR, theirs));
  check_kept(own(sending(SEND, P1, mine)), -ELOCKED, mine);
  check_blocked(P1);
  check_arrival(own(receiving(P1)), SEND, P1, theirs);
  check_kept(outcome(P1, 0), OK, theirs);
}

// P1 waits to send to P2, and P2 to the conductor.
static void inACycleOfThree(void) {
  check_case("in a cycle of three");
  uint32_t first = next_mark(), second = next_mark(), mine = next_mark();
  tell(P1, sending(SEND, P2, first));
  tell(P2, sending(SEND, CONDUCTOR, second));
  check_kept(own(sending(SEND, P1, mine)), -ELOCKED, mine);
  check_blocked(P1);
  check_arrival(own(receiving(P2)), SEND, P2, second);
  check_kept(outcome(P2, 0), OK, second);
  tell(P2, receiving(P1));
  check_arrival(outcome(P2, 0), SEND, P1, first);
  check_kept(outcome(P1, 0), OK, first);
}

// P1 waits to hear from P2, and P2 (as always) from the conductor.
static void inACycleWithReceivers(void) {
  check_case("in a cycle with receivers");
  uint32_t mine = next_mark(), mark = next_mark();
  tell(P1, receiving(P2));
  check_kept(own(sending(SEND, P1, mine)), -ELOCKED, mine);
  tell(P2, sending(SEND, P1, mark));
  check_arrival(outcome(P1, 0), SEND, P2, mark);
  check_kept(outcome(P2, 0), OK, mark);
}

// A message that can't be fetched does not block its sender either.
static void whatCannotBeFetched(void) {
  check_case("from the null pointer to one that does not wait");
  tell(P1, sending_from(SEND, CONDUCTOR, 0));
  check_result(outcome(P1, 0), -EFAULT);
  check_case("from the stub's range to one that does not wait");
  tell(P1, sending_from(SEND, CONDUCTOR, 0xF0000000));
  check_result(outcome(P1, 0), -EFAULT);
}

static void toOneThatDies(void) {
  check_case("to one that dies");
  endpoint_t mortal = next_mortal();
  uint32_t mark = next_mark();
  tell(P1, sending(SEND, mortal, mark));
  check_blocked(P1);
  dismiss(mortal);
  check_kept(outcome(P1, 0), -EDEADSRCDST, mark);
  check_kept(own(sending(SEND, mortal, mark)), -EDEADSRCDST, mark);
}

void conduct_send(void) {
  toOneThatWaits();
  untilReceived();
  untilReceivedFromAnUntouchedPage();
  firstComeFirstServed();
  inACycleOfTwo();
  inACycleOfThree();
  inACycleWithReceivers();
  toOneThatDies();
  check_endpoints(SEND);
  check_sources(SEND);
  check_bad_sources(SEND);
  whatCannotBeFetched();
}
