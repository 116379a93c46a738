internal import CKVM

/// The process-wide note that the user wants an end: SIGINT (Ctrl-C), SIGTERM or SIGHUP.
public enum Interruption {
  /// From now on such a signal is noted instead of ending the process, and makes every vCPU with a
  /// ticker leave the guest. A second signal of the same kind ends the process as usual.
  public static func watch() throws(KVMError) {
    try KVMError.check(ckvm_interrupt_watch(), .watchInterrupts)
  }

  /// The first noted signal's number, or nil.
  public static var signal: Int32? {
    @_noLocks get {
      let noted = ckvm_interrupted()
      return noted == 0 ? nil : noted
    }
  }

  /// Forgets the signal and puts the former handlers back.
  public static func unwatch() throws(KVMError) {
    try KVMError.check(ckvm_interrupt_unwatch(), .watchInterrupts)
  }
}
