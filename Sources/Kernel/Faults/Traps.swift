import CClock
import FlightRecorder
import I386
public import Machine
import MinixABI

extension Kernel {
  /// Takes a trap of the process that runs, whose registers in the process table are the trap's: the
  /// kernel's only entry from ring 3, but for ``goOn(after:)``.
  public func handle(_ trap: Trap) {
    let entry = note()
    if trap.isVirtual8086 {
      // No CPU lets ring 3 in there; the one that did leaves a process that can't be resumed.
      raise(.segmentation, on: entry.process.slot)
    } else if !takesShortWay(entry) {
      serve(entry)
    }
    // The time comes last: a process that has used up its quantum is made a sender to its scheduler,
    // and must not be one already when its own trap is served.
    if trap.ticks != 0 { passTime(ticks: trap.ticks) }
  }

  /// The same, and who runs next, written out where it is called: the short ways, each with the choice
  /// behind it.
  @inline(__always)
  public func goOn(after trap: Trap) -> Next {
    guard trap.ticks == 0, !trap.isVirtual8086 else {
      handle(trap)
      return next()
    }
    let entry = note()
    switch entry.process.frame.vector {
    case UInt32(Vector.pageFault.rawValue):
      if mayTakeShortWay(entry), passPageFaultOn(entry) { return choose(after: entry) }
    case UInt32(TrapVector.ipc):
      if mayTakeShortWay(entry), callsAtOnce(entry) { return choose(after: entry) }
    default: break
    }
    serve(entry)
    return next()
  }

  /// When it was, and what: the trap's event, and room for those of the short ways.
  @inline(__always)
  private func note() -> ProcessEntry {
    let entry = processes.entry(current)
    let now = cclock_cycles()
    entry.process.trappedAt = now
    recorder.makeRoom()
    recorder.recordTrap(
      by: entry.process.endpoint, vector: entry.process.frame.vector,
      errorCode: entry.process.frame.errorCode,
      eip: entry.process.frame.eip, cr2: entry.process.frame.cr2, at: now)
    return entry
  }

  /// The long way. It is a call, so that the short ones have the registers to themselves.
  @inline(never)
  private func serve(_ entry: ProcessEntry) {
    let vector = Vector(UInt8(truncatingIfNeeded: entry.process.frame.vector))
    if vector == .pageFault { return pageFault(entry) }
    entry.process.watchdog.reset()
    let slot = entry.process.slot
    switch vector.rawValue {
    case TrapVector.ipc: makeIPCCall(slot)
    case TrapVector.kernelCall: makeKernelCall(slot)
    default: exception(slot, vector)
    }
  }

  /// `exception`: every vector below 32 but the page fault becomes a signal. Above, it was the clock,
  /// whose time is passed when the trap has been served.
  private func exception(_ slot: ProcessSlot, _ vector: Vector) {
    guard vector.isException, let signal = Self.signal(of: vector) else { return }
    processes[slot].statistics.exceptions &+= 1
    raise(signal, on: slot)
  }

  /// The signal that an exception of ring 3 raises; nil where it raises none.
  ///
  /// Source: minix `kernel/arch/i386/exception.c`; ABI 10.5.
  static func signal(of vector: Vector) -> Signal? {
    switch vector.rawValue {
    case 0, 4, 5, 16, 19: .floatingPoint
    case 1: .trap
    case 3: .emulator
    case 6, 15: .illegal
    case 8, 17, 18: .bus
    case 9, 10, 11, 12, 13: .segmentation
    // NMI is not ring 3's doing, and TS is never set, so that #NM can't come.
    case 2, 7, 14: nil
    default: vector.isException ? .illegal : nil
    }
  }
}
