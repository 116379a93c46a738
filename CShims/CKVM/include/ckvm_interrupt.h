/// A process-wide note that the user wants an end (SIGINT, SIGTERM, SIGHUP).
///
/// In C because a signal handler must be async-signal-safe.
#ifndef FAULTLINE_CKVM_INTERRUPT_H
#define FAULTLINE_CKVM_INTERRUPT_H

#include "ckvm_attributes.h"

/// Installs handlers for SIGINT, SIGTERM and SIGHUP that note the signal and
/// make every running ticker's vCPU leave the guest. Unblocks them in the calling
/// thread. A signal that the parent ignored (nohup) stays ignored. The second
/// signal of a kind has its default effect: it ends a process that did not listen
/// to the first. Returns 0 or −errno.
int ckvm_interrupt_watch(void);

/// The first noted signal's number, or 0.
CKVM_NO_LOCKS int ckvm_interrupted(void);

/// Forgets the noted signal and puts the former handlers back; for tests and for
/// embedders. Returns 0 or −errno.
int ckvm_interrupt_unwatch(void);

#endif
