import I386
import MinixABI
import Testing

@testable import Kernel

/// SYS_SAFEMAP, SYS_SAFEREVMAP, SYS_SAFEUNMAP: ABI 7 and 8.7, read by 13.13 and 13.18.
@Suite struct SafeMapTests {
  let bench: Bench
  let granter: Guest
  let grantee: Guest

  init() throws {
    bench = try Bench()
    (granter, grantee) = (try bench.system(11), try bench.system(12))
    bench.grant(
      granter, [.direct(to: grantee.endpoint, Place.message, 0x4000), .direct(to: .any, 1, 0x2000)])
  }

  private func map(
    _ grant: Int32 = 0, offset: UInt32 = 0, to address: UInt32 = Place.nowhere,
    _ byteCount: UInt32 = 0x1000, flag: Int16 = 1, granter: Endpoint? = nil
  ) -> Message {
    var message = Message(.safeMap, granter ?? self.granter.endpoint, grant)
    message[word: 16] = offset
    message[word: 20] = address
    message[word: 24] = byteCount
    message[word: 28] = 1
    message[short: 32] = flag
    return message
  }

  private func revoke(_ value: UInt32, byGrant: Bool) -> Message {
    var message = Message(type: KernelCallNumber.safeRevokeMap.messageType)
    message[word: 12] = value
    message[short: 32] = byGrant ? 1 : 0
    return message
  }

  private func unmap(_ address: UInt32 = Place.nowhere, segment: UInt32 = 1) -> Message {
    var message = Message(type: KernelCallNumber.safeUnmap.messageType)
    message[word: 20] = address
    message[word: 28] = segment
    return message
  }

  /// Fetches a request and compares all that it says.
  private func expectRequest(
    _ type: Int32, of requestor: Guest, at address: UInt32 = Place.nowhere,
    from source: UInt32 = Place.message, _ byteCount: UInt32 = 0x1000, flag: Int16 = 0
  ) {
    var message = Message(.memoryRequestGet, who: .itself)
    #expect(bench.kernel.kernelCall(&message, from: .vm).rawValue == type)
    #expect(message[endpoint: 8] == grantee.endpoint)
    #expect(message[word: 12] == address)
    #expect(message[word: 16] == byteCount)
    #expect(message[endpoint: 20] == granter.endpoint)
    #expect(message[word: 24] == source)
    #expect(message[endpoint: 28] == requestor.endpoint)
    #expect(message[short: 32] == flag)
    bench.checkInvariants()
  }

  /// A mapping that VM has made.
  private func establish(_ request: Message, flag: Int16 = 1, from source: UInt32 = Place.message) {
    #expect(bench.call(grantee, request) == nil)
    expectRequest(
      3, of: grantee, at: request[word: 20], from: source, request[word: 24], flag: flag)
    #expect(bench.answer(grantee.endpoint, .ok) == .ok)
    #expect(bench.received(grantee)?.type == 0)
  }

  private var mappings: Int { (0..<20).count { bench.kernel.safeMaps[$0] != nil } }

  @Test(arguments: [ResultCode.ok, .enomem, .efault, .einval])
  func theReplyIsVMs(_ result: ResultCode) {
    #expect(bench.call(grantee, map(offset: 0x1000, 0x2000)) == nil)
    #expect(bench.rts(grantee) == [.vmRequest, .vmRequestTarget])
    bench.checkInvariants()
    expectRequest(3, of: grantee, from: Place.message + 0x1000, 0x2000, flag: 1)
    #expect(bench.rts(grantee) == .vmRequest)
    #expect(bench.resume(grantee) == nil)
    #expect(bench.answer(grantee.endpoint, result) == .ok)
    #expect(bench.answer(grantee.endpoint, .ok) == .einval)
    #expect(bench.received(grantee)?.type == result.rawValue)
    #expect(mappings == (result == .ok ? 1 : 0))
    bench.checkInvariants()
  }

  @Test func readOnly() { establish(map(flag: 0), flag: 0) }

