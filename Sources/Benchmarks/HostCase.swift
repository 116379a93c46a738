/// What `faultline bench host` measures: the host's logic alone, from the trap that comes in to the
/// registers with which ring 3 is resumed. Ring 3 is played, so that no KVM is needed and nothing else
/// is in the figures.
public enum HostCase: String, CaseIterable, Sendable {
  /// A page fault on anonymous memory: VM_PAGEFAULT to resident VM, a zeroed page, CLEAR_PAGEFAULT.
  /// All processes fault in turn.
  case zeroFill
  /// SEND by one system process, RECEIVE by another, while all others are ready in a worse queue.
  case sendReceive
  /// SENDREC to a guest in RS's place and its answer, RECEIVE and SEND. All others call it in turn.
  case sendrec
  /// SENDREC to PM, which is resident, and its answer. All processes call it in turn.
  case sendrecToResident
  /// The tick that ends a quantum: the message to PM, SYS_SCHEDULE, the next process. All processes
  /// compute for ever.
  case schedule
}
