// RECEIVE.

#include <check.h>
#include <errno.h>
#include <pages.h>

#include "primitives.h"
#include "verify.h"

static void untilItComes(void) {
  static const struct {
    const char *name;
    endpoint_t source;
  } waits[] = {{"until it comes from anyone", ANY}, {"until it comes from the one", P2}};
  for (unsigned i = 0; i < 2; i++) {
    check_case(waits[i].name);
    uint32_t mark = next_mark();
    tell(P1, receiving(waits[i].source));
    if (waits[i].source != ANY) {  // who would take what is to show that it is blocked
      check_blocked(P1);
    }
    tell(P2, sending(SEND, P1, mark));
    check_arrival(outcome(P1, 0), SEND, P2, mark);
    check_kept(outcome(P2, 0), OK, mark);
  }
}

static void fromTheOneAmongMany(void) {
  check_case("from the one among many");
  static const endpoint_t queue[] = {P1, P2, P3, P4}, order[] = {P3, P1, P4, P2};
  uint32_t marks[5] = {0};
  for (unsigned i = 0; i < 4; i++) {
    marks[queue[i] - P1] = next_mark();
    tell(queue[i], sending(SEND, CONDUCTOR, marks[queue[i] - P1]));
  }
  // The middle of the queue, its head, its end, the last one.
  for (unsigned i = 0; i < 4; i++) {
    check_arrival(own(receiving(order[i])), SEND, order[i], marks[order[i] - P1]);
  }
  for (unsigned i = 0; i < 4; i++) {
    check_kept(outcome(order[i], 0), OK, marks[order[i] - P1]);
  }
}

static void betterKindsFirst(void) {
  check_case("notifications before asynchronous messages before senders");
  uint32_t sent = next_mark(), asynchronous = next_mark();
  tell(P1, sending(SEND, CONDUCTOR, sent));
  prepare_entry(P2, 0, AMF_VALID, CONDUCTOR, asynchronous);
  tell(P2, sending_table(own_table(), 1));
  tell(P3, notifying(CONDUCTOR));

  check_notification(own(receiving(ANY)), P3, 0);
  check_arrival(own(receiving(ANY)), SENDA, P2, asynchronous);
  check_arrival(own(receiving(ANY)), SEND, P1, sent);
  check_kept(outcome(P1, 0), OK, sent);
  check_result(outcome(P2, 0), OK);
  check_entry(entry_of(P2, 0), AMF_VALID | AMF_DONE, CONDUCTOR, OK, asynchronous);
  check_result(outcome(P3, 0), OK);
}

// The same from one process, whom the receiver asks for, while another's wait.
static void betterKindsOfTheOneFirst(void) {
  check_case("notification, asynchronous message and message of the one");
  uint32_t sent = next_mark(), asynchronous = next_mark(), others = next_mark();
  tell(P1, notifying(CONDUCTOR));
  tell(P2, sending(SEND, CONDUCTOR, others));
  prepare_entry(P3, 0, AMF_VALID, CONDUCTOR, asynchronous);
  plan(P3, sending_table(own_table(), 1));
  plan(P3, notifying(CONDUCTOR));
  tell(P3, sending(SEND, CONDUCTOR, sent));

  check_notification(own(receiving(P3)), P3, 0);
  check_arrival(own(receiving(P3)), SENDA, P3, asynchronous);
  check_arrival(own(receiving(P3)), SEND, P3, sent);
  check_notification(own(receiving(ANY)), P1, 0);
  check_arrival(own(receiving(ANY)), SEND, P2, others);
  check_kept(outcome(P3, 2), OK, sent);
  check_kept(outcome(P2, 0), OK, others);
}

typedef struct {
  const char *name;
  uint32_t offset;
} Buffer;

static const Buffer buffers[] = {
  {"into an untouched page", 0},
  {"into the end of an untouched page", PAGE_SIZE - 36},
  {"into two untouched pages", PAGE_SIZE - 20},
  {"into two untouched pages at an odd address", PAGE_SIZE - 1},
  {"into an untouched page at an odd address", 333},
};

// A message that waits, into a page whose other bytes stay zero.
static void intoAPage(const Buffer *buffer) {
  unsigned char *pages = untouched_pages(2);
  uint32_t mark = next_mark();
  tell(P1, sending(SEND, CONDUCTOR, mark));
  check_arrival(own(receiving_at(P1, (uintptr_t)pages + buffer->offset)), SEND, P1, mark);
  check_rest_is_zero(pages, buffer->offset);
  check_kept(outcome(P1, 0), OK, mark);
}

