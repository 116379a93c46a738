import Machine
import MinixABI
import Testing

@testable import Kernel
@testable import Servers

/// Calls to PM, as a program's library makes them.
extension House {
  /// Makes a call, and waits for the answer.
  ///
  /// - Parameter fields: values by their offsets in the message.
  /// - Returns: the answer; nil if there is none yet.
  @discardableResult
  func ask(_ program: Endpoint, _ call: PosixCall, _ fields: [Int: Int32] = [:]) -> Message? {
    var message = Message(type: call.rawValue)
    for (offset, value) in fields { message[int: offset] = value }
    return exchange(program, message)
  }

  /// The answer's type.
  @discardableResult
  func result(
    _ program: Endpoint, _ call: PosixCall, _ fields: [Int: Int32] = [:]
  ) -> Int32? {
    ask(program, call, fields)?.type
  }

  /// FORK.
  ///
  /// - Returns: the child, whose answer is 0.
  func fork(
    _ parent: Endpoint, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Endpoint {
    let before = kernel.guests
    let pid = try #require(result(parent, .fork), sourceLocation: sourceLocation)
    #expect(pid > 1, sourceLocation: sourceLocation)
    let child = try #require(
      kernel.guests.first { !before.contains($0) }, sourceLocation: sourceLocation)
    #expect(answer(to: child)?.type == 0, sourceLocation: sourceLocation)
    return child
  }

  func exit(_ program: Endpoint, _ status: Int32 = 0) {
    ask(program, .exit, [8: status])
  }

  func pid(_ program: Endpoint) -> Int32? { result(program, .getPID) }

  /// KILL by somebody.
  @discardableResult
  func kill(_ sender: Endpoint, _ pid: Int32?, _ signal: Signal) -> Int32? {
    result(sender, .kill, [8: pid ?? 0, 12: signal.rawValue])
  }

  /// SIGACTION without the old action. The trampoline is at 0x7770.
  @discardableResult
  func handle(
    _ signal: Signal, in program: Endpoint, by handler: UInt32, mask: UInt32 = 0,
    flags: UInt32 = 0
  ) -> Int32? {
    store([handler, mask, flags], to: program, at: Self.scratch)
    return result(
      program, .signalAction,
      [12: signal.rawValue, 20: Int32(Self.scratch), 24: 0, 28: 0x7770])
  }

  /// SIGPROCMASK, `SIG_SETMASK`: the old mask.
  @discardableResult
  func block(_ mask: UInt32, in program: Endpoint) -> UInt32? {
    ask(program, .signalMask, [8: 2, 20: Int32(bitPattern: mask)])?[word: 20]
  }

  /// Makes a process somebody: such two users only a set-uid program has.
  func take(_ real: Int32, _ effective: Int32, in program: Endpoint) {
    pm.roster[program.slot].identity.realUser = Int16(real)
    pm.roster[program.slot].identity.effectiveUser = Int16(effective)
  }

  func store(_ words: [UInt32], to program: Endpoint, at address: UInt32) {
    write(
      words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } },
      to: program, at: address)
  }

  /// The instruction at which a program goes on, and its stack pointer.
  func registers(_ program: Endpoint) -> (eip: UInt32, esp: UInt32) {
    let frame = kernel.processes[program.slot].frame
    return (frame.eip, frame.esp)
  }

  /// A place for structures.
  static var scratch: UInt32 { data + 0x800 }

  /// Uses up everybody's quantum, so that INIT's turn comes.
  func letInitRun() {
    for guest in kernel.guests where isRunnable(guest) {
      trap(guest, ticks: 8) { $0.vector = 0x50 }
      run()
    }
  }

  /// Time passes in which nobody runs.
  func pass(_ ticks: UInt32) {
    run()
    kernel.current = Endpoint.idle.slot
    kernel.passIdleTime(ticks: ticks)
    run()
  }
}
