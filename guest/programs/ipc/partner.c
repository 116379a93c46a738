// A process without a will of its own: it waits for the conductor's orders,
// makes the traps that it is told to, and reports what became of them.

#include "partner.h"

#include <errno.h>
#include <program.h>
#include <stddef.h>
#include <string.h>

#include "cast.h"
#include "trial.h"

static Request planned[mostTraps];
static unsigned plannedCount;
static Outcome outcomes[mostTraps];

static Request requestIn(const message *order) {
  return (Request){
    .call = order->m_words[0],
    .peer = order->m_words[1],
    .buffer = order->m_words[2],
    .place = (Place)order->m_words[3],
    .mark = order->m_words[4],
  };
}

static void plan(Request request) {
  if (plannedCount == mostTraps) {
    fail("too much is planned");
  }
  planned[plannedCount++] = request;
}

static void go(void) {
  for (unsigned i = 0; i < plannedCount; i++) {
    outcomes[i] = attempt(&planned[i]);
  }
  plannedCount = 0;
}

static void answer(message *report) {
  int result = ipc_send(CONDUCTOR, report);
  if (result != OK) {
    fail("SEND to the conductor: error %d", result);
  }
}

// Five numbers and a payload.
static void sendReport(const uint32_t numbers[5], const uint32_t payload[7]) {
  message report = {.m_type = reportType};
  memcpy(report.m_words, numbers, 5 * sizeof(uint32_t));
  answer(&report);
  report.m_type = payloadType;
  memcpy(report.m_words, payload, sizeof report.m_words);
  answer(&report);
}

static void reportOutcome(const Outcome *outcome) {
  const uint32_t numbers[] = {
    (uint32_t)outcome->result, outcome->status, outcome->damage,
    (uint32_t)outcome->message.m_source, (uint32_t)outcome->message.m_type};
  sendReport(numbers, outcome->message.m_words);
}

static asynmsg_t *entryIn(const message *order) {
  asynmsg_t *table = (asynmsg_t *)order->m_words[0];
  return (table ? table : entries) + order->m_words[1];
}

static void reportEntry(const asynmsg_t *entry) {
  const uint32_t numbers[] = {
    entry->flags, (uint32_t)entry->dst, (uint32_t)entry->result, (uint32_t)entry->msg.m_source,
    (uint32_t)entry->msg.m_type};
  sendReport(numbers, entry->msg.m_words);
}

int partner(void) {
  for (;;) {
    message order;
    int status;
    int result = ipc_receive(CONDUCTOR, &order, &status);
    if (result != OK || IPC_STATUS_CALL(status) == NOTIFY) {
      fail("no order: result %d, status %#x", result, (unsigned)status);
    }
    const uint32_t *words = order.m_words;
    switch ((Order)order.m_type) {
      case orderNothing:
        break;
      case orderPlan:
        plan(requestIn(&order));
        break;
      case orderGo:
        plan(requestIn(&order));
        go();
        break;
      case orderReport:
        reportOutcome(&outcomes[words[0] % mostTraps]);
        break;
      case orderEntry:
        set_entry(entryIn(&order), words[2], (endpoint_t)words[3], words[4]);
        break;
      case orderReportEntry:
        reportEntry(entryIn(&order));
        break;
      case orderExit:
        return 0;
      default:
        fail("order %#x is unknown", (unsigned)order.m_type);
    }
  }
}
