// Checks of outcomes (see verify.h).

#include "verify.h"

#include <check.h>
#include <errno.h>
#include <minix/callnr.h>
#include <pages.h>

#include "partner.h"

// What a trap must keep; the first that it has not kept is named.
static void checkDamage(uint32_t damage) {
  static const char *const names[] = {
    "EAX, kept", "EBX, kept", "ECX, kept", "EDX, kept", "ESI, kept", "EDI, kept", "EBP, kept",
    "ESP, kept", "EFLAGS, kept", "DS, kept", "ES, kept", "FS, kept", "GS, kept", "CS, kept",
    "SS, kept",
  };
  unsigned first = damage == 0 ? 0 : (unsigned)__builtin_ctz(damage);
  bool isRegister = first < sizeof names / sizeof *names;
  check_equal(isRegister ? names[first] : "the memory next to the message", 0, damage);
}

void check_result(Outcome outcome, int32_t result) {
  check_equal("EAX", (uint32_t)result, (uint32_t)outcome.result);
  checkDamage(outcome.damage);
}

void check_bytes(message seen, endpoint_t source, message expected) {
  static const char *const names[] = {
    "payload word 0", "payload word 1", "payload word 2", "payload word 3",
    "payload word 4", "payload word 5", "payload word 6",
  };
  check_equal("m_source", (uint32_t)source, (uint32_t)seen.m_source);
  check_equal("m_type", (uint32_t)expected.m_type, (uint32_t)seen.m_type);
  for (unsigned word = 0; word < 7; word++) {
    check_equal(names[word], expected.m_words[word], seen.m_words[word]);
  }
}

void check_message(message seen, endpoint_t source, uint32_t mark) {
  check_bytes(seen, source, marked(mark));
}

void check_arrival(Outcome outcome, uint32_t call, endpoint_t source, uint32_t mark) {
  check_result(outcome, OK);
  check_equal("EBX, the status", call, outcome.status);
  check_message(outcome.message, source, mark);
}

void check_reply(Outcome outcome, endpoint_t source, uint32_t mark) {
  check_result(outcome, OK);
  check_message(outcome.message, source, mark);
}

void check_kept(Outcome outcome, int32_t result, uint32_t mark) {
  check_result(outcome, result);
  check_equal("EBX, the status", 0, outcome.status);
  check_message(outcome.message, noSource, mark);
}

void check_refusal(Outcome outcome, int32_t result) {
  check_kept(outcome, result, blankMark);
}

void check_notification(Outcome outcome, endpoint_t source, uint32_t earliest) {
  uint32_t latest = uptime();
  check_result(outcome, OK);
  check_equal("EBX, the status", NOTIFY, outcome.status);
  uint32_t timestamp = (uint32_t)outcome.message.m2_l2;  // NOTIFY_TIMESTAMP
  check(timestamp >= earliest, "timestamp, at the earliest", earliest, timestamp);
  check(timestamp <= latest, "timestamp, at the latest", latest, timestamp);
  // Nothing but who and when.
  message expected = {.m_type = NOTIFY_MESSAGE | (SLOT(source) + 4)};
  expected.m2_l2 = (int32_t)timestamp;
  check_bytes(outcome.message, source, expected);
}

void check_blocked(endpoint_t partner) {
  message nothing = {.m_type = orderNothing};
  check_equal("SENDNB to one that should be blocked", (uint32_t)-ENOTREADY,
              (uint32_t)ipc_sendnb(partner, &nothing));
}

static bool isZero(const unsigned char *bytes, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (bytes[i] != 0) {
      return false;
    }
  }
  return true;
}

void check_rest_is_zero(const unsigned char *pages, uint32_t offset) {
  uint32_t end = offset + sizeof(message);
  check(isZero(pages, offset), "zeros before the message", true, false);
  check(isZero(pages + end, 2 * PAGE_SIZE - end), "zeros after the message", true, false);
}

void check_entry(asynmsg_t seen, uint32_t flags, endpoint_t destination, int32_t result,
                 uint32_t mark) {
  check_equal("the entry's flags", flags, seen.flags);
  check_equal("the entry's destination", (uint32_t)destination, (uint32_t)seen.dst);
  check_equal("the entry's result", (uint32_t)result, (uint32_t)seen.result);
  check_message(seen.msg, noSource, mark);
}
