import Machine
import MinixABI
import Testing

@testable import Kernel

/// SYS_IRQCTL, SYS_IOPENABLE and SYS_SEGCTL (ABI 8.9 and 17).
@Suite struct IRQControlTests {
  let bench: Bench
  let service: Guest
  let other: Guest

  init() throws {
    bench = try Bench()
    (service, other) = (try bench.system(11), try bench.system(12))
  }

  private func call(
    _ guest: Guest, _ request: Int16, line: Int16 = 3, hook: Int32
  ) -> (ResultCode, Int32) {
    var message = Message(type: KernelCallNumber.irqControl.messageType)
    (message[short: 8], message[short: 10]) = (request, line)
    (message[int: 12], message[int: 28]) = (1, hook)
    let reply = bench.call(guest, message) ?? Message()
    return (ResultCode(rawValue: reply.type), reply[int: 28])
  }

  @Test func hooks() {
    #expect(call(service, 1, hook: 5) == (.ok, 1))
    #expect(call(other, 1, hook: 5) == (.ok, 2))
    #expect(call(service, 1, hook: 6) == (.ok, 3))
    // The same bit again: the same hook.
    #expect(call(service, 1, line: 15, hook: 5) == (.ok, 1))
    #expect(bench.kernel.irqHooks[0]?.line == 15)
    #expect(call(service, 3, hook: 1).0 == .ok)
    #expect(bench.kernel.irqHooks[0]?.isEnabled == true)
    #expect(call(service, 4, hook: 1).0 == .ok)
    #expect(bench.kernel.irqHooks[0]?.isEnabled == false)
    for request in [2, 3, 4] as [Int16] {
      #expect(call(service, request, hook: 2).0 == .eperm)
      for hook in [0, -1, 4, 17, .max, .min] as [Int32] {
        #expect(call(service, request, hook: hook).0 == .einval)
      }
    }
    #expect(call(service, 2, hook: 1).0 == .ok)
    #expect(call(service, 2, hook: 1).0 == .einval)
    bench.call(.pm, Message(.clear, service.endpoint))
    #expect(bench.kernel.irqHooks.compactMap { $0?.owner } == [other.endpoint])
  }

  @Test func refusals() {
    for line in [-1, 16, .max] as [Int16] {
      #expect(call(service, 1, line: line, hook: 1).0 == .einval)
    }
    for bit in [-1, 32, .min] as [Int32] { #expect(call(service, 1, hook: bit).0 == .einval) }
    for request in [0, 5, -1] as [Int16] { #expect(call(service, request, hook: 1).0 == .einval) }
    for bit in 0..<16 as Range<Int32> { #expect(call(service, 1, hook: bit).0 == .ok) }
    #expect(call(service, 1, hook: 16).0 == .enospc)
    #expect(call(service, 1, hook: 3) == (.ok, 4))
  }

  @Test func onlyListedLines() {
    let id = bench.kernel.processes[service.slot].privilege
    bench.kernel.privileges[id].flags.insert(.checksIRQ)
    bench.kernel.resources[Int(id.rawValue)].irqs = [7]
    #expect(call(service, 1, line: 3, hook: 1).0 == .eperm)
    #expect(call(service, 1, line: 7, hook: 1) == (.ok, 1))
  }

  @Test func portsAndSegments() throws {
    let user = try bench.user(13)
    let flags = try #require(bench.resume(user)).frame.eflags
    for (who, result) in [(user.endpoint, ResultCode.ok), (.itself, .ok), (.none, .einval)] {
      var message = Message(.ioEnable, .none)
      message[endpoint: 12] = who
      #expect(bench.call(service, message)?.type == result.rawValue)
    }
    #expect(bench.resume(user)?.frame.eflags == flags)
    #expect(bench.call(service, Message(.segmentControl, .none))?.type == -22)
  }
}
