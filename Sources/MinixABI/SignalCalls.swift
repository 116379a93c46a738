/// What SYS_SIGSEND and SYS_SIGRETURN put on a process's stack. Source: minix
/// `include/sys/sigcontext.h`, `include/minix/type.h`; ABI 8.6.
@frozen
public enum SignalLayout {
  /// `struct sigmsg`: signo@0, mask@4, handler@8, sigreturn@12, stack pointer@16.
  @inlinable public static var requestByteCount: UInt32 { 20 }
  /// `struct sigcontext`: flags@0, mask@4, 64 bytes of registers@8, FPU image@72.
  @inlinable public static var contextByteCount: UInt32 { 584 }
  /// Where the registers stand in a context.
  @inlinable public static var registersOffset: Int { 8 }
  /// Where the FPU image stands in a context.
  @inlinable public static var fpuOffset: Int { 72 }
  /// `struct sigframe`: return address@0, signo@4, code@8, context@12, saved EBP@16, old EIP@20,
  /// context@24.
  @inlinable public static var frameByteCount: UInt32 { 28 }
  /// Where the saved EBP stands in a frame; the handler's EBP points there.
  @inlinable public static var savedEBPOffset: UInt32 { 16 }
  /// `MF_FPU_INITIALIZED`: the flag of a context that has an FPU image.
  @inlinable public static var hasFPU: UInt32 { 0x1000 }
}

/// `mcontext_t`, as far as the kernel knows it. Source: ABI 8.9, POSIX sheet 6.4.
@frozen
public enum MachineContextLayout {
  /// The size in bytes.
  @inlinable public static var byteCount: UInt32 { 584 }
  /// Where the FPU image stands.
  @inlinable public static var fpuOffset: Int { 68 }
  /// Where the flags stand, 16 bits.
  @inlinable public static var flagsOffset: Int { 580 }
}

/// The codes of SIGFPE (`FPE_…`). Source: minix `include/sys/signal.h`.
@frozen
public enum FPUErrorCode {
  /// `FPE_FLTDIV`.
  @inlinable public static var divide: UInt32 { 3 }
  /// `FPE_FLTOVF`.
  @inlinable public static var overflow: UInt32 { 4 }
  /// `FPE_FLTUND`, also for denormal operands.
  @inlinable public static var underflow: UInt32 { 5 }
  /// `FPE_FLTRES`.
  @inlinable public static var inexact: UInt32 { 6 }
  /// `FPE_FLTINV`.
  @inlinable public static var invalid: UInt32 { 7 }
}

extension Message {
  /// `SIG_ENDPT`@8.
  @inlinable public var signalEndpoint: Endpoint { self[endpoint: 8] }
  /// `SIG_CTXT_PTR`@28.
  @inlinable public var signalContextAddress: UInt32 { self[word: 28] }
  /// `PR_CTX_PTR`@20 of SYS_GETMCONTEXT and SYS_SETMCONTEXT.
  @inlinable public var machineContextAddress: UInt32 { self[word: 20] }
}
