import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// ABI 5.4: before the change of 2010 faults waited in the kernel, and VM polled for them.
@Suite struct SignalDeliveryTests {
  private static var address: UInt32 { 0x0805_0123 }

  /// VMCTL_GET_PAGEFAULT: the fault, or nil for ESRCH.
  private func poll(_ bench: Bench) -> (who: Endpoint, address: UInt32, error: UInt32)? {
    var message = Message(.getPageFault, who: .itself)
    let result = bench.kernel.kernelCall(&message, from: .vm)
    guard result == .ok else {
      #expect(result == .esrch)
      return nil
    }
    return (message[endpoint: 8], message[word: 12], message[word: 16])
  }

  /// One isolated fault: a notification from SYSTEM with bit 27, and no message.
  @Test func oneFault() throws {
    let bench = try Bench(delivery: .signal)
    let guest = try bench.user(11)
    bench.fault(guest, at: Self.address, [.user, .write])
    #expect(bench.rts(guest) == .pageFault)
    let received = bench.take(.vm)
    #expect(received.map(\.message.type) == [0x1002])
    #expect(received.map(\.message.notifyArgument) == [1 << 27])
    let fault = poll(bench)
    #expect(fault?.who == guest.endpoint)
    #expect(fault?.address == Self.address)
    #expect(fault?.error == 6)
    #expect(poll(bench) == nil)
    #expect(bench.resume(guest) == nil)
    #expect(bench.vmControl(.clearPageFault, guest.endpoint) == .ok)
    #expect(bench.rts(guest).isEmpty)
    bench.checkInvariants()
  }

  /// k faults while VM is busy: k + 1 polls, the last come first.
  @Test(arguments: [1, 2, 8, 64])
  func batch(_ count: Int32) throws {
    let bench = try Bench(habits: [.vm: .receive(from: .vfs)], delivery: .signal)
    let guests = try (0..<count).map { try bench.user(11 + $0) }
    for guest in guests { bench.fault(guest, at: Self.address, [.user]) }
    #expect(bench.take(.vm).isEmpty)
    var served: [Endpoint] = []
    var polls = 0
    while true {
      polls += 1
      guard let fault = poll(bench) else { break }
      served.append(fault.who)
      #expect(bench.vmControl(.clearPageFault, fault.who) == .ok)
    }
    #expect(served == guests.reversed().map(\.endpoint))
    #expect(polls == Int(count) + 1)
    let calls = bench.kernel.statistics.vmControls
    let delivery = calls[VMControl.getPageFault.index] + calls[VMControl.clearPageFault.index]
    #expect(delivery == UInt64(2 * count + 1))
    #expect(guests.allSatisfy { bench.rts($0).isEmpty })
    bench.checkInvariants()
  }

  /// A fault that comes while VM drains the list is served by that; its notification costs one poll
  /// that finds nothing.
  @Test func anEmptyPoll() throws {
    let bench = try Bench(delivery: .signal)
    let (a, b) = (try bench.user(11), try bench.user(12))
    bench.fault(a, at: Self.address)
    bench.habits = [.vm: .receive(from: .vfs)]
    #expect(bench.take(.vm).count == 1)
    // VM is at work with the first when the second comes.
    bench.fault(b, at: Self.address)
    #expect(bench.take(.vm).isEmpty)
    for guest in [b, a] {
      #expect(poll(bench)?.who == guest.endpoint)
      bench.vmControl(.clearPageFault, guest.endpoint)
    }
    #expect(poll(bench) == nil)
    bench.habits = [:]
    bench.kernel.notify(from: .vfs, to: .vm)
    let received = bench.take(.vm).filter { $0.message.source == .system }
    #expect(received.map(\.message.notifyArgument) == [1 << 27])
    #expect(poll(bench) == nil)
    #expect(bench.kernel.statistics.vmControls[VMControl.getPageFault.index] == 4)
    bench.checkInvariants()
  }

  /// A process that dies leaves the list; MINIX's old kernel kept it there.
  @Test func aDyingProcessLeavesTheList() throws {
    let bench = try Bench(habits: [.vm: .receive(from: .vfs)], delivery: .signal)
    let guests = try (0..<3).map { try bench.user(11 + $0) }
    for guest in guests { bench.fault(guest, at: Self.address, [.user]) }
    var clear = Message(type: KernelCallNumber.clear.messageType)
    clear[endpoint: 8] = guests[1].endpoint
    #expect(bench.call(.pm, clear) == .ok)
    #expect(poll(bench)?.who == guests[2].endpoint)
    #expect(poll(bench)?.who == guests[0].endpoint)
    #expect(poll(bench) == nil)
    bench.checkInvariants()
  }

  /// The other kernel signals have moved up by one.
  @Test func signalNumbers() throws {
    #expect(FaultDelivery.signal.signals.pageFault == Signal(rawValue: 27))
    #expect(FaultDelivery.message.signals.pageFault == nil)
    for (delivery, first) in [(FaultDelivery.message, Int32(27)), (.signal, 28)] {
      let signals = delivery.signals
      let numbers = [
        signals.memory, signals.output, signals.signalForManager, signals.processSignal,
      ].map(\.rawValue)
      #expect(numbers == [first, first + 1, first + 2, first + 3])
    }
  }

  /// The new delivery has no list to poll.
  @Test func pollingIsInvalidUnderTheNewDelivery() throws {
    let bench = try Bench()
    #expect(bench.vmControl(.getPageFault, .itself) == .einval)
  }
}

extension VMControl {
  fileprivate var index: Int { Int(rawValue) }
}
