// What a partner can be told, between the conductor and it.

#ifndef PARTNER_H
#define PARTNER_H

// m_type of an order, and what its payload's words are.
typedef enum {
  orderNothing = 0x100,
  orderPlan,         // a Request: to be made when the next orderGo comes
  orderGo,           // a Request: to be made after those that are planned
  orderReport,       // number of a trap since the last orderGo: two messages back
  orderEntry,        // table or 0, index, flags, destination, mark: fills a SENDA entry
  orderReportEntry,  // table or 0, index: two messages back
  orderExit,
} Order;

// Of a report's first message; the second one has the payload.
enum { reportType = 0x200, payloadType };

enum { mostTraps = 8 };

int partner(void);

#endif
