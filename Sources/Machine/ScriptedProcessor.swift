public import I386

/// A trap, and the registers that it has left: what scripts consist of.
public struct FramedTrap: Sendable {
  public var frame: TrapFrame
  public var trap: Trap

  public init(frame: TrapFrame, _ trap: Trap) { (self.frame, self.trap) = (frame, trap) }

  public init(frame: TrapFrame, ticks: UInt32 = 0, isVirtual8086: Bool = false) {
    self.init(frame: frame, Trap(ticks: ticks, isVirtual8086: isVirtual8086))
  }

  /// Clock ticks until then.
  public var ticks: UInt32 { trap.ticks }
  /// Whether it came in virtual-8086 mode.
  public var isVirtual8086: Bool { trap.isVirtual8086 }
  /// The vector by which ring 3 was left.
  public var vector: Vector { Vector(UInt8(truncatingIfNeeded: frame.vector)) }
}

/// Plays traps from a list and keeps what it was resumed with: the kernel and VM are tested and
/// measured with it, natively and without KVM.
public struct ScriptedProcessor: Processor {
  private var traps: [FramedTrap]
  private var position = 0
  /// Every resume so far, in order, and the registers of each.
  public private(set) var resumes: [(resume: Resume, frame: TrapFrame)] = []
  public private(set) var exits = ExitCounts()

  public init(_ traps: [FramedTrap]) {
    self.traps = traps
  }

  /// Adds a trap to the script's end; a test may decide on it from what it saw.
  public mutating func append(_ trap: FramedTrap) {
    traps.append(trap)
  }

  /// Time passes without delay: a tick a call.
  public mutating func waitForTick() -> UInt32? { 1 }

  public mutating func run(_ resume: Resume) throws(ProcessorError) -> Trap {
    resumes.append((resume, resume.registers.frame))
    guard position < traps.count else { throw .scriptEnded }
    defer { position += 1 }
    resume.registers.frame = traps[position].frame
    exits.count(traps[position].vector)
    return traps[position].trap
  }
}
