// What a message brings to a process whose buffer can't take it: the sender is
// through, the message is gone, and so is the process, by SIGSEGV.

#include <check.h>
#include <errno.h>

#include "primitives.h"
#include "verify.h"

extern const char _start[];
static const message constant = {.m_source = noSource, .m_type = 42, .m_words = {1, 2, 3}};

typedef enum { bySend, bySendnb, byNotify, bySenda } Way;

typedef struct {
  const char *name;
  uintptr_t buffer;
  Way way;
} Victim;

static const Victim victims[] = {
  {"in text", (uintptr_t)_start, bySend},
  {"in read-only data", (uintptr_t)&constant, bySenda},
  {"at the null pointer", 0, bySendnb},
  {"between heap and stack", 0x60000000, byNotify},
  {"across the stack's end", 0x7FFFFFF0, bySend},
};

static void strike(endpoint_t victim, Way way, uint32_t mark) {
  switch (way) {
    case bySend:
      check_kept(own(sending(SEND, victim, mark)), OK, mark);
      break;
    case bySendnb:
      check_kept(own(sending(SENDNB, victim, mark)), OK, mark);
      break;
    case byNotify:
      check_result(own(notifying(victim)), OK);
      break;
    case bySenda:
      set_entry(&entries[0], AMF_VALID, victim, mark);
      check_result(own(sending_table(own_table(), 1)), OK);
      check_entry(entries[0], AMF_VALID | AMF_DONE, victim, OK, mark);
  }
}

// Nobody has it as a peer any more, and others live.
static void checkDeath(endpoint_t victim) {
  uint32_t mark = next_mark();
  check_kept(own(sending(SENDNB, victim, mark)), -EDEADSRCDST, mark);
  check_refusal(own(receiving(victim)), -EDEADSRCDST);
  forget(victim);
  tell(P1, receiving(CONDUCTOR));
  check_kept(own(sending(SEND, P1, mark)), OK, mark);
  check_arrival(outcome(P1, 0), SEND, CONDUCTOR, mark);
}

static void receive(const Victim *kind) {
  check_case(kind->name);
  endpoint_t victim = next_mortal();
  Request request = sending_from(RECEIVE, ANY, kind->buffer);
  tell(victim, request);
  strike(victim, kind->way, next_mark());
  checkDeath(victim);
}

// The request can be read where the reply can't be written.
static void sendrec(void) {
  check_case("a reply in read-only data");
  endpoint_t victim = next_mortal();
  tell(victim, sending_from(SENDREC, CONDUCTOR, (uintptr_t)&constant));
  Outcome request = own(receiving(victim));
  check_result(request, OK);
  check_equal("EBX, the status", SENDREC, request.status);
  check_bytes(request.message, victim, constant);
  strike(victim, bySend, next_mark());
  checkDeath(victim);
}

void conduct_killed(void) {
  for (unsigned i = 0; i < sizeof victims / sizeof *victims; i++) {
    receive(&victims[i]);
  }
  sendrec();
}
