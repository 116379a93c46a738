import I386
import MinixABI
import Testing

@testable import Kernel

/// Message pointers that are misaligned, across pages, absent, read-only or nobody's, wherever a
/// message is fetched or stored. ABI 3.6, 3.7, 3.12, 7, 8.1, read by 13.2, 13.8 and 13.12.
@Suite struct MessagePointerTests {
  /// The ways by which a message leaves a process.
  enum Fetch: CaseIterable, Sendable {
    case sendToWaiting, sendToBusy, sendnb, sendrecToWaiting, sendrecToBusy, kernelCall
  }

  static let present: [UInt32] = [
    Place.message, Place.message + 1, Place.message + 2, Place.message + 3, Place.readOnly + 7,
    Place.pair + 0xFDC, Place.pair + 0xFDD, Place.pair + 0xFF0, Place.pair + 0xFFF,
    Place.pair + 0x1FDC,
  ]
  /// First byte there or not, last byte there or not, page table there or not.
  static let absent: [UInt32] = [
    Place.absent, Place.absent + 0x800, Place.readOnly + 0xFF0, Place.pair - 4,
    Place.pair + 0x1FDD, Place.nowhere, 0, 0xEFFF_FFDC,
  ]
  static let outside: [UInt32] = [0xEFFF_FFDD, 0xEFFF_FFFF, 0xF000_0000, 0xFFFF_FFDC, 0xFFFF_FFFF]

  let bench: Bench
  let sender: Guest
  let receiver: Guest

  init() throws {
    bench = try Bench()
    (sender, receiver) = (try bench.system(11), try bench.system(12))
  }

  private static var request: Message { Message(.getCR3, who: .itself, value: 0x1234_5678) }

  private func make(_ fetch: Fetch, at buffer: UInt32) {
    switch fetch {
    case .sendToWaiting, .sendnb, .sendrecToWaiting: bench.ipc(receiver, .receive, .any)
    case .sendToBusy, .sendrecToBusy, .kernelCall: break
    }
    switch fetch {
    case .sendToWaiting, .sendToBusy: bench.ipc(sender, .send, receiver.endpoint, at: buffer)
    case .sendnb: bench.ipc(sender, .sendnb, receiver.endpoint, at: buffer)
    case .sendrecToWaiting, .sendrecToBusy:
      bench.ipc(sender, .sendrec, receiver.endpoint, at: buffer)
    case .kernelCall: bench.trapKernelCall(sender, at: buffer)
    }
  }

  private func isReadOnly(_ buffer: UInt32) -> Bool { buffer & ~0xFFF == Place.readOnly }

  private func expectDone(_ fetch: Fetch, at buffer: UInt32) {
    bench.checkInvariants()
    guard fetch != .kernelCall else {
      if isReadOnly(buffer) {
        // The reply can't be written there, and VM won't help: it is lost.
        bench.serveMemoryRequest(of: sender, at: buffer, byteCount: 36, isWrite: true, .efault)
        #expect(bench.resume(sender) != nil)
        #expect(bench.read(sender, at: buffer) == Self.request)
        return
      }
      let reply = bench.read(sender, at: buffer)
      #expect(reply.source == .system)
      #expect(reply.type == 0)
      #expect(reply.vmControlValue == bench.kernel.processes[sender.slot].directory.rawValue)
      return
    }
    if fetch == .sendToBusy || fetch == .sendrecToBusy { bench.ipc(receiver, .receive, .any) }
    var expected = Self.request
    expected.source = sender.endpoint
    #expect(bench.received(receiver) == expected)
  }

  @Test(arguments: Fetch.allCases, present) func fetched(_ fetch: Fetch, _ buffer: UInt32) {
    bench.write(Self.request, to: sender, at: buffer)
    make(fetch, at: buffer)
    let isWaiting = fetch == .kernelCall && isReadOnly(buffer)
    #expect(bench.rts(sender).contains(.vmRequest) == isWaiting)
    if !isWaiting { #expect(bench.memoryRequest() == nil) }
    expectDone(fetch, at: buffer)
  }

  /// VM makes the memory there: the trap is made again, and nobody sees a difference.
  @Test(arguments: Fetch.allCases, absent) func fetchedWithHelp(_ fetch: Fetch, _ buffer: UInt32) {
    make(fetch, at: buffer)
    #expect(bench.rts(sender) == .vmRequest)
    bench.checkInvariants()
    let notified = bench.take(.vm).map(\.message)
    #expect(notified.map(\.notifyArgument) == [FaultDelivery.message.signals.memory.bit])
    for page in Set([buffer & ~0xFFF, (buffer + 35) & ~0xFFF])
    where bench.physical(sender, page) == nil {
      bench.map(page, of: sender)
    }
    bench.write(Self.request, to: sender, at: buffer)
    bench.serveMemoryRequest(of: sender, at: buffer, byteCount: 36, isWrite: false, .ok)
    _ = bench.resume(sender)
    expectDone(fetch, at: buffer)
  }

  /// VM cannot: EFAULT, or ENOMEM if that is why; a kernel call has no place for an answer.
  @Test(arguments: Fetch.allCases, [ResultCode.efault, .enomem, .einval])
  func refused(_ fetch: Fetch, _ answer: ResultCode) {
    make(fetch, at: Place.absent)
    bench.serveMemoryRequest(of: sender, at: Place.absent, byteCount: 36, isWrite: false, answer)
    let eax = bench.result(sender)
    #expect(bench.resume(sender) != nil)
    #expect(bench.rts(sender).isEmpty)
    let expected: ResultCode = answer == .enomem ? .enomem : .efault
    #expect(bench.result(sender) == (fetch == .kernelCall ? eax : expected))
    #expect(!bench.misc(receiver).contains(.deliverMessage))
    #expect(bench.kernel.processes[receiver.slot].callerQueueHead == .none)
    bench.checkInvariants()
  }

  /// Outside user space VM is not asked.
  @Test(arguments: Fetch.allCases, outside) func nobodys(_ fetch: Fetch, _ buffer: UInt32) {
    make(fetch, at: buffer)
    #expect(bench.rts(sender).isEmpty)
    #expect(bench.memoryRequest() == nil)
    let untouched = ResultCode(rawValue: Int32(bitPattern: buffer))
    #expect(bench.result(sender) == (fetch == .kernelCall ? untouched : .efault))
    bench.checkInvariants()
  }
}
