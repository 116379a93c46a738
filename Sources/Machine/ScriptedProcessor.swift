/// Plays traps from a list and keeps what it was resumed with: the kernel and VM are tested and
/// measured with it, natively and without KVM.
public struct ScriptedProcessor: Processor {
  private var traps: [Trap]
  private var position = 0
  /// Every resume so far, in order.
  public private(set) var resumes: [Resume] = []
  public private(set) var exits = ExitCounts()

  public init(_ traps: [Trap]) {
    self.traps = traps
  }

  /// Adds a trap to the script's end; a test may decide on it from what it saw.
  public mutating func append(_ trap: Trap) {
    traps.append(trap)
  }

  /// Time passes without delay: a tick a call.
  public mutating func waitForTick() -> UInt32? { 1 }

  public mutating func run(_ resume: Resume) throws(ProcessorError) -> Trap {
    resumes.append(resume)
    guard position < traps.count else { throw .scriptEnded }
    defer { position += 1 }
    exits.count(traps[position].vector)
    return traps[position]
  }
}
