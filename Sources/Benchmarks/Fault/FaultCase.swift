/// What `faultline bench fault` sets side by side: the ways of a page fault, and what none of them can
/// do without.
public enum FaultCase: String, CaseIterable, Sendable {
  /// Out of the guest and back: `out` in a loop.
  case exit
  /// The C floor: the stub, and a handler in C that zeroes the page, stores its entry and resumes.
  case floor
  /// Faultline, the fault as a message to VM.
  case message
  /// Faultline, the fault by signal and polling.
  case signal
  /// Linux's `userfaultfd`, served by a thread; without a guest.
  case userfaultfd
}
