/// The preemption ticker: kicks a vCPU's thread out of KVM_RUN at a fixed rate.
///
/// In C because a signal handler must be async-signal-safe, which no Swift code
/// promises. A POSIX timer (CLOCK_MONOTONIC, SIGEV_THREAD_ID) sends a real-time
/// signal to the thread that started the ticker; the handler counts the tick
/// and sets `immediate_exit`, so that KVM_RUN returns −EINTR even when the
/// signal came just before the entry.
///
/// Tickers live in a fixed table that is never freed: a signal that was queued
/// before its timer's end finds either its own ticker or none.
#ifndef FAULTLINE_CKVM_TICKER_H
#define FAULTLINE_CKVM_TICKER_H

#include <linux/kvm.h>
#include <stdint.h>

#include "ckvm_attributes.h"

/// How many tickers can run at once in the process.
enum { CKVM_TICKER_CAPACITY = 256 };

/// Starts a ticker for the calling thread: `hertz` ticks per second (1 to
/// 10,000). `run` must stay mapped until `ckvm_ticker_stop` has returned.
/// Unblocks the ticker's signal in the calling thread. Returns the ticker's
/// number (>= 0), or −errno: −EINVAL for a rate outside the range, −EAGAIN when
/// the table is full or the user's queued-signal limit is reached.
int ckvm_ticker_start(struct kvm_run *run, unsigned hertz);

/// Clears `immediate_exit`, then fetches and clears the number of ticks since
/// the last call. In that order a tick between the two steps is counted now and
/// kicks once for nothing; in the other it would be lost until the next one.
CKVM_NO_LOCKS uint32_t ckvm_ticker_take(int ticker);

/// Stops a ticker, from any thread. When it returns, no handler touches the
/// ticker's run page any more.
void ckvm_ticker_stop(int ticker);

/// Sets `immediate_exit` for every running ticker; for other signal handlers.
/// Async-signal-safe.
void ckvm_ticker_kick_all(void);

#endif
