import Kernel
import Machine
import MinixABI
import Servers
import Testing

@testable import Session

/// Runs in which everybody waits for the clock.
@Suite struct WaitingTests {
  private let run = Run()

  private static func alarm(_ ticks: Int32) -> Message {
    var message = Message(type: KernelCallNumber.setAlarm.messageType)
    message[int: 20] = ticks
    return message
  }

  private static func trap(_ vector: UInt8, eax: UInt32, ecx: UInt32 = 0) -> FramedTrap {
    var frame = TrapFrame()
    frame.vector = UInt32(vector)
    (frame.eax, frame.ecx) = (eax, ecx)
    frame.ebx = TinyProgram.address(3)
    return FramedTrap(frame: frame)
  }

  private static var setAlarm: FramedTrap {
    trap(TrapVector.kernelCall, eax: TinyProgram.address(0))
  }
  private static var receive: FramedTrap {
    trap(TrapVector.ipc, eax: UInt32(bitPattern: Endpoint.any.rawValue), ecx: 2)
  }

  private func run(
    _ messages: [Message], _ traps: [FramedTrap], timeout: Duration? = nil
  ) throws -> RunResult {
    try run([messages], traps) { configuration in
      configuration.programs[0].isSystem = true
      configuration.timeout = timeout
    }
  }

  /// The alarm wakes the program; the time until then was nobody's.
  @Test func anAlarmIsWaitedFor() throws {
    let result = try run(
      [Self.alarm(1000), .exit(0)], [Self.setAlarm, Self.receive, .sendrec(1, to: .pm)])
    guard case .finished = result.end else {
      Issue.record("\(result.end)")
      return
    }
    #expect(result.processes.first?.userTicks == 0)
    #expect(result.kernel.notifications[1] == 1, "one from CLOCK")
  }

  /// With no alarm left the run is over.
  @Test func afterTheAlarmTheRunIsStuck() throws {
    let result = try run([Self.alarm(5)], [Self.setAlarm, Self.receive, Self.receive])
    guard case .stuck(let waits) = result.end else {
      Issue.record("\(result.end)")
      return
    }
    #expect(waits.map(\.name) == ["tiny0"])
  }

  @Test func theDeadlineComesFirst() throws {
    let result = try run([Self.alarm(.max)], [Self.setAlarm, Self.receive], timeout: .zero)
    guard case .timeout = result.end else {
      Issue.record("\(result.end)")
      return
    }
  }

  @Test func interruptedWhileWaiting() throws {
    var polls = 0
    run.interruption = {
      polls += 1
      return polls == 20 ? 2 : nil
    }
    let result = try run([Self.alarm(.max)], [Self.setAlarm, Self.receive])
    guard case .interrupted(2) = result.end else {
      Issue.record("\(result.end)")
      return
    }
  }

  /// SYS_ABORT: a second is left, and then the run ends, whoever lives.
  @Test func shutDown() throws {
    var abort = Message(type: KernelCallNumber.abort.messageType)
    abort[int: 8] = ShutdownKind.reboot.rawValue
    let result = try run([abort], [Self.setAlarm, .clock(59), Self.receive])
    guard case .shutDown(.reboot) = result.end else {
      Issue.record("\(result.end)")
      return
    }
    #expect(result.processes.map(\.end) == [nil])
    #expect(result.memory?.leakedPages == 0)
  }
}
