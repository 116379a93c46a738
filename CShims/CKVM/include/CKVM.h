/// CKVM: what Swift can't see of <linux/kvm.h>.
///
/// `ioctl` is variadic and its request numbers are function-like macros, so
/// Swift imports neither: each request has one function here. The house rules:
///
/// - A function returns a value, or −errno at once, so that nothing between
///   the system call and the caller can clobber errno.
/// - No policy: which errno means what is decided in the Swift target KVM.
/// - Structures travel by value where KVM only copies them in or out. A
///   pointer appears only where the memory itself is the matter; its comment
///   says how long it must live.
#ifndef FAULTLINE_CKVM_H
#define FAULTLINE_CKVM_H

#include <linux/kvm.h>

#include "ckvm_system.h"
#include "ckvm_vm.h"
#include "ckvm_vcpu.h"
#include "ckvm_run.h"
#include "ckvm_memory.h"
#include "ckvm_ticker.h"
#include "ckvm_interrupt.h"

#endif
