// How the conductor leads its partners.
//
// Nothing here measures time.  Partners are in a better queue than the
// conductor: whenever the conductor runs, each of them, and whoever they have
// asked for memory or an end, has done what it can, and is blocked.
//
// The conductor itself orders by SEND and hears by RECEIVE, so it has no
// unfinished SENDREC (MF_REPLY_PEND) unless a case makes one.

#ifndef CONDUCT_H
#define CONDUCT_H

#include "cast.h"
#include "trial.h"

// A trap that a partner is to make after the ones planned before.
void plan(endpoint_t partner, Request request);
// Likewise, and it begins: afterwards it has made them all, or is blocked in one.
void tell(endpoint_t partner, Request request);
// What became of a trap that was planned or told.  Waits until all are made.
Outcome outcome(endpoint_t partner, unsigned number);

// A trap of the conductor's own.
Outcome own(Request request);

// SENDA entries of a partner, in its own table, or in one at an address.
void prepare_entry(endpoint_t partner, unsigned index, uint32_t flags, endpoint_t destination,
                   uint32_t mark);
void prepare_entry_at(endpoint_t partner, uintptr_t table, uint32_t flags,
                      endpoint_t destination, uint32_t mark);
asynmsg_t entry_of(endpoint_t partner, unsigned index);
asynmsg_t entry_at(endpoint_t partner, uintptr_t table);
// The address of everybody's own table.
uintptr_t own_table(void);

// A partner that may die.
endpoint_t next_mortal(void);
// Ends a partner that waits for orders.
void dismiss(endpoint_t partner);
// A partner that has died otherwise.
void forget(endpoint_t partner);
// Ends all that are left, but for LOG and TTY.
void dismiss_all(void);
// An endpoint that was a process's once.
endpoint_t dead_endpoint(void);

// Pages that no process has touched yet.
unsigned char *untouched_pages(unsigned count);

// Ticks since the start, and an alarm after so many more: CLOCK will notify.
uint32_t uptime(void);
void set_alarm(uint32_t ticks);

#endif