  @Test func refuses() throws {
    bench.grant(
      granter,
      [
        .direct(to: grantee.endpoint, Place.message, 0x4000, [.used, .valid, .read, .map]),
        .direct(to: grantee.endpoint, Place.message, 0x4000, [.used, .valid, .read, .write]),
        .direct(to: grantee.endpoint, Place.message + 0x800, 0x4000),
        .direct(to: grantee.endpoint, 0xEFFF_F000, 0x4000),
        .direct(to: grantee.endpoint, 0, 0x4000),
      ])
    let rows: [(Message, ResultCode)] = [
      (map(0), .eperm), (map(1), .eperm), (map(2), .einval), (map(3, 0x2000), .einval),
      (map(4, to: 0xEFFF_F000, 0x2000), .einval), (map(4, to: Place.nowhere + 1), .einval),
      (map(4, 0x800), .einval), (map(4, 0), .einval), (map(4, offset: 0x800), .einval),
      (map(4, 0x5000), .eperm), (map(4, to: 0xFFFF_F000), .einval), (map(5), .eperm),
      (map(-1), .einval), (map(granter: Endpoint.none), .einval), (map(granter: .pm), .eperm),
    ]
    for (request, result) in rows {
      #expect(bench.call(grantee, request)?.type == result.rawValue, "\(request.words)")
      #expect(bench.rts(grantee).isEmpty)
    }
    #expect(mappings == 0)
    #expect(bench.memoryRequest() == nil)
    bench.checkInvariants()
  }

