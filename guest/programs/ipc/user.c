// What an ordinary process may do: SENDREC to PM, VFS, RS and VM.  It checks
// for itself, and RS, whose place a partner has, checks what arrives there.

#include <check.h>
#include <errno.h>
#include <minix/callnr.h>
#include <pages.h>

#include "badcall.h"
#include "primitives.h"
#include "verify.h"

enum { unknownRequest = 0x7777 };

// MARK: The conductor's side

void conduct_user(void) {
  check_case("a request");
  plan(RS, receiving(USER));
  plan(RS, sending(SEND, USER, userReply));
  plan(RS, receiving(USER));
  tell(RS, sending(SENDNB, USER, userDismissal));
  check_arrival(outcome(RS, 0), SENDREC, USER, userRequest);
  check_kept(outcome(RS, 1), OK, userReply);
  check_case("the last request");
  check_arrival(outcome(RS, 2), SENDREC, USER, userFarewell);
  check_kept(outcome(RS, 3), OK, userDismissal);
}

// MARK: The user's side

static const uint32_t sendingCalls[] = {SEND, SENDREC, NOTIFY, SENDNB};
static const uint32_t deniedCalls[] = {SEND, NOTIFY, SENDNB};

typedef struct {
  const char *name;
  endpoint_t endpoint;
} Peer;

// One call in two ways: with a message, and with a pointer that nobody looks at.
static void refused(uint32_t call, endpoint_t peer, int32_t result) {
  uint32_t mark = next_mark();
  check_kept(own(sending(call, peer, mark)), result, mark);
  check_result(own(sending_from(call, peer, 0xF0000000)), result);
}

static void nobody(void) {
  static const Peer peers[] = {
    {"NONE", NONE}, {"SELF", SELF}, {"an empty slot", 200}, {"a dead generation", _ENDPOINT(2, 11)},
    {"a slot beyond the table", 5000}, {"the least number", INT32_MIN}};
  for (unsigned i = 0; i < sizeof peers / sizeof *peers; i++) {
    check_case(peers[i].name);
    for (unsigned j = 0; j < 4; j++) {
      refused(sendingCalls[j], peers[i].endpoint, -EDEADSRCDST);
    }
    refused(RECEIVE, peers[i].endpoint, -EDEADSRCDST);
  }
}

static void anyone(void) {
  check_case("ANY");
  for (unsigned i = 0; i < 4; i++) {
    refused(sendingCalls[i], ANY, -EINVAL);
  }
  refused(RECEIVE, ANY, -ETRAPDENIED);
}

// Whom it may not call: that is said before which calls it may not make.
static void strangers(void) {
  static const Peer peers[] = {
    {"a system process", P1}, {"a system process that waits for it", CONDUCTOR},
    {"a server that users don't know", LOG}, {"itself", USER}, {"INIT", INIT_PROC_NR},
    {"idle", -4}, {"CLOCK", CLOCK}, {"SYSTEM", SYSTEM}, {"HARDWARE", HARDWARE}};
  for (unsigned i = 0; i < sizeof peers / sizeof *peers; i++) {
    check_case(peers[i].name);
    for (unsigned j = 0; j < 4; j++) {
      refused(sendingCalls[j], peers[i].endpoint, -ECALLDENIED);
    }
    refused(RECEIVE, peers[i].endpoint, -ETRAPDENIED);
  }
}

static void servers(void) {
  static const Peer peers[] = {
    {"PM", PM_PROC_NR}, {"VFS", VFS_PROC_NR}, {"RS", RS}, {"VM", VM_PROC_NR}};
  static const uint32_t bad[] = {0, 0x60000000, 0x7FFFFFF0, 0xEFFFFFF0, 0xF0000000, 0xFFFFFFFF};
  for (unsigned i = 0; i < sizeof peers / sizeof *peers; i++) {
    check_case(peers[i].name);
    for (unsigned j = 0; j < 3; j++) {
      refused(deniedCalls[j], peers[i].endpoint, -ETRAPDENIED);
    }
    refused(RECEIVE, peers[i].endpoint, -ETRAPDENIED);
    for (unsigned j = 0; j < sizeof bad / sizeof *bad; j++) {
      check_result(own(sending_from(SENDREC, peers[i].endpoint, bad[j])), -EFAULT);
    }
  }
}

static void asynchronously(void) {
  check_case("SENDA");
  uint32_t mark = next_mark();
  set_entry(&entries[0], AMF_VALID, PM_PROC_NR, mark);
  static const uint32_t counts[] = {0, 1, 4160};
  for (unsigned i = 0; i < 3; i++) {
    check_result(own(sending_table(own_table(), counts[i])), -EPERM);
    check_result(own(sending_table(0xF0000000, counts[i])), -EPERM);
  }
  check_entry(entries[0], AMF_VALID, PM_PROC_NR, noResult, mark);
  check_case("SENDA of too many entries");
  check_result(own(sending_table(own_table(), 4161)), -EDOM);
  check_result(own(sending_table(own_table(), UINT32_MAX)), -EDOM);
}

// A question that each of our servers answers alike.
static void questions(void) {
  static const Peer peers[] = {{"a request that PM doesn't know", PM_PROC_NR},
                               {"a request that VFS doesn't know", VFS_PROC_NR},
                               {"a request that VM doesn't know", VM_PROC_NR}};
  static const uint32_t offsets[] = {0, PAGE_SIZE - 5, PAGE_SIZE - 36, 1001};
  for (unsigned i = 0; i < sizeof peers / sizeof *peers; i++) {
    check_case(peers[i].name);
    for (unsigned j = 0; j < 4; j++) {
      message *request = (message *)(untouched_pages(2) + offsets[j]);
      bool isTouched = j % 2 == 1;
      if (isTouched) {
        request->m_type = unknownRequest;
      }
      Request question = sending_from(SENDREC, peers[i].endpoint, (uintptr_t)request);
      question.place = atReadable;
      Outcome answer = own(question);
      check_result(answer, OK);
      check_equal("m_source", (uint32_t)peers[i].endpoint, (uint32_t)answer.message.m_source);
      check_equal("m_type", (uint32_t)-ENOSYS, (uint32_t)answer.message.m_type);
    }
  }
}

static void converse(uint32_t request, uint32_t reply) {
  check_reply(own(sending(SENDREC, RS, request)), RS, reply);
}

int user(void) {
  check_subject("an ordinary process");
  check_case("a request to RS");
  converse(userRequest, userReply);
  check_bad_numbers();
  nobody();
  anyone();
  strangers();
  servers();
  asynchronously();
  questions();
  check_summary();
  // Everybody waits for this one, and is gone afterwards.
  check_case("the last request to RS");
  converse(userFarewell, userDismissal);
  return check_failed();
}
