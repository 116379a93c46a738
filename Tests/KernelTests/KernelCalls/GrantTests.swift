import I386
import MinixABI
import Testing

@testable import Kernel

/// SYS_SETGRANT, SYS_SAFECOPYFROM, SYS_SAFECOPYTO: ABI 8.7.
@Suite struct GrantTests {
  let bench: Bench
  let granter: Guest
  let grantee: Guest
  let text = Array("what the granter grants".utf8)

  init() throws {
    bench = try Bench()
    (granter, grantee) = (try bench.system(11), try bench.system(12))
    bench.write(text, to: granter, at: Place.message + 0x800)
  }

  private var own: UInt32 { Place.message + 0x100 }

  @Test func copiesBothWays() {
    bench.grant(granter, [.direct(to: grantee.endpoint, Place.message + 0x800, 64)])
    let from = Message.safeCopy(.safeCopyFrom, granter.endpoint, 0, offset: 9, 7)
    #expect(bench.call(grantee, from)?.type == 0)
    #expect(bench.bytes(grantee, at: own, count: 8) == Array("granter\0".utf8))
    bench.write(Array("GRANTEE".utf8), to: grantee, at: own)
    let to = Message.safeCopy(.safeCopyTo, granter.endpoint, 0, offset: 9, 7)
    #expect(bench.call(grantee, to)?.type == 0)
    #expect(
      bench.bytes(granter, at: Place.message + 0x800, count: text.count)
        == Array("what the GRANTEE grants".utf8))
    #expect(bench.rts(granter).isEmpty && bench.rts(grantee).isEmpty)
    bench.checkInvariants()
  }

  /// What a single grant refuses.
  struct Row: Sendable, CustomTestStringConvertible {
    var what: String
    var words: [UInt32]
    var grant: Int32 = 0
    var offset: UInt32 = 0
    var byteCount: UInt32 = 4
    var segment: Int32 = 1
    var own: UInt32 = Place.message + 0x100
    var from: ResultCode
    var to: ResultCode
    var testDescription: String { "\(what): \(from), \(to)" }
  }

  private static func direct(_ flags: UInt32, to: UInt32 = 36570, _ length: UInt32 = 16) -> [UInt32]
  {
    [flags, to, Place.message + 0x800, length]
  }

  static let rows: [Row] = [
    Row(what: "read only", words: direct(0x1301), from: .ok, to: .eperm),
    Row(what: "write only", words: direct(0x1302), from: .eperm, to: .ok),
    Row(what: "not used", words: direct(0x1203), from: .eperm, to: .eperm),
    Row(what: "not valid", words: direct(0x0303), from: .eperm, to: .eperm),
    Row(what: "of no kind", words: direct(0x1103), from: .eperm, to: .eperm),
    Row(what: "another grantee", words: direct(0x1303, to: 36571), from: .eperm, to: .eperm),
    Row(what: "anybody", words: direct(0x1303, to: 31438), from: .ok, to: .ok),
    Row(
      what: "magic by another", words: [0x1903, 36569, 36570, 0x0804_8800, 16], from: .eperm,
      to: .eperm),
    Row(what: "id -1", words: direct(0x1303), grant: -1, from: .einval, to: .einval),
    Row(what: "id too high", words: direct(0x1303), grant: 1, from: .eperm, to: .eperm),
    Row(what: "highest id", words: direct(0x1303), grant: .max, from: .eperm, to: .eperm),
    Row(what: "up to the end", words: direct(0x1303), offset: 12, from: .ok, to: .ok),
    Row(what: "past the end", words: direct(0x1303), offset: 13, from: .eperm, to: .eperm),
    Row(what: "wrapping", words: direct(0x1303), offset: .max, from: .eperm, to: .eperm),
    Row(
      what: "a grant that wraps", words: [0x1303, 36570, 0xFFFF_FFF0, 0x20], offset: 0x10,
      from: .eperm,
      to: .eperm),
    Row(what: "nothing", words: direct(0x1303), byteCount: 0, from: .edom, to: .edom),
    Row(what: "own text", words: direct(0x1303), segment: 0, from: .ok, to: .ok),
    Row(what: "own far segment", words: direct(0x1303), segment: 0x100, from: .einval, to: .einval),
    Row(what: "own BIOS", words: direct(0x1303), segment: 0x200, from: .efault, to: .efault),
    Row(what: "physical", words: direct(0x1303), segment: 0x400, from: .eperm, to: .eperm),
    Row(what: "unknown segment", words: direct(0x1303), segment: 0x800, from: .einval, to: .einval),
    Row(
      what: "own side in the stub", words: direct(0x1303), own: 0xF000_0000, from: .efault,
      to: .efault),
    Row(
      what: "granted stub", words: [0x1303, 36570, 0xEFFF_FFFE, 16], from: .efault, to: .efault),
  ]

  @Test(arguments: rows) func direct(_ row: Row) {
    bench.grant(granter, [Grant(words: row.words)])
    for (call, result) in [(KernelCallNumber.safeCopyFrom, row.from), (.safeCopyTo, row.to)] {
      let request = Message.safeCopy(
        call, granter.endpoint, row.grant, offset: row.offset, row.byteCount, own: row.own,
        segment: row.segment)
      #expect(bench.call(grantee, request)?.type == result.rawValue, "\(call)")
      #expect(bench.rts(granter).isEmpty && bench.rts(grantee).isEmpty)
    }
    bench.checkInvariants()
  }

  @Test func noTableNoGranter() throws {
    #expect(
      bench.call(grantee, .safeCopy(.safeCopyFrom, granter.endpoint, 0, 4))?.type
        == ResultCode.eperm.rawValue)
    for endpoint in [Endpoint.none, .itself, .any, Endpoint(rawValue: 11)] {
      #expect(
        bench.call(grantee, .safeCopy(.safeCopyFrom, endpoint, 0, 4))?.type
          == ResultCode.einval.rawValue)
    }
    // A table is forgotten with its owner.
    bench.grant(granter, [.direct(to: grantee.endpoint, Place.message + 0x800, 64)])
    #expect(bench.call(.pm, Message(.clear, granter.endpoint)) == .ok)
    let heir = try bench.system(11)
    #expect(
      bench.call(grantee, .safeCopy(.safeCopyFrom, heir.endpoint, 0, 4))?.type
        == ResultCode.eperm.rawValue)
    bench.checkInvariants()
  }

  /// Grants of grants: each passes on what it has got from the one before; five at most.
  @Test(arguments: [0, 1, 4, 5, 6]) func chains(_ length: Int32) throws {
    // Grant 0 is direct to the granter itself; each further one passes on the one before.
    let me = granter.endpoint
    var entries: [Grant] = [
      .direct(to: length == 0 ? grantee.endpoint : me, Place.message + 0x800, 64)
    ]
    for index in 0..<length {
      let to = index == length - 1 ? grantee.endpoint : me
      entries.append(.indirect(to: to, me, index))
    }
    bench.grant(granter, entries)
    let result = bench.call(grantee, .safeCopy(.safeCopyFrom, me, length, 8))
    #expect(result?.type == (length <= 5 ? ResultCode.ok : .eloop).rawValue)
    if length <= 5 {
      #expect(bench.bytes(grantee, at: own, count: 8) == Array(text.prefix(8)))
    }
  }

  @Test func aRingOfGrantsEnds() {
    let me = granter.endpoint
    bench.grant(granter, [.indirect(to: .any, me, 0)])
    #expect(
      bench.call(grantee, .safeCopy(.safeCopyFrom, me, 0, 8))?.type == ResultCode.eloop.rawValue)
  }

  @Test func brokenChains() throws {
    let me = granter.endpoint
    bench.grant(
      granter,
      [
        .indirect(to: granter.endpoint, me, 3), .indirect(to: grantee.endpoint, .none, 3),
        .indirect(to: grantee.endpoint, me, -1), .direct(to: grantee.endpoint, Place.message, 64),
        .indirect(to: grantee.endpoint, me, 3),
      ])
    let results: [ResultCode] = [.eperm, .einval, .einval, .ok, .eperm]
    for (grant, result) in results.enumerated() {
      #expect(
        bench.call(grantee, .safeCopy(.safeCopyFrom, me, Int32(grant), 8))?.type
          == result.rawValue, "grant \(grant)")
    }
  }

  /// VFS alone may grant the memory of others.
  @Test func magic() throws {
    let bench = try Bench(guestServers: [.vfs])
    let user = try bench.user(13)
    let (vfs, driver) = (Guest(endpoint: .vfs), try bench.system(12))
    bench.write(text, to: user, at: Place.message)
    bench.grant(
      vfs,
      [
        .magic(of: user.endpoint, to: driver.endpoint, Place.message, 64),
        .magic(of: .none, to: driver.endpoint, Place.message, 64),
        .magic(of: user.endpoint, to: .any, Place.message, 64),
      ])
    // VFS would go first.
    bench.ipc(vfs, .receive, .any)
    let results: [ResultCode] = [.ok, .edeadsrcdst, .ok]
    for (grant, result) in results.enumerated() {
      #expect(
        bench.call(driver, .safeCopy(.safeCopyFrom, .vfs, Int32(grant), 8))?.type
          == result.rawValue)
    }
    #expect(bench.bytes(driver, at: own, count: 8) == Array(text.prefix(8)))
  }

  /// The three places where a page may be absent: the table, the granted range, the caller's own.
  @Test func absentPages() {
    bench.grant(granter, [.direct(to: grantee.endpoint, Place.absent, 64)])
    let request = Message.safeCopy(.safeCopyTo, granter.endpoint, 0, 16, own: Place.absent + 8)
    #expect(bench.call(grantee, request) == nil)
    bench.serveMemoryRequest(
      of: grantee, at: Place.absent + 8, byteCount: 16, isWrite: false, .ok)
    // VM says that it's there, but it isn't: asked again.
    _ = bench.resume(grantee)
    #expect(bench.rts(grantee) == .vmRequest)
    bench.map(Place.absent, of: grantee)
    bench.write(Array("sixteen bytes!!!".utf8), to: grantee, at: Place.absent + 8)
    bench.serveMemoryRequest(
      of: grantee, at: Place.absent + 8, byteCount: 16, isWrite: false, .ok)
    _ = bench.resume(grantee)
    bench.map(Place.absent, of: granter)
    bench.serveMemoryRequest(
      of: grantee, at: Place.absent, byteCount: 16, isWrite: true, target: granter, .ok)
    #expect(bench.received(grantee)?.type == 0)
    #expect(bench.bytes(granter, at: Place.absent, count: 16) == Array("sixteen bytes!!!".utf8))
    bench.checkInvariants()
  }

  /// A table that isn't there: VM is asked; if it can't help, the grant is none.
  @Test(arguments: [ResultCode.efault, .enomem, .ok]) func absentTable(_ answer: ResultCode) {
    var request = Message(type: KernelCallNumber.setGrant.messageType)
    request[int: 12] = 1
    request[word: 28] = Place.absent
    #expect(bench.call(granter, request)?.type == 0)
    #expect(bench.call(grantee, .safeCopy(.safeCopyFrom, granter.endpoint, 0, 4)) == nil)
    #expect(bench.rts(granter).isEmpty)
    if answer == .ok {
      bench.map(Place.absent, of: granter)
      let entry = Grant.direct(to: grantee.endpoint, Place.message + 0x800, 64)
      bench.write(entry.bytes, to: granter, at: Place.absent)
    }
    bench.serveMemoryRequest(
      of: grantee, at: Place.absent, byteCount: 36, isWrite: false, target: granter, answer)
    let expected: ResultCode = answer == .efault ? .eperm : answer
    #expect(bench.received(grantee)?.type == expected.rawValue)
    bench.checkInvariants()
  }

  /// A table where no process has memory is none, and VM isn't asked.
  @Test(arguments: [0xF000_0000, 0xEFFF_FFF8, .max] as [UInt32])
  func impossibleTables(_ address: UInt32) {
    var request = Message(type: KernelCallNumber.setGrant.messageType)
    request[int: 12] = .max
    request[word: 28] = address
    #expect(bench.call(granter, request)?.type == 0)
    for grant: Int32 in [0, 1, 0x0800_0000, .max - 1] {
      #expect(
        bench.call(grantee, .safeCopy(.safeCopyFrom, granter.endpoint, grant, 4))?.type
          == ResultCode.eperm.rawValue)
    }
  }

  @Test func setgrantNeedsPrivileges() {
    let request = Message(type: KernelCallNumber.setGrant.messageType)
    bench.kernel.processes.set(.noPriv, on: Endpoint.pm.slot)
    #expect(bench.call(.pm, request) == .eperm)
  }
}
