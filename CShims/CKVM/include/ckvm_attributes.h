/// Marks for Swift.
#ifndef FAULTLINE_CKVM_ATTRIBUTES_H
#define FAULTLINE_CKVM_ATTRIBUTES_H

/// Swift's `@_noLocks`: lets Swift functions that promise neither allocation nor
/// reference counting nor locks call this one. True of a system call and of a
/// memory access; the compiler takes our word for it.
#ifdef __clang__
#define CKVM_NO_LOCKS __attribute__((swift_attr("@_noLocks")))
#else
#define CKVM_NO_LOCKS
#endif

#endif
