// The conductor's hand (see conduct.h).

#include "conduct.h"

#include <errno.h>
#include <pages.h>
#include <program.h>
#include <stddef.h>
#include <string.h>

#include "partner.h"

enum { SYS_SETALARM = 24, SYS_TIMES = 25, pageCount = 192 };

DEMAND_ZERO_PAGES(untouched, 192);

static bool isGone[partnerCount + 1];
static endpoint_t lastDead = NONE;

static void order(endpoint_t partner, Order type, const uint32_t words[5]) {
  message order = {.m_type = (int32_t)type};
  memcpy(order.m_words, words, 5 * sizeof(uint32_t));
  int result = ipc_send(partner, &order);
  if (result != OK) {
    fail("order %#x to %ld: error %d", (unsigned)type, (long)partner, result);
  }
}

static void orderRequest(endpoint_t partner, Order type, Request request) {
  const uint32_t words[] = {
    request.call, request.peer, request.buffer, (uint32_t)request.place, request.mark};
  order(partner, type, words);
}

void plan(endpoint_t partner, Request request) {
  orderRequest(partner, orderPlan, request);
}

// Whatever the conductor has printed since was a SENDREC to VFS, and would show
// in the status of what it sends next.  Any RECEIVE ends that, also one that fails.
static void forgetPrinting(void) {
  message *nowhere = (message *)0xFFFFFFF0;
  int result = ipc_receive(ANY, nowhere, NULL);
  if (result != -EFAULT) {
    fail("RECEIVE to nowhere: error %d", result);
  }
}

void tell(endpoint_t partner, Request request) {
  orderRequest(partner, orderGo, request);
  forgetPrinting();
}

static message hear(endpoint_t partner, int32_t type) {
  message report;
  int result = ipc_receive(partner, &report, NULL);
  if (result != OK || report.m_type != type) {
    fail("report from %ld: error %d, type %#x", (long)partner, result, (unsigned)report.m_type);
  }
  return report;
}

Outcome outcome(endpoint_t partner, unsigned number) {
  order(partner, orderReport, (const uint32_t[5]){number});
  message numbers = hear(partner, reportType), payload = hear(partner, payloadType);
  Outcome outcome = {
    .result = (int32_t)numbers.m_words[0],
    .status = numbers.m_words[1],
    .damage = numbers.m_words[2],
    .message = {.m_source = (endpoint_t)numbers.m_words[3],
                .m_type = (int32_t)numbers.m_words[4]},
  };
  memcpy(outcome.message.m_words, payload.m_words, sizeof payload.m_words);
  return outcome;
}

Outcome own(Request request) {
  return attempt(&request);
}

// MARK: SENDA entries

uintptr_t own_table(void) {
  return (uintptr_t)entries;
}

static void orderEntryOf(endpoint_t partner, uintptr_t table, unsigned index, uint32_t flags,
                         endpoint_t destination, uint32_t mark) {
  const uint32_t words[] = {table, index, flags, (uint32_t)destination, mark};
  order(partner, orderEntry, words);
}

void prepare_entry(endpoint_t partner, unsigned index, uint32_t flags, endpoint_t destination,
                   uint32_t mark) {
  orderEntryOf(partner, 0, index, flags, destination, mark);
}

void prepare_entry_at(endpoint_t partner, uintptr_t table, uint32_t flags,
                      endpoint_t destination, uint32_t mark) {
  orderEntryOf(partner, table, 0, flags, destination, mark);
}

static asynmsg_t hearEntry(endpoint_t partner, uintptr_t table, unsigned index) {
  order(partner, orderReportEntry, (const uint32_t[5]){table, index});
  message numbers = hear(partner, reportType), payload = hear(partner, payloadType);
  asynmsg_t entry = {
    .flags = numbers.m_words[0],
    .dst = (endpoint_t)numbers.m_words[1],
    .result = (int32_t)numbers.m_words[2],
    .msg = {.m_source = (endpoint_t)numbers.m_words[3], .m_type = (int32_t)numbers.m_words[4]},
  };
  memcpy(entry.msg.m_words, payload.m_words, sizeof payload.m_words);
  return entry;
}

asynmsg_t entry_of(endpoint_t partner, unsigned index) {
  return hearEntry(partner, 0, index);
}

asynmsg_t entry_at(endpoint_t partner, uintptr_t table) {
  return hearEntry(partner, table, 0);
}

// MARK: Lives

endpoint_t next_mortal(void) {
  static unsigned last = firstMortal - 1;
  if (++last > partnerCount) {
    fail("nobody is left to die");
  }
  return PARTNER(last);
}

void forget(endpoint_t partner) {
  isGone[partner - PARTNER(0)] = true;
  lastDead = partner;
}

void dismiss(endpoint_t partner) {
  order(partner, orderExit, (const uint32_t[5]){0});
  forget(partner);
}

void dismiss_all(void) {
  for (unsigned number = 1; number <= partnerCount; number++) {
    if (!isGone[number]) {
      dismiss(PARTNER(number));
    }
  }
  order(RS, orderExit, (const uint32_t[5]){0});
}

endpoint_t dead_endpoint(void) {
  if (lastDead == NONE) {
    dismiss(next_mortal());
  }
  return lastDead;
}

// MARK: Memory and time

unsigned char *untouched_pages(unsigned count) {
  static unsigned used;
  used += count;
  if (used > pageCount) {
    fail("no untouched page is left");
  }
  return untouched[used - count];
}

uint32_t uptime(void) {
  message request = {.m1_i1 = SELF};
  if (kernel_call(SYS_TIMES, &request) != OK) {
    fail("SYS_TIMES: error %ld", (long)request.m_type);
  }
  return (uint32_t)request.m2_l2;  // T_BOOT_TICKS
}

void set_alarm(uint32_t ticks) {
  message request = {.m2_l1 = (int32_t)ticks};  // ALRM_EXP_TIME, relative
  if (kernel_call(SYS_SETALARM, &request) != OK) {
    fail("SYS_SETALARM: error %ld", (long)request.m_type);
  }
}
