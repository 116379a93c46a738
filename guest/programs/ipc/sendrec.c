// SENDREC.

#include <check.h>
#include <errno.h>
#include <pages.h>

#include "primitives.h"
#include "verify.h"

// P1 waits, and its answer is planned.
static void toOneThatWaits(void) {
  check_case("to one that waits");
  static const uint32_t answers[] = {SEND, SENDNB};
  for (unsigned i = 0; i < 2; i++) {
    uint32_t request = next_mark(), reply = next_mark();
    plan(P1, receiving(i == 0 ? ANY : CONDUCTOR));
    tell(P1, sending(answers[i], CONDUCTOR, reply));
    check_reply(own(sending(SENDREC, P1, request)), P1, reply);
    check_arrival(outcome(P1, 0), SENDREC, CONDUCTOR, request);
    check_kept(outcome(P1, 1), OK, reply);
  }
}

// P2 asks P1, which has not looked yet.
static void untilReceivedAndAnswered(void) {
  check_case("until it is received and answered");
  uint32_t request = next_mark(), reply = next_mark();
  tell(P2, sending(SENDREC, P1, request));
  check_blocked(P2);
  tell(P1, receiving(P2));
  check_arrival(outcome(P1, 0), SENDREC, P2, request);
  check_blocked(P2);
  tell(P1, sending(SEND, P2, reply));
  check_kept(outcome(P1, 0), OK, reply);
  check_reply(outcome(P2, 0), P1, reply);
}

// Whatever else comes, the one that has asked hears its peer alone.
static void nobodyElseAnswers(void) {
  check_case("while others write");
  uint32_t request = next_mark(), reply = next_mark(), other = next_mark(), late = next_mark();
  tell(P2, sending(SENDREC, P1, request));
  tell(P1, receiving(P2));
  tell(P3, notifying(P2));
  tell(P4, sending(SEND, P2, other));
  plan(RS, sending(SENDNB, P2, late));
  tell(RS, sending(SENDNB, P1, late));
  check_blocked(P2);
  check_kept(outcome(RS, 0), -ENOTREADY, late);
  check_kept(outcome(RS, 1), -ENOTREADY, late);
  tell(P1, sending(SEND, P2, reply));
  check_reply(outcome(P2, 0), P1, reply);
  tell(P2, receiving(P3));
  check_notification(outcome(P2, 0), P3, 0);
  tell(P2, receiving(P4));
  check_arrival(outcome(P2, 0), SEND, P4, other);
  check_kept(outcome(P4, 0), OK, other);
}

static void notificationIsNoReply(void) {
  check_case("a notification of the peer is no reply");
  uint32_t request = next_mark(), reply = next_mark();
  plan(P1, receiving(P2));
  plan(P1, notifying(P2));
  tell(P1, sending(SEND, P2, reply));
  plan(P2, sending(SENDREC, P1, request));
  tell(P2, receiving(P1));
  check_arrival(outcome(P1, 0), SENDREC, P2, request);
  check_result(outcome(P1, 1), OK);
  check_kept(outcome(P1, 2), OK, reply);
  check_reply(outcome(P2, 0), P1, reply);
  check_notification(outcome(P2, 1), P1, 0);
}

// One that was there before the question.
static void pendingNotificationIsNoReply(void) {
  check_case("a pending notification of the peer is no reply");
  uint32_t request = next_mark(), reply = next_mark();
  plan(P1, notifying(P2));
  plan(P1, receiving(P2));
  tell(P1, sending(SEND, P2, reply));
  plan(P2, sending(SENDREC, P1, request));
  tell(P2, receiving(P1));
  check_reply(outcome(P2, 0), P1, reply);
  check_notification(outcome(P2, 1), P1, 0);
  check_arrival(outcome(P1, 1), SENDREC, P2, request);
}

// `early`: whether P1 has sent before the question.
static void asynchronousReply(bool early, uint32_t flags) {
  bool isReply = (flags & AMF_NOREPLY) == 0;
  uint32_t request = next_mark(), reply = next_mark(), asynchronous = next_mark();
  prepare_entry(P1, 0, AMF_VALID | flags, P2, asynchronous);
  if (early) {
    plan(P1, sending_table(own_table(), 1));
    plan(P1, receiving(P2));
  } else {
    plan(P1, receiving(P2));
    plan(P1, sending_table(own_table(), 1));
  }
  tell(P1, sending(SEND, P2, reply));
  plan(P2, sending(SENDREC, P1, request));
  tell(P2, receiving(P1));
  check_arrival(outcome(P1, early ? 1 : 0), SENDREC, P2, request);
  check_result(outcome(P1, early ? 0 : 1), OK);
  check_kept(outcome(P1, 2), OK, reply);
  check_entry(entry_of(P1, 0), AMF_VALID | AMF_DONE | flags, P2, OK, asynchronous);
  if (isReply) {
    check_reply(outcome(P2, 0), P1, asynchronous);
    check_arrival(outcome(P2, 1), SEND, P1, reply);
  } else {
    check_reply(outcome(P2, 0), P1, reply);
    check_arrival(outcome(P2, 1), SENDA, P1, asynchronous);
  }
}