  @Test func twentyAtMost() {
    for index in 0..<20 { establish(map(to: Place.nowhere + UInt32(index) << 12)) }
    #expect(
      bench.call(grantee, map(to: Place.nowhere + 20 << 12))?.type == ResultCode.ebusy.rawValue)
    #expect(bench.rts(grantee).isEmpty)
  }

  @Test func unmapByTheGrantee() {
    establish(map())
    for other in [unmap(Place.nowhere + 0x1000), unmap(segment: 2)] {
      #expect(bench.call(grantee, other)?.type == 0)
    }
    #expect(bench.call(granter, unmap())?.type == 0)
    #expect(mappings == 1)
    #expect(bench.call(grantee, unmap()) == nil)
    #expect(bench.rts(grantee) == [.vmRequest, .vmRequestTarget])
    expectRequest(4, of: grantee)
    #expect(bench.answer(grantee.endpoint, .ok) == .ok)
    #expect(bench.received(grantee)?.type == 0)
    #expect(mappings == 0)
    #expect(bench.call(grantee, unmap())?.type == 0)
    bench.checkInvariants()
  }

  /// All that match, one after the other; the grantee is stopped until VM has the request.
  @Test(arguments: [true, false]) func revokeByTheGranter(_ byGrant: Bool) {
    establish(map())
    establish(map(to: Place.nowhere + 0x5000))
    let request = revoke(byGrant ? 0 : Place.message, byGrant: byGrant)
    #expect(bench.call(grantee, request)?.type == 0, "another's mappings")
    #expect(bench.call(granter, revoke(byGrant ? 1 : 0, byGrant: byGrant))?.type == 0)
    #expect(mappings == 2)
    #expect(bench.call(granter, request) == nil)
    #expect((bench.rts(granter), bench.rts(grantee)) == (.vmRequest, .vmRequestTarget))
    expectRequest(4, of: granter)
    #expect((bench.rts(granter), bench.rts(grantee)) == (.vmRequest, []))
    bench.answer(granter.endpoint, .ok)
    _ = bench.resume(granter)
    #expect((bench.rts(granter), bench.rts(grantee)) == (.vmRequest, .vmRequestTarget))
    expectRequest(4, of: granter, at: Place.nowhere + 0x5000)
    bench.answer(granter.endpoint, .ok)
    #expect(bench.received(granter)?.type == 0)
    #expect(mappings == 0)
    bench.checkInvariants()
  }

  /// What VM says of an unmapping is the answer; a grant that is gone can't be revoked any more.
  @Test func failedRevocations() {
    establish(map())
    #expect(bench.call(granter, revoke(0, byGrant: true)) == nil)
    expectRequest(4, of: granter)
    bench.answer(granter.endpoint, .enomem)
    #expect(bench.received(granter)?.type == ResultCode.enomem.rawValue)
    establish(map())
    bench.grant(granter, [.direct(to: granter.endpoint, Place.message, 0x4000)])
    #expect(bench.call(granter, revoke(0, byGrant: true))?.type == ResultCode.eperm.rawValue)
    #expect(mappings == 1)
  }

  /// VM serves the last request first: what it has not mapped yet can't be unmapped.
  @Test func notBeforeItIsDone() {
    #expect(bench.call(grantee, map()) == nil)
    #expect(bench.call(granter, revoke(0, byGrant: true))?.type == ResultCode.einval.rawValue)
    expectRequest(3, of: grantee, flag: 1)
    #expect(bench.call(granter, revoke(0, byGrant: true))?.type == ResultCode.einval.rawValue)
    bench.answer(grantee.endpoint, .ok)
    _ = bench.resume(grantee)
    #expect(bench.call(granter, revoke(0, byGrant: true)) == nil)
  }

  /// An indirect grant: the memory is its first granter's.
  @Test func throughAnother() throws {
    let middle = try bench.system(13)
    bench.grant(granter, [.direct(to: middle.endpoint, Place.message, 0x1000)])
    bench.grant(
      middle,
      [
        .indirect(to: .any, .none, 0), .indirect(to: .any, .none, 0),
        .indirect(to: grantee.endpoint, granter.endpoint, 0, [.used, .valid]),
      ])
    establish(map(2, granter: middle.endpoint))
    #expect(bench.call(granter, revoke(2, byGrant: true))?.type == 0)
    #expect(bench.call(middle, revoke(0, byGrant: true))?.type == 0)
    #expect(mappings == 1)
    #expect(bench.call(middle, revoke(2, byGrant: true)) == nil)
    expectRequest(4, of: middle)
    bench.answer(middle.endpoint, .ok)
    #expect(bench.received(middle)?.type == 0)
    #expect(mappings == 0)
  }

  /// Those whom a request is about may die before VM has fetched it, or after.
  @Test(arguments: [false, true]) func theRequestorDies(_ isFetched: Bool) {
    establish(map())
    #expect(bench.call(granter, revoke(0, byGrant: true)) == nil)
    if isFetched { expectRequest(4, of: granter) }
    #expect(bench.call(.pm, Message(.clear, granter.endpoint)) == .ok)
    bench.checkInvariants()
    #expect(bench.rts(grantee).isEmpty)
    #expect(bench.answer(granter.endpoint, .ok) == .einval)
    #expect(bench.memoryRequest() == nil)
    #expect(mappings == 0)
  }

  @Test(arguments: [false, true]) func theTargetDies(_ isFetched: Bool) {
    establish(map())
    #expect(bench.call(granter, revoke(0, byGrant: true)) == nil)
    if isFetched { expectRequest(4, of: granter) }
    #expect(bench.call(.pm, Message(.clear, grantee.endpoint)) == .ok)
    bench.checkInvariants()
    if isFetched { #expect(bench.answer(granter.endpoint, .einval) == .ok) }
    #expect(bench.memoryRequest() == nil)
    // There is nothing left to revoke, or VM could not.
    #expect(bench.received(granter)?.type == (isFetched ? ResultCode.einval : .ok).rawValue)
    #expect(mappings == 0)
  }

  @Test(arguments: [false, true]) func theGranterDies(_ isFetched: Bool) {
    #expect(bench.call(grantee, map()) == nil)
    if isFetched { expectRequest(3, of: grantee, flag: 1) }
    #expect(bench.call(.pm, Message(.clear, granter.endpoint)) == .ok)
    bench.checkInvariants()
    #expect(mappings == 0)
    if isFetched { #expect(bench.answer(grantee.endpoint, .ok) == .ok) }
    #expect(bench.received(grantee)?.type == (isFetched ? ResultCode.ok : .einval).rawValue)
    #expect(mappings == 0)
  }

  /// Copies too: the requestor hears that the other one is gone.
  @Test func aCopysOtherSideDies() throws {
    let waiting = try (14...16).map { try bench.system($0) }
    for guest in waiting {
      bench.grant(granter, [.direct(to: .any, Place.absent, 16)])
      #expect(bench.call(guest, .safeCopy(.safeCopyFrom, granter.endpoint, 0, 4)) == nil)
    }
    bench.checkInvariants()
    // VM has fetched the last one.
    #expect(bench.memoryRequest()?[endpoint: 28] == waiting[2].endpoint)
    #expect(bench.call(.pm, Message(.clear, granter.endpoint)) == .ok)
    bench.checkInvariants()
    #expect(bench.memoryRequest() == nil)
    for guest in waiting[..<2] {
      #expect(bench.received(guest)?.type == ResultCode.einval.rawValue)
    }
    #expect(bench.rts(waiting[2]) == .vmRequest)
    bench.answer(waiting[2].endpoint, .efault)
    #expect(bench.received(waiting[2])?.type == ResultCode.efault.rawValue)
    bench.checkInvariants()
  }
}
