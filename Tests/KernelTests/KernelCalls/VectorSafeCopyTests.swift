import I386
import MinixABI
import Testing

@testable import Kernel

/// SYS_VSAFECOPY: ABI 7.4 and 8.7.
@Suite struct VectorSafeCopyTests {
  let bench: Bench
  let granter: Guest
  let grantee: Guest

  init() throws {
    bench = try Bench()
    (granter, grantee) = (try bench.system(11), try bench.system(12))
    bench.write(Array("0123456789abcdef".utf8), to: granter, at: Place.message + 0x800)
    bench.grant(
      granter,
      [
        .direct(to: grantee.endpoint, Place.message + 0x800, 16),
        .direct(to: grantee.endpoint, Place.absent, 4096),
      ])
  }

  /// Puts a vector at `Place.pair`, across its two pages if it is long, and asks for it.
  private func request(_ elements: [[UInt32]], count: Int32? = nil) -> Message {
    let start = Place.pair + 0x1000 - 24
    let bytes = elements.flatMap { $0 }.flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
    }
    bench.write(bytes, to: grantee, at: start)
    var message = Message(type: KernelCallNumber.vectorSafeCopy.messageType)
    message[int: 24] = count ?? Int32(elements.count)
    message[word: 28] = start
    return message
  }

  private var me: UInt32 { UInt32(bitPattern: Endpoint.itself.rawValue) }
  private var them: UInt32 { UInt32(bitPattern: granter.endpoint.rawValue) }
  private var own: UInt32 { Place.message + 0x100 }

  @Test func copiesInOrder() {
    let elements = (0..<4).map { index in [them, me, 0, 4 * index, own + 12 - 4 * index, 4] }
    #expect(bench.call(grantee, request(elements))?.type == 0)
    #expect(bench.bytes(grantee, at: own, count: 16) == Array("cdef89ab45670123".utf8))
    let back = [[me, them, 0, 0, own, 16] as [UInt32]]
    #expect(bench.call(grantee, request(back))?.type == 0)
    #expect(
      bench.bytes(granter, at: Place.message + 0x800, count: 16) == Array("cdef89ab45670123".utf8))
  }

  @Test func sixtyFourAtMost() {
    let elements = Array(repeating: [them, me, 0, 0, own, 16] as [UInt32], count: 64)
    #expect(bench.call(grantee, request(elements))?.type == 0)
    #expect(bench.call(grantee, request(elements, count: 65))?.type == ResultCode.einval.rawValue)
    for (count, result) in [(0, .edom), (-1, .einval), (.min, .einval), (.max, .einval)]
      as [(Int32, ResultCode)]
    {
      #expect(bench.call(grantee, request([], count: count))?.type == result.rawValue)
    }
  }

  /// What fails stops the rest; what was before it stays done.
  @Test func stopsAtTheFirstError() {
    for (bad, result) in [
      ([me, me, 0, 0, own, 4], .einval), ([them, them, 0, 0, own, 4], .einval),
      ([them, me, 0, 13, own, 4], .eperm), ([them, me, 9, 0, own, 4], .eperm),
      ([27342, me, 0, 0, own, 4], .einval), ([them, me, 0, 0, own, 0], .edom),
      ([them, me, 0, 0, 0xF000_0000, 4], .efault),
    ] as [([UInt32], ResultCode)] {
      bench.write(Array(repeating: 0x2E, count: 16), to: grantee, at: own)
      let elements = [[them, me, 0, 0, own, 4], bad, [them, me, 0, 4, own + 4, 4]]
      #expect(bench.call(grantee, request(elements))?.type == result.rawValue, "\(bad)")
      #expect(bench.bytes(grantee, at: own, count: 8) == Array("0123....".utf8))
    }
  }

  /// A suspended vector begins again with its first element.
  @Test func restartsAtTheFirst() {
    let elements = [[them, me, 0, 0, own, 16], [them, me, 1, 0, own + 16, 4]]
    #expect(bench.call(grantee, request(elements)) == nil)
    #expect(bench.bytes(grantee, at: own, count: 4) == Array("0123".utf8))
    bench.write(Array("again".utf8), to: granter, at: Place.message + 0x800)
    bench.map(Place.absent, of: granter)
    bench.serveMemoryRequest(
      of: grantee, at: Place.absent, byteCount: 4, isWrite: false, target: granter, .ok)
    #expect(bench.received(grantee)?.type == 0)
    #expect(bench.bytes(grantee, at: own, count: 5) == Array("again".utf8))
    bench.checkInvariants()
  }

  /// The vector itself may have to be fetched.
  @Test(arguments: [ResultCode.ok, .efault]) func absentVector(_ answer: ResultCode) {
    var message = Message(type: KernelCallNumber.vectorSafeCopy.messageType)
    message[int: 24] = 1
    message[word: 28] = Place.absent
    #expect(bench.call(grantee, message) == nil)
    if answer == .ok { bench.map(Place.absent, of: grantee) }
    bench.serveMemoryRequest(
      of: grantee, at: Place.absent, byteCount: 24, isWrite: false, answer)
    // The new page is all zeros: no SELF in it.
    let expected: ResultCode = answer == .ok ? .einval : .efault
    #expect(bench.received(grantee)?.type == expected.rawValue)
  }
}