static void asynchronousReplies(void) {
  check_case("an asynchronous message is a reply");
  asynchronousReply(false, 0);
  check_case("an earlier asynchronous message is a reply");
  asynchronousReply(true, 0);
  check_case("an asynchronous message that says so is no reply");
  asynchronousReply(false, AMF_NOREPLY);
  check_case("an earlier asynchronous message that says so is no reply");
  asynchronousReply(true, AMF_NOREPLY);
}

// Request and reply in one place, which VM provides for the request.
static void inAPage(void) {
  static const struct {
    const char *name;
    uint32_t offset;
  } places[] = {
    {"of a partner's untouched page", 64},
    {"of two untouched pages of a partner's", PAGE_SIZE - 4},
  };
  for (unsigned i = 0; i < 2; i++) {
    check_case(places[i].name);
    uint32_t reply = next_mark();
    Request request = sending_from(
      SENDREC, P2, (uintptr_t)untouched_pages(2) + places[i].offset);
    request.place = atReadable;
    tell(P1, request);
    tell(P2, receiving(P1));
    Outcome arrived = outcome(P2, 0);
    check_result(arrived, OK);
    check_equal("EBX, the status", SENDREC, arrived.status);
    check_bytes(arrived.message, P1, (message){.m_type = 0});
    tell(P2, sending(SEND, P1, reply));
    check_reply(outcome(P1, 0), P2, reply);
  }
}

static void inACycleOfTwo(void) {
  check_case("in a cycle of two");
  uint32_t theirs = next_mark(), mine = next_mark(), reply = next_mark();
  tell(P1, sending(SENDREC, CONDUCTOR, theirs));
  check_kept(own(sending(SENDREC, P1, mine)), -ELOCKED, mine);
  check_blocked(P1);
  check_arrival(own(receiving(P1)), SENDREC, P1, theirs);
  check_kept(own(sending(SEND, P1, reply)), OK, reply);
  check_reply(outcome(P1, 0), CONDUCTOR, reply);
}

static void toOneThatDies(void) {
  check_case("to one that dies before it looks");
  endpoint_t mortal = next_mortal();
  uint32_t mark = next_mark();
  tell(P1, sending(SENDREC, mortal, mark));
  check_blocked(P1);
  dismiss(mortal);
  check_kept(outcome(P1, 0), -EDEADSRCDST, mark);

  check_case("to one that dies before it answers");
  mortal = next_mortal();
  mark = next_mark();
  tell(mortal, receiving(P1));
  tell(P1, sending(SENDREC, mortal, mark));
  check_arrival(outcome(mortal, 0), SENDREC, P1, mark);
  check_blocked(P1);
  dismiss(mortal);
  check_kept(outcome(P1, 0), -EDEADSRCDST, mark);
}

// MF_REPLY_PEND outlives the SENDREC, until the next RECEIVE, and shows.
static void whatIsLeftOfIt(void) {
  check_case("the next SEND looks like one");
  uint32_t request = next_mark(), reply = next_mark(), mark = next_mark();
  plan(P1, receiving(CONDUCTOR));
  plan(P1, sending(SEND, CONDUCTOR, reply));
  plan(P1, receiving(CONDUCTOR));
  tell(P1, receiving(CONDUCTOR));
  check_reply(own(sending(SENDREC, P1, request)), P1, reply);
  check_kept(own(sending(SEND, P1, mark)), OK, mark);
  check_kept(own(sending(SENDNB, P1, mark)), OK, mark);
  check_arrival(outcome(P1, 2), SENDREC, CONDUCTOR, mark);
  check_arrival(outcome(P1, 3), SENDREC, CONDUCTOR, mark);

  check_case("after a RECEIVE it does no more");
  tell(P1, receiving(CONDUCTOR));
  check_kept(own(sending(SEND, P1, mark)), OK, mark);
  check_arrival(outcome(P1, 0), SEND, CONDUCTOR, mark);
}

// No kernel task ever receives.  LOG is in nobody's way when it waits for ever.
static void toAKernelTask(void) {
  check_case("to a kernel task");
  tell(LOG, sending(SENDREC, SYSTEM, next_mark()));
  check_blocked(LOG);
}

void conduct_sendrec(void) {
  toOneThatWaits();
  untilReceivedAndAnswered();
  nobodyElseAnswers();
  notificationIsNoReply();
  pendingNotificationIsNoReply();
  asynchronousReplies();
  inAPage();
  inACycleOfTwo();
  toOneThatDies();
  whatIsLeftOfIt();
  toAKernelTask();
  check_endpoints(SENDREC);
  check_sources(SENDREC);
  check_bad_sources(SENDREC);
}