// A message that is waited for, from the other side: the sender goes on at once.
static void intoAPartnersPage(const Buffer *buffer) {
  uintptr_t address = (uintptr_t)untouched_pages(2) + buffer->offset;
  tell(P1, receiving_at(ANY, address));
  uint32_t mark = next_mark();
  check_kept(own(sending(SEND, P1, mark)), OK, mark);
  check_arrival(outcome(P1, 0), SEND, CONDUCTOR, mark);

  tell(P2, receiving_at(P3, (uintptr_t)untouched_pages(2) + buffer->offset));
  tell(P3, notifying(P2));
  check_notification(outcome(P2, 0), P3, 0);
}

static void intoPages(void) {
  for (unsigned i = 0; i < sizeof buffers / sizeof *buffers; i++) {
    check_case(buffers[i].name);
    intoAPage(&buffers[i]);
    intoAPartnersPage(&buffers[i]);
  }
}

// The range is looked at before anything else: what waits goes on waiting.
static void intoWhatIsNobodys(void) {
  static const struct {
    const char *name;
    uint32_t address;
  } places[] = {
    {"across the end of user memory", 0xEFFFFFF0},
    {"one byte across the end of user memory", 0xEFFFFFDD},
    {"into the stub's range", 0xF0000000},
    {"across the end of memory", 0xFFFFFFF0},
    {"into the last byte", 0xFFFFFFFF},
  };
  uint32_t mark = next_mark();
  tell(P1, sending(SEND, CONDUCTOR, mark));
  for (unsigned i = 0; i < sizeof places / sizeof *places; i++) {
    check_case(places[i].name);
    Request request = receiving(ANY);
    request.place = atAddress;
    request.buffer = places[i].address;
    Outcome refused = own(request);
    check_result(refused, -EFAULT);
    check_equal("EBX, the status", 0, refused.status);
  }
  check_case("after those that could not be delivered");
  check_blocked(P1);
  check_arrival(own(receiving(ANY)), SEND, P1, mark);
  check_kept(outcome(P1, 0), OK, mark);
}

// P1 waits for its orders, as it should.
static void fromOneThatWaitsForIt(void) {
  check_case("from one that waits for it");
  check_refusal(own(receiving(P1)), -ELOCKED);
}

static void inACycleOfThree(void) {
  check_case("in a cycle of three");
  uint32_t mark = next_mark();
  tell(P1, receiving(P2));
  check_refusal(own(receiving(P1)), -ELOCKED);
  tell(P2, sending(SEND, P1, mark));
  check_arrival(outcome(P1, 0), SEND, P2, mark);
}

static void fromOneThatDies(void) {
  check_case("from one that dies");
  endpoint_t mortal = next_mortal();
  tell(P1, receiving(mortal));
  check_blocked(P1);
  // Somebody else's message is no reason to go on.
  uint32_t mark = next_mark();
  tell(P2, sending(SEND, P1, mark));
  check_blocked(P1);
  check_blocked(P2);
  dismiss(mortal);
  check_refusal(outcome(P1, 0), -EDEADSRCDST);
  tell(P1, receiving(P2));
  check_arrival(outcome(P1, 0), SEND, P2, mark);
}

// What a sender leaves behind does not outlive it.
static void fromOneThatIsDead(void) {
  check_case("what a dead process left");
  endpoint_t mortal = next_mortal();
  uint32_t left = next_mark(), mark = next_mark();
  prepare_entry(mortal, 0, AMF_VALID, CONDUCTOR, left);
  plan(mortal, sending_table(own_table(), 1));
  tell(mortal, notifying(CONDUCTOR));
  dismiss(mortal);
  check_refusal(own(receiving(mortal)), -EDEADSRCDST);
  tell(P1, sending(SEND, CONDUCTOR, mark));
  check_arrival(own(receiving(ANY)), SEND, P1, mark);
}

// TTY is in nobody's way when it waits for ever.
static void fromItself(void) {
  check_case("from itself");
  tell(TTY, receiving(TTY));
  check_blocked(TTY);
}

void conduct_receive(void) {
  untilItComes();
  fromTheOneAmongMany();
  betterKindsFirst();
  betterKindsOfTheOneFirst();
  intoPages();
  intoWhatIsNobodys();
  fromOneThatWaitsForIt();
  inACycleOfThree();
  fromOneThatDies();
  fromOneThatIsDead();
  fromItself();
  check_endpoints(RECEIVE);
}
