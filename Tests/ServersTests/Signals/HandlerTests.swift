import Machine
import MinixABI
import Servers
import Testing

@testable import Kernel

/// Signals that are caught: frames, masks, returns, and the calls that they interrupt (POSIX sheet
/// 2.4).
@Suite struct HandlerTests {
  let house: House
  let program: Endpoint
  static var stack: UInt32 { House.data + 0x1F00 }

  init() throws {
    house = try House()
    program = try house.program(11)
    house.kernel.processes[program.slot].frame.esp = Self.stack
    house.kernel.processes[program.slot].frame.ebp = 0xB0B
    house.kernel.processes[program.slot].frame.esi = 0x51
  }

  /// SIGRETURN by the topmost handler, whose context is known from its frame.
  private func leaveHandler() -> Message? {
    let frame = house.words(7, of: program, at: house.registers(program).esp)
    let mask = house.words(2, of: program, at: frame[3])[1]
    return house.ask(
      program, .signalReturn,
      [12: 0, 20: Int32(bitPattern: mask), 28: Int32(bitPattern: frame[3])])
  }

  private var topSignal: UInt32 {
    house.words(2, of: program, at: house.registers(program).esp)[1]
  }

  /// The frame as the sheet has it, a handler that runs before KILL returns, and the way back.
  @Test func aSignalToOneself() throws {
    house.handle(.user1, in: program, by: 0x4000, mask: Signal.alarm.bit)
    house.block(Signal.hangup.bit, in: program)
    let before = house.registers(program)
    #expect(house.kill(program, 2, .user1) == 0)
    #expect(house.registers(program).eip == 0x4000)
    let frame = Self.stack - 612
    let context = Self.stack - 584
    #expect(house.registers(program).esp == frame)
    #expect(
      house.words(7, of: program, at: frame)
        == [0x7770, 10, 0, context, 0xB0B, before.eip, context])
    #expect(house.words(2, of: program, at: context)[1] == Signal.hangup.bit)
    #expect(
      house.block(0, in: program) == Signal.hangup.bit | Signal.alarm.bit | Signal.user1.bit)
    house.kernel.processes[program.slot].frame.esi = 0
    _ = leaveHandler()
    #expect(house.registers(program) == before)
    #expect(house.kernel.processes[program.slot].frame.ebp == 0xB0B)
    #expect(house.kernel.processes[program.slot].frame.esi == 0x51)
    #expect(house.block(0, in: program) == Signal.hangup.bit)
  }

  /// What is blocked while a handler runs, by its flags, and what is left of the handler.
  @Test(
    arguments: [
      (0, Signal.user1.bit | 2, 0x4000), (4, 2, 0x4000), (2, Signal.user1.bit | 2, 0), (6, 2, 0),
      (0x79, Signal.user1.bit | 2, 0x4000),
    ] as [(UInt32, UInt32, UInt32)])
  func flags(_ flags: UInt32, _ mask: UInt32, _ left: UInt32) {
    house.handle(.user1, in: program, by: 0x4000, mask: 2, flags: flags)
    house.kill(program, 2, .user1)
    #expect(house.block(0, in: program) == mask)
    #expect(
      house.result(program, .signalAction, [12: 10, 24: Int32(House.scratch)]) == 0)
    #expect(house.words(3, of: program, at: House.scratch) == [left, 2, flags])
  }

  /// ESP with two frames on the stack: each is 612 bytes below a multiple of 16.
  private static let twoFrames = ((stack - 612) & ~15) - 612

  /// Unblocking two at once: both frames, the higher number on top, before SIGPROCMASK returns.
  @Test func twoAtOnce() {
    house.handle(.user1, in: program, by: 0x4000)
    house.handle(.user2, in: program, by: 0x5000)
    house.block(Signal.user1.bit | Signal.user2.bit, in: program)
    house.kill(program, 2, .user2)
    house.kill(program, 2, .user1)
    #expect(house.registers(program).esp == Self.stack)
    #expect(
      house.ask(program, .signalPending)?[word: 20] == Signal.user1.bit | Signal.user2.bit)
    #expect(house.block(0, in: program) == Signal.user1.bit | Signal.user2.bit)
    #expect(house.registers(program).eip == 0x5000)
    #expect(house.registers(program).esp == Self.twoFrames)
    #expect(topSignal == 12)
    _ = leaveHandler()
    #expect(house.registers(program).eip == 0x4000)
    #expect(topSignal == 10)
    _ = leaveHandler()
    #expect(house.registers(program).esp == Self.stack)
    #expect(house.block(0, in: program) == 0)
  }

  /// The mask of the first one's handler keeps the second back until that has returned.
  @Test func oneAfterTheOther() {
    house.handle(.user1, in: program, by: 0x4000, mask: Signal.user2.bit)
    house.handle(.user2, in: program, by: 0x5000)
    house.block(Signal.user1.bit | Signal.user2.bit, in: program)
    house.kill(program, 2, .user2)
    house.kill(program, 2, .user1)
    house.block(0, in: program)
    #expect(house.registers(program).eip == 0x4000)
    _ = leaveHandler()
    #expect(house.registers(program).eip == 0x5000)
    #expect(house.registers(program).esp == Self.stack - 612)
    _ = leaveHandler()
    #expect(house.registers(program).esp == Self.stack)
  }

  /// WAIT, PAUSE and SIGSUSPEND end with EINTR when a handler runs, and only then.
  @Test(arguments: [PosixCall.wait, .waitPID, .pause, .signalSuspend])
  func interruptedCalls(_ call: PosixCall) throws {
    let other = try house.program(12)
    let child = try house.fork(program)
    house.handle(.user1, in: program, by: 0x4000)
    house.handle(.user2, in: program, by: 1)
    house.block(Signal.terminate.bit, in: program)
    let mask = Int32(bitPattern: Signal.terminate.bit)
    #expect(house.ask(program, call, [8: -1, 20: mask]) == nil)
    for ignored in [Signal.user2, .window, .child, .terminate] { house.kill(other, 2, ignored) }
    #expect(!house.isRunnable(program))
    house.kill(other, 2, .user1)
    #expect(house.answer(to: program)?.type == ResultCode.eintr.rawValue)
    #expect(house.registers(program).eip == 0x4000)
    _ = leaveHandler()
    #expect(house.registers(program).esp == Self.stack)
    #expect(house.pm.end(of: program) == nil)
    house.exit(child)
    #expect(house.result(program, .wait) == 4)
  }

  /// SIGSUSPEND: the handler runs with its mask and the own bit; then the old mask is back before what
  /// it blocks is considered.
  @Test func suspended() throws {
    let other = try house.program(12)
    house.handle(.user1, in: program, by: 0x4000)
    house.handle(.user2, in: program, by: 0x5000)
    house.block(Signal.user1.bit, in: program)
    #expect(
      house.ask(program, .signalSuspend, [20: Int32(bitPattern: Signal.user2.bit | 0x80200)]) == nil
    )
    house.kill(other, 2, .user2)
    #expect(house.answer(to: program) == nil)
    house.kill(other, 2, .user1)
    #expect(house.answer(to: program)?.type == ResultCode.eintr.rawValue)
    #expect(
      house.ask(program, .signalMask, [8: 4])?[word: 20] == Signal.user1.bit | Signal.user2.bit)
    let frame = house.words(4, of: program, at: house.registers(program).esp)
    #expect(house.words(2, of: program, at: frame[3])[1] == Signal.user1.bit)
    _ = leaveHandler()
    #expect(house.registers(program).eip == 0x5000)
    _ = leaveHandler()
    #expect(house.registers(program).esp == Self.stack)
    #expect(house.block(0, in: program) == Signal.user1.bit)
  }

  /// A signal that is pending when SIGSUSPEND lets it through.
  @Test func suspendedWithOnePending() {
    house.handle(.user1, in: program, by: 0x4000)
    house.block(Signal.user1.bit, in: program)
    house.kill(program, 2, .user1)
    #expect(
      house.ask(program, .signalSuspend, [20: 0])?.type == ResultCode.eintr.rawValue)
    #expect(house.registers(program).eip == 0x4000)
  }

  /// A stack that can't take the frame is the end, by that signal; so is VM's or the kernel's refusal.
  @Test(arguments: [0, 1, 2]) func noStack(_ reason: Int) {
    house.handle(.user1, in: program, by: 0x4000)
    switch reason {
    case 0: house.kernel.processes[program.slot].frame.esp = 0x100
    case 1: house.refusals[.pushSignal] = .enomem
    default:
      house.kernel.processes[program.slot].frame.esp = 0x9000_0000
      house.memoryAnswer = .efault
    }
    #expect(house.kill(program, 2, .user1) == nil)
    #expect(house.pm.end(of: program) == .signal(.user1))
    #expect(house.kernel.guests.isEmpty)
  }

  /// The frame's memory is not there yet: PM waits for VM.
  @Test func aStackThatIsNotThere() {
    house.handle(.user1, in: program, by: 0x4000)
    house.kernel.processes[program.slot].frame.esp = 0x7FFF_F100
    #expect(house.kill(program, 2, .user1) == 0)
    #expect(house.words(2, of: program, at: 0x7FFF_F100 - 612) == [0x7770, 10])
    _ = leaveHandler()
    #expect(house.registers(program).esp == 0x7FFF_F100)
  }

  /// SIGRETURN with a context that isn't there: an error, and the mask is set all the same.
  @Test func aBadContext() {
    #expect(
      house.result(
        program, .signalReturn, [20: 0x0408_0000 | 4, 28: Int32(bitPattern: 0xF000_0000)])
        == ResultCode.efault.rawValue)
    #expect(house.block(0, in: program) == 0x0400_0004)
  }

  /// The program is in the middle of a call to somebody busy: its handler runs when that has taken the
  /// message, and the answer is there when the handler returns.
  @Test func whileSending() throws {
    let (other, sender) = (try house.program(12), try house.program(13))
    house.handle(.user1, in: program, by: 0x4000)
    house.handle(.user2, in: program, by: 0x5000)
    // VFS is busy with another's write.
    house.memoryAnswer = nil
    var write = Message(type: PosixCall.write.rawValue)
    write[int: 8] = 1
    write[int: 12] = 4
    write[word: 20] = House.absent
    #expect(house.call(other, write, to: .vfs) == nil)
    write[word: 20] = House.data + 0x100
    #expect(house.call(program, write, to: .vfs) == nil)
    #expect(house.kernel.processes[program.slot].rts.contains(.sending))
    #expect(house.kill(sender, 2, .user1) == 0)
    #expect(house.kill(sender, 2, .user2) == 0)
    #expect(house.registers(program).esp == Self.stack, "not yet")
    house.memoryAnswer = .ok
    house.kernel.notify(from: .pm, to: .vm)
    house.run()
    #expect(house.answer(to: program)?.type == 4)
    #expect(house.registers(program).eip == 0x5000)
    #expect(topSignal == 12)
    #expect(house.registers(program).esp == Self.twoFrames)
    #expect(house.output.parts.count == 2)
  }

  /// A signal that the kernel raises because of what the program has done.
  @Test func anException() {
    house.handle(.illegal, in: program, by: 0x4000)
    house.trap(program) { $0.vector = 6 }
    house.run()
    #expect(house.registers(program).eip == 0x4000)
    #expect(topSignal == 4)
    #expect(house.isRunnable(program))
    #expect(!house.kernel.processes[program.slot].rts.contains(.sigPending))
  }

  /// Whoever blocks or ignores it ends; whoever blocks or ignores the same signal from a process
  /// doesn't.
  @Test(arguments: [4, 5, 16, 8, 7, 11] as [Int32], [false, true])
  func unavoidableExceptions(_ number: Int32, _ isIgnored: Bool) {
    let signal = Signal(rawValue: number)
    if isIgnored {
      house.handle(signal, in: program, by: 1)
    } else {
      house.handle(signal, in: program, by: 0x4000)
      house.block(signal.bit, in: program)
    }
    #expect(house.kill(program, 2, signal) == 0)
    #expect(house.pm.end(of: program) == nil)
    house.kernel.raise(signal, on: program.slot)
    house.run()
    #expect(house.pm.end(of: program) == .signal(signal))
  }
}
