import I386
import MinixABI
import Testing

@testable import Kernel

/// Whoever a memory request is about may die before VM has fetched it, or after; the requests of
/// others, before and behind it in the list, are served as if nothing had been. ABI 7.
@Suite struct RequestDeathTests {
  /// The ways to wait for VM.
  enum Wait: CaseIterable, Sendable {
    case ownCopy, othersCopy, request, reply, send, delivery, table, map
  }

  let bench: Bench
  let requestor: Guest
  let owner: Guest
  let earlier: Guest
  let later: Guest

  init() throws {
    bench = try Bench()
    (requestor, owner) = (try bench.system(11), try bench.system(12))
    (earlier, later) = (try bench.system(13), try bench.system(14))
    bench.grant(owner, [.direct(to: requestor.endpoint, Place.message, 0x1000)])
  }

  private func copy(from endpoint: Endpoint) -> Message {
    .copy(.virtualCopy, from: (1, endpoint, Place.absent), to: (1, .itself, Place.pair), 4)
  }

  private func begin(_ wait: Wait) {
    switch wait {
    case .ownCopy: bench.call(requestor, copy(from: .itself))
    case .othersCopy: bench.call(requestor, copy(from: owner.endpoint))
    case .request: bench.trapKernelCall(requestor, at: Place.absent)
    case .reply: bench.call(requestor, Message(.getCR3, who: .itself), at: Place.readOnly)
    case .send: bench.ipc(requestor, .send, owner.endpoint, at: Place.absent)
    case .delivery:
      bench.ipc(requestor, .receive, .any, at: Place.absent)
      bench.send(owner, .send, requestor.endpoint, type: 7)
      _ = bench.resume(requestor)
    case .table:
      let id = bench.kernel.processes[owner.slot].privilege
      bench.kernel.privileges[id].asyncTable = AsyncTable(
        start: LinearAddress(Place.absent), count: 1)
      bench.kernel.processes[requestor.slot].misc.insert(.asyncMessage)
      bench.ipc(requestor, .receive, .any)
    case .map:
      var request = Message(.safeMap, owner.endpoint)
      (request[word: 20], request[word: 24], request[word: 28]) = (Place.nowhere, 0x1000, 1)
      bench.call(requestor, request)
    }
    #expect(bench.rts(requestor).contains(.vmRequest))
  }

  private func next() -> Endpoint? {
    var message = Message(.memoryRequestGet, who: .itself)
    return bench.kernel.kernelCall(&message, from: .vm) == .esrch ? nil : message[endpoint: 28]
  }

  /// The two others, who wait before and behind.
  private func finishOthers(_ requests: [Endpoint?]) {
    #expect(
      requests.compactMap { $0 }.filter { $0 != requestor.endpoint }
        == [later, earlier].map(\.endpoint))
    for guest in [later, earlier] {
      bench.map(Place.absent, of: guest)
      #expect(bench.answer(guest.endpoint, .ok) == .ok)
      #expect(bench.received(guest)?.type == 0)
    }
    bench.checkInvariants()
  }

  private func drainRequests() -> [Endpoint?] {
    var requests: [Endpoint?] = []
    while let endpoint = next() { requests.append(endpoint) }
    return requests
  }

  @Test(arguments: Wait.allCases, [false, true])
  func theRequestorDies(_ wait: Wait, _ isFetched: Bool) throws {
    #expect(bench.call(earlier, copy(from: .itself)) == nil)
    begin(wait)
    #expect(bench.call(later, copy(from: .itself)) == nil)
    var requests = isFetched ? [next(), next()] : []
    #expect(bench.call(.pm, Message(.clear, requestor.endpoint)) == .ok)
    #expect(bench.rts(requestor) == .slotFree)
    #expect(!bench.rts(owner).contains(.vmRequestTarget))
    bench.checkInvariants()
    requests += drainRequests()
    #expect(requests.contains(requestor.endpoint) == isFetched)
    #expect(bench.answer(requestor.endpoint, .ok) == .einval)
    finishOthers(requests)
    // Its heir has nothing to do with it.
    let heir = try bench.system(11)
    #expect(bench.answer(heir.endpoint, .ok) == .einval)
    #expect(bench.call(heir, Message(.getCR3, who: .itself))?.type == 0)
    bench.checkInvariants()
  }

  /// Whose memory it is, or who had sent what is to be delivered.
  @Test(arguments: Wait.allCases, [false, true])
  func theOtherDies(_ wait: Wait, _ isFetched: Bool) throws {
    #expect(bench.call(earlier, copy(from: .itself)) == nil)
    begin(wait)
    #expect(bench.call(later, copy(from: .itself)) == nil)
    var requests = isFetched ? [next(), next()] : []
    #expect(bench.call(.pm, Message(.clear, owner.endpoint)) == .ok)
    bench.checkInvariants()
    requests += drainRequests()
    finishOthers(requests)
    if bench.rts(requestor).contains(.vmRequest) {
      // VM answers for what it still knows, and refuses for the dead.
      let isOwn = ![.othersCopy, .table, .map].contains(wait)
      if isOwn {
        let page = wait == .reply ? Place.readOnly : Place.absent
        bench.map(page, of: requestor, to: bench.physical(requestor, page))
      }
      #expect(bench.answer(requestor.endpoint, isOwn ? .ok : .einval) == .ok)
    }
    _ = bench.resume(requestor)
    switch wait {
    case .ownCopy: #expect(bench.read(requestor).type == 0)
    case .othersCopy:
      // Made again, or refused.
      #expect(bench.read(requestor).type == (isFetched ? ResultCode.efault : .einval).rawValue)
    case .request: #expect(bench.read(requestor, at: Place.absent).source == .system)
    case .reply: #expect(bench.read(requestor, at: Place.readOnly).type == 0)
    case .send: #expect(bench.result(requestor) == .edeadsrcdst)
    case .delivery: #expect(bench.read(requestor, at: Place.absent).type == 7)
    case .table: #expect(bench.rts(requestor) == .receiving)
    case .map: #expect(bench.read(requestor).type == ResultCode.einval.rawValue)
    }
    #expect(bench.rts(requestor) == (wait == .table ? .receiving : []))
    #expect(bench.memoryRequest() == nil)
    bench.checkInvariants()
  }

  /// What MEMREQ_GET does not say of a CHECK stays as it stood in the request (ABI 7.2).
  @Test func whatIsNotWritten() {
    begin(.ownCopy)
    var message = Message(.memoryRequestGet, who: .itself)
    (message[word: 20], message[word: 24]) = (0x1111, 0x2222)
    #expect(bench.kernel.kernelCall(&message, from: .vm).rawValue == 1)
    #expect((message[word: 20], message[word: 24]) == (0x1111, 0x2222))
  }
}
