// Checks that many cases make.  Every outcome is looked at as a whole: the
// result, the status, the registers that must be as they were, the fences
// around the message, m_source, m_type and all 28 bytes of payload.

#ifndef VERIFY_H
#define VERIFY_H

#include "conduct.h"

// The result; nothing is damaged.
void check_result(Outcome outcome, int32_t result);

// A message: from whom, and what a mark stands for, or nine given words.
void check_message(message seen, endpoint_t source, uint32_t mark);
void check_bytes(message seen, endpoint_t source, message expected);

// OK, and the message that came, by which call.
void check_arrival(Outcome outcome, uint32_t call, endpoint_t source, uint32_t mark);
// OK, and the reply that a SENDREC brought: it has no status.
void check_reply(Outcome outcome, endpoint_t source, uint32_t mark);
// A trap that only reads its message, or fails: it is as it was, the status is 0.
void check_kept(Outcome outcome, int32_t result, uint32_t mark);
// RECEIVE failed: the status is 0, nothing has come.
void check_refusal(Outcome outcome, int32_t result);
// OK, and a notification, made after a time and before now.
void check_notification(Outcome outcome, endpoint_t source, uint32_t earliest);

// A partner is still blocked in its trap: it can't take an order.
void check_blocked(endpoint_t partner);

// Two pages that were untouched hold nothing but a message at an offset.
void check_rest_is_zero(const unsigned char *pages, uint32_t offset);

// SENDA.
void check_entry(asynmsg_t seen, uint32_t flags, endpoint_t destination, int32_t result,
                 uint32_t mark);

// What SEND, SENDNB, SENDREC, NOTIFY or RECEIVE answers for each kind of
// endpoint that is no partner.
void check_endpoints(uint32_t call);
// Messages that SEND, SENDNB or SENDREC can't fetch, then one that it can.
void check_bad_sources(uint32_t call);
// Messages that SEND, SENDNB or SENDREC fetches from all sorts of places.
void check_sources(uint32_t call);

#endif
