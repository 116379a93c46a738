import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// ABI 12.2: what k faults cost, with VM waiting or busy, under both deliveries.
@Suite struct CostTests {
  struct Cost: Sendable, CustomTestStringConvertible {
    var delivery: FaultDelivery
    var vmWaits: Bool
    var k: Int32
    var testDescription: String { "\(delivery), \(k) faults, VM \(vmWaits ? "waits" : "is busy")" }
    var messages: Int { delivery == .message ? Int(k) : vmWaits && k > 1 ? 2 : 1 }
    var clears: UInt64 { UInt64(k) }
    var polls: UInt64 {
      delivery == .message ? 0 : UInt64(k) + (vmWaits && k > 1 ? 2 : 1)
    }
  }

  static let rows: [Cost] = FaultDelivery.allCases.flatMap { delivery in
    [true, false].flatMap { vmWaits in
      [1, 2, 4, 8, 16].map { Cost(delivery: delivery, vmWaits: vmWaits, k: $0) }
    }
  }

  /// Under `message` no notification and no poll; under `signal` both, and no message.
  @Test(arguments: rows) func costs(_ cost: Cost) throws {
    let bench = try Bench(
      habits: cost.vmWaits ? [:] : [.vm: .receive(from: .vfs)], delivery: cost.delivery)
    let guests = try (0..<cost.k).map { try bench.user(11 + $0) }
    let before = bench.kernel.statistics
    // VM, once awake, does not get the CPU before the last fault has come.
    for guest in guests {
      bench.kernel.current = guest.slot
      fault(bench, guest)
    }
    if !cost.vmWaits {
      bench.habits = [:]
      bench.kernel.notify(from: .vfs, to: .vm)
    }
    let received = bench.take(.vm).filter { $0.message.source != .vfs }
    #expect(received.count == cost.messages)
    var served: [Endpoint] = []
    for delivery in received {
      if cost.delivery == .message {
        #expect(delivery.message.type == 0xCFF)
        served.append(delivery.message.source)
        #expect(bench.vmControl(.clearPageFault, delivery.message.source) == .ok)
      } else {
        #expect(delivery.message.notifyArgument == Signal(rawValue: 27).bit)
        var poll = Message(.getPageFault, who: .itself)
        while bench.kernel.kernelCall(&poll, from: .vm) == .ok {
          served.append(poll[endpoint: 8])
          #expect(bench.vmControl(.clearPageFault, poll[endpoint: 8]) == .ok)
          poll = Message(.getPageFault, who: .itself)
        }
        #expect(poll.type == ResultCode.esrch.rawValue)
      }
    }
    let order = guests.map(\.endpoint)
    #expect(served == (cost.delivery == .message ? order : order.reversed()))
    let after = bench.kernel.statistics
    func count(_ parameter: VMControl) -> UInt64 {
      after.vmControls[Int(parameter.rawValue)] - before.vmControls[Int(parameter.rawValue)]
    }
    #expect((count(.clearPageFault), count(.getPageFault)) == (cost.clears, cost.polls))
    let notifications = after.notifications[2] - before.notifications[2]
    #expect(notifications == (cost.delivery == .message ? 0 : UInt64(cost.messages)))
    #expect(
      after.messages[0xCFF] - before.messages[0xCFF]
        == (cost.delivery == .message ? UInt64(cost.k) : 0))
    for guest in guests { #expect(bench.rts(guest).isEmpty) }
    bench.checkInvariants()
  }

  /// A fault of the process that the kernel has picked, whoever could run by now.
  private func fault(_ bench: Bench, _ guest: Guest) {
    let registers = bench.kernel.processes.entry(guest.slot).registers
    registers.frame.vector = 14
    (registers.frame.cr2, registers.frame.errorCode) = (0x0805_0123, 6)
    bench.kernel.handle(Trap())
  }
}
