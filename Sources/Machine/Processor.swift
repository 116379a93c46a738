/// Something that runs ring 3 until it traps: a KVM vCPU, or a script of traps for tests.
///
/// The run loop is the only code that knows there are two. Values cross this seam, nothing else.
public protocol Processor: ~Copyable {
  /// Resumes a process and returns its next trap.
  ///
  /// - Parameter resume: its registers, which the processor sanitises on the way, are afterwards those of
  ///   the trap, RF masked out, because its value depends on the host's KVM.
  /// - Throws: ``ProcessorError`` when the guest cannot go on or the host failed; never for
  ///   anything that an ordinary process does.
  mutating func run(_ resume: Resume) throws(ProcessorError) -> Trap

  /// Sleeps until the clock ticks, or something else wakes the host's thread.
  ///
  /// - Returns: the ticks that have passed, perhaps none; nil if this processor has no clock.
  mutating func waitForTick() -> UInt32?

  /// The exits so far, each under its cause.
  var exits: ExitCounts { get }
}

/// Exits from the guest, by cause. Every return of KVM_RUN is counted once.
@frozen
public struct ExitCounts: Sendable, Equatable, BitwiseCopyable {
  /// #PF from ring 3.
  public var pageFault: UInt64 = 0
  /// Any other exception from ring 3.
  public var exception: UInt64 = 0
  /// IPC traps, vector 33.
  public var ipc: UInt64 = 0
  /// Kernel-call traps, vector 32.
  public var kernelCall: UInt64 = 0
  /// The preemption vector, injected by the host.
  public var preemption: UInt64 = 0
  /// The host's timer: KVM_RUN interrupted by it, or left because the injection that it called for
  /// has become possible.
  public var timerKick: UInt64 = 0
  /// A full edit list carried out before the resume proper.
  public var editFlush: UInt64 = 0
  /// Anything else; such an exit also ends the run.
  public var other: UInt64 = 0

  @inlinable
  public init() {}

  /// All of them.
  public var total: UInt64 {
    pageFault + exception + ipc + kernelCall + preemption + timerKick
      + editFlush + other
  }

  /// Name and count of each cause, in the order of the summary.
  public var byCause: [(name: String, count: UInt64)] {
    [
      ("pageFault", pageFault), ("exception", exception), ("ipc", ipc),
      ("kernelCall", kernelCall), ("preemption", preemption), ("timerKick", timerKick),
      ("editFlush", editFlush), ("other", other),
    ]
  }
}
