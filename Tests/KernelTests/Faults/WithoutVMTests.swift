import MinixABI
import Testing

@testable import Kernel

/// VM dies: nobody waits for it for ever, and whoever needs it hears at once that it is gone.
@Suite struct WithoutVMTests {
  private func clearVM(_ bench: Bench) {
    #expect(bench.call(.pm, Message(.clear, .vm)) == .ok)
    bench.checkInvariants()
  }

  private func expectSegmentationFault(_ bench: Bench, _ guest: Guest) {
    #expect(bench.rts(guest) == [.signaled, .sigPending])
    #expect(bench.misc(guest).isDisjoint(with: [.sendingFromKernel, .deliverMessage]))
    #expect(bench.fetchSignal() == (guest.endpoint, Signal.segmentation.bit))
    bench.call(.pm, Message(.endKernelSignal, guest.endpoint))
  }

  /// Faults that VM has, those that stand in its queue or on the kernel's list, and new ones.
  @Test(arguments: FaultDelivery.allCases, [true, false])
  func faults(_ delivery: FaultDelivery, _ vmWaits: Bool) throws {
    let bench = try Bench(
      habits: vmWaits ? [:] : [.vm: .receive(from: .vfs)], delivery: delivery)
    let guests = try (11..<14).map { try bench.user($0) }
    for guest in guests { bench.fault(guest, at: 0x5000) }
    bench.drain()
    clearVM(bench)
    for guest in guests { expectSegmentationFault(bench, guest) }
    #expect(bench.kernel.pageFaults == .none)
    bench.fault(guests[1], at: 0x5000)
    expectSegmentationFault(bench, guests[1])
    #expect(bench.kernel.failure == nil)
    bench.checkInvariants()
  }

  /// Requests that VM has fetched, and others that it has not.
  @Test(arguments: [0, 1, 3]) func requests(_ fetched: Int) throws {
    let bench = try Bench()
    let (copier, sender) = (try bench.system(11), try bench.system(12))
    let (receiver, peer) = (try bench.system(13), try bench.system(14))
    let copy = Message.copy(
      .virtualCopy, from: (1, .itself, Place.absent), to: (1, .itself, Place.pair), 4)
    #expect(bench.call(copier, copy) == nil)
    bench.ipc(sender, .send, peer.endpoint, at: Place.absent)
    bench.ipc(receiver, .receive, .any, at: Place.absent)
    bench.send(peer, .send, receiver.endpoint, type: 1)
    #expect(bench.resume(receiver) == nil)
    for guest in [copier, sender, receiver] { #expect(bench.rts(guest) == .vmRequest) }
    for _ in 0..<fetched { #expect(bench.memoryRequest() != nil) }
    clearVM(bench)
    #expect(bench.kernel.memoryRequests == .none)
    #expect(bench.received(copier)?.type == ResultCode.efault.rawValue)
    #expect(bench.resume(sender) != nil)
    #expect(bench.result(sender) == .efault)
    #expect(bench.resume(receiver) == nil)
    expectSegmentationFault(bench, receiver)
    // From now on nobody is asked.
    #expect(bench.call(copier, copy)?.type == ResultCode.efault.rawValue)
    bench.ipc(sender, .send, peer.endpoint, at: Place.absent)
    #expect(bench.result(sender) == .efault)
    bench.checkInvariants()
  }

  /// A mapping that was asked for, and its target.
  @Test(arguments: [true, false]) func mappings(_ isFetched: Bool) throws {
    let bench = try Bench()
    let (granter, grantee) = (try bench.system(11), try bench.system(12))
    bench.grant(granter, [.direct(to: grantee.endpoint, Place.message, 0x1000)])
    var request = Message(.safeMap, granter.endpoint)
    (request[word: 20], request[word: 24], request[word: 28]) = (Place.nowhere, 0x1000, 1)
    #expect(bench.call(grantee, request) == nil)
    #expect(bench.rts(grantee) == [.vmRequest, .vmRequestTarget])
    if isFetched {
      #expect(bench.vmControl(.memoryRequestGet, .itself).rawValue == 3)
    }
    clearVM(bench)
    #expect(bench.received(grantee)?.type == ResultCode.efault.rawValue)
    #expect(bench.kernel.safeMaps[0] == nil)
    bench.checkInvariants()
  }
}
