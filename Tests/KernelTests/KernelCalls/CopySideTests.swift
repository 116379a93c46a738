import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// What either side of SYS_VIRCOPY and SYS_PHYSCOPY may be: ABI 8.2 and 8.7.
@Suite struct CopySideTests {
  let bench: Bench
  let service: Guest
  let user: Guest

  init() throws {
    bench = try Bench()
    (service, user) = (try bench.system(11), try bench.user(12))
  }

  private static let (physical, none): (Int16, Endpoint) = (0x400, .none)

  struct Row: Sendable, CustomTestStringConvertible {
    var what: String
    /// Segment and endpoint of one side; the other is the caller's own data.
    var segment: Int16
    var endpoint: Endpoint
    var address: UInt32 = Place.message
    var byteCount: UInt32 = 8
    var virtual: ResultCode
    var physical: ResultCode
    var testDescription: String { "\(what): \(virtual), \(physical)" }
  }

  static let them = Endpoint(generation: 1, slot: ProcessSlot(rawValue: 12))

  static let rows: [Row] = [
    Row(what: "text", segment: 0, endpoint: them, virtual: .ok, physical: .ok),
    Row(what: "data", segment: 1, endpoint: them, virtual: .ok, physical: .ok),
    Row(what: "SELF", segment: 1, endpoint: .itself, virtual: .ok, physical: .ok),
    Row(what: "nobody", segment: 1, endpoint: .none, virtual: .einval, physical: .einval),
    Row(
      what: "wrong generation", segment: 1, endpoint: Endpoint(rawValue: 12), virtual: .einval,
      physical: .einval),
    Row(what: "a task", segment: 1, endpoint: .system, virtual: .efault, physical: .efault),
    Row(what: "far segment", segment: 0x100, endpoint: them, virtual: .einval, physical: .einval),
    Row(what: "BIOS", segment: 0x200, endpoint: them, virtual: .efault, physical: .efault),
    Row(what: "unknown", segment: 0x800, endpoint: them, virtual: .einval, physical: .einval),
    Row(
      what: "physical", segment: 0x400, endpoint: .none, address: 0x10_0000, virtual: .eperm,
      physical: .ok),
    Row(
      what: "physical with an index", segment: 0x401, endpoint: .none, virtual: .einval,
      physical: .einval),
    Row(
      what: "physical with an index, of somebody", segment: 0x401, endpoint: them,
      address: 0x10_0000, virtual: .eperm, physical: .ok),
    Row(
      what: "nothing of an unknown segment", segment: 0x800, endpoint: them, byteCount: 0,
      virtual: .edom, physical: .edom),
    Row(
      what: "up to the stub", segment: 1, endpoint: them, address: 0xEFFF_FFFC, byteCount: 5,
      virtual: .efault, physical: .efault),
    Row(
      what: "wrapping", segment: 1, endpoint: them, address: 0xFFFF_FFFC, virtual: .efault,
      physical: .efault),
    Row(
      what: "everything", segment: 1, endpoint: them, byteCount: .max, virtual: .efault,
      physical: .efault),
    Row(
      what: "a resident without memory", segment: 1, endpoint: .pm, virtual: .efault,
      physical: .efault),
  ]

  @Test(arguments: rows) func eitherSide(_ row: Row) {
    let there = (row.segment, row.endpoint, row.address)
    let here = (Int16(1), Endpoint.itself, Place.message + 0x100)
    for (call, result) in [
      (KernelCallNumber.virtualCopy, row.virtual), (.physicalCopy, row.physical),
    ] {
      for request in [
        Message.copy(call, from: there, to: here, row.byteCount),
        Message.copy(call, from: here, to: there, row.byteCount),
      ] {
        #expect(bench.call(service, request)?.type == result.rawValue, "\(call)")
      }
    }
    #expect(bench.rts(service).isEmpty && bench.rts(user).isEmpty)
    bench.checkInvariants()
  }

  @Test func copiesAcrossPages() {
    let text = (0..<100).map { UInt8($0) }
    bench.write(text, to: user, at: Place.pair + 0x1000 - 50)
    let request = Message.copy(
      .virtualCopy, from: (1, user.endpoint, Place.pair + 0x1000 - 50),
      to: (1, .itself, Place.pair + 0x1000 - 20), 100)
    #expect(bench.call(service, request)?.type == 0)
    #expect(bench.bytes(service, at: Place.pair + 0x1000 - 20, count: 100) == text)
  }

  /// The source is asked for reading, the destination for writing; nothing is copied before both are
  /// there.
  @Test func absentAndReadOnly() {
    let request = Message.copy(
      .virtualCopy, from: (1, user.endpoint, Place.absent), to: (1, .itself, Place.readOnly), 8)
    #expect(bench.call(service, request) == nil)
    bench.map(Place.absent, of: user)
    bench.write(Array("absentee".utf8), to: user, at: Place.absent)
    bench.serveMemoryRequest(
      of: service, at: Place.absent, byteCount: 8, isWrite: false, target: user, .ok)
    _ = bench.resume(service)
    #expect(bench.bytes(service, at: Place.readOnly, count: 8) != Array("absentee".utf8))
    bench.serveMemoryRequest(of: service, at: Place.readOnly, byteCount: 8, isWrite: true, .enomem)
    #expect(bench.received(service)?.type == ResultCode.enomem.rawValue)
    bench.checkInvariants()
  }

  /// VM can't wait for itself.
  @Test func vmIsNotSuspended() {
    let request = Message.copy(
      .virtualCopy, from: (1, user.endpoint, Place.absent), to: (1, user.endpoint, Place.message), 8
    )
    #expect(bench.call(.vm, request) == .efault)
    #expect(bench.kernel.processes[Endpoint.vm.slot].rts == .receiving)
    #expect(bench.memoryRequest() == nil)
  }
}
