import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// What isn't guest RAM: the stub is nobody's, the arena of page tables VM's alone. Issue 3, item 8.
@Suite struct ProtectedRangeTests {
  let bench: Bench
  let service: Guest

  init() throws {
    bench = try Bench()
    service = try bench.system(11)
  }

  /// Ranges that the RAM of 16 MiB does not hold, and whether VM may have them.
  static let ranges: [(start: UInt32, byteCount: UInt32, isVMs: Bool)] = [
    (0x0100_0000, 4, false), (0x00FF_FFFF, 2, false), (0xF000_0000, 4096, false),
    (0xF03F_FFFF, 2, false), (0xF03F_FFFF, 1, false), (0xF040_0000, 4096, true),
    (0xF83F_FFFC, 4, true), (0xF83F_FFFC, 8, false), (0xFFFF_FFFF, 1, false),
    (0xFFFF_FFFF, .max, false), (0, .max, false),
  ]

  @Test(arguments: ranges) func physicalCallsRefuse(_ start: UInt32, _ count: UInt32, _ isVMs: Bool)
  {
    let here = (Int16(1), service.endpoint, Place.message + 0x100)
    let there = (Int16(0x400), Endpoint.none, start)
    let before = bench.tables.memory.loadWord(at: PhysicalAddress(start))
    for request in [
      Message.memset(start, count, 0xAB), .copy(.physicalCopy, from: there, to: here, count),
      .copy(.physicalCopy, from: here, to: there, count),
      .copy(.physicalCopy, from: there, to: there, count),
    ] {
      #expect(bench.call(service, request)?.type == ResultCode.efault.rawValue)
      #expect(bench.call(.pm, request) == .efault)
      if !isVMs { #expect(bench.call(.vm, request) == .efault) }
    }
    #expect(bench.tables.memory.loadWord(at: PhysicalAddress(start)) == before)
    #expect(bench.rts(service).isEmpty)
  }

  /// VM may, and the stub hears of the entries that were present.
  @Test func vmHasTheArena() throws {
    let table = PhysicalAddress(GuestMemory.arenaStart.rawValue + 0x40_0000)
    #expect(bench.call(.vm, .memset(table.rawValue, 4096, 0)) == .ok)
    let there = (Int16(0x400), Endpoint.none, table.rawValue + 8)
    let ram = (Int16(0x400), Endpoint.none, UInt32(0x80_0000))
    bench.tables.memory.storeWord(0x0080_1067, at: PhysicalAddress(0x80_0000))
    #expect(bench.call(.vm, .copy(.physicalCopy, from: ram, to: there, 4)) == .ok)
    #expect(bench.tables.load(table + 8) == 0x0080_1067)
    let before = bench.tables.edits.list
    #expect(before.allSatisfy { $0.entry.frameStart != table })
    #expect(bench.call(.vm, .memset(table.rawValue, 4096, 0)) == .ok)
    #expect(bench.tables.load(table + 8) == 0)
    let after = bench.tables.edits.list
    let edit = try #require(after.last)
    #expect((edit.entry, edit.count) == (table, 1024))
    let reloads = bench.tables.edits.requiresDirectoryReload
    #expect(reloads)
  }

  /// A page table that leads to a protected frame leads nowhere, for every call and every message.
  @Test(arguments: [0xF000_0000, 0xF040_0000, 0x0100_0000] as [UInt32])
  func mappedButNotTheirs(_ frame: UInt32) {
    bench.map(Place.absent, of: service, to: PhysicalAddress(frame))
    let before = bench.tables.memory.loadWord(at: PhysicalAddress(frame))
    let request = Message.copy(
      .virtualCopy, from: (1, .itself, Place.message), to: (1, .itself, Place.absent), 8)
    #expect(bench.call(service, request) == nil)
    bench.serveMemoryRequest(of: service, at: Place.absent, byteCount: 8, isWrite: true, .efault)
    #expect(bench.received(service)?.type == ResultCode.efault.rawValue)
    for segment: Int16 in [1, 0x1001] {
      #expect(
        bench.call(service, .umap(segment, .itself, Place.absent, 4))?.type
          == ResultCode.efault.rawValue)
    }
    #expect(
      bench.ipc(service, .send, .pm, at: Place.absent) != .ok || bench.rts(service) == .vmRequest)
    #expect(bench.tables.memory.loadWord(at: PhysicalAddress(frame)) == before)
  }

  /// VM's own page table may lead to the arena, not to the stub.
  @Test func aGuestVMHasTheArena() throws {
    let bench = try Bench(guestServers: [.vm])
    let vm = Guest(endpoint: .vm)
    let page = GuestMemory.arenaStart + 0x40_0000
    bench.map(Place.absent, of: vm, to: page)
    let umap = try #require(bench.call(vm, .umap(0x1001, .itself, Place.absent + 8, 4)))
    #expect(umap.type == 0)
    #expect(umap[word: 24] == page.rawValue + 8)
    bench.write(Array("arena".utf8), to: vm, at: Place.message + 0x100)
    let request = Message.copy(
      .virtualCopy, from: (1, .itself, Place.message + 0x100), to: (1, .itself, Place.absent), 5)
    #expect(bench.call(vm, request)?.type == 0)
    #expect(bench.bytes(vm, at: Place.absent, count: 5) == Array("arena".utf8))
    bench.map(Place.readOnly, of: vm, to: GuestMemory.stubStart)
    #expect(
      bench.call(vm, .umap(0x1001, .itself, Place.readOnly, 4))?.type
        == ResultCode.efault.rawValue)
  }
}
