import I386
import Machine
import TestSupport
import Testing

/// What is done to neighbouring entries at once is what is done to them one by one: the same entries
/// afterwards, and the same ones touched by the stub.
@Suite struct EntryRunTests {
  /// Page tables, one of which has random entries, and a plain copy of it.
  private struct Bench {
    let tables: PageTables
    let table = GuestMemory.arenaStart + 0x1000
    let target = GuestMemory.arenaStart + 0x3000
    let page = LinearAddress(0x0040_0000)
    var entries: [UInt32] = []

    init() throws { tables = PageTables(memory: try GuestMemory(ramByteCount: 1 << 20)) }

    var directory: PhysicalAddress { tables.loadedDirectory }

    func store(_ value: UInt32, _ index: Int) {
      let offset = UInt32(index)
      tables.store(
        value, at: table + offset * 4, translating: page + offset * 4096, in: directory)
    }

    func words(_ page: PhysicalAddress) -> [UInt32] {
      (0..<1024).map { tables.load(page + $0 * 4) }
    }

    /// Each entry that is to be touched, and the page to invalidate.
    var touched: [[UInt32]] {
      tables.edits.list.flatMap { edit in
        (0..<edit.count).map { index in
          let linear = edit.linear.rawValue
          return [(edit.entry + index * 4).rawValue, linear == 0 ? 0 : linear + index * 4096]
        }
      }
    }
  }

  private static let kinds: [[UInt32]] = [
    [0x0010_0067], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0010_0067], [0, 0x0010_0005],
    [0x0010_0007, 0x0010_0007, 0x0010_0007, 0x0010_0007, 0x0010_0007, 0x0010_0025],
    [0, 0x0010_0067, 0x0020_0005, 0xFFFF_FFFE], [0], [0x0010_0005],
  ]

  private static func bench(_ kind: [UInt32], _ seed: UInt64) throws -> Bench {
    var generator = SeededGenerator(seed: seed)
    var bench = try Bench()
    bench.entries = (0..<1024).map { _ in kind.randomElement(using: &generator) ?? 0 }
    for (index, entry) in bench.entries.enumerated() { bench.store(entry, index) }
    return bench
  }

  private static let ranges: [Range<Int>] = [
    0..<1024, 0..<1, 1023..<1024, 3..<11, 5..<5, 1..<1000, 8..<24, 7..<960,
  ]

  @Test(arguments: kinds, ranges) func absent(_ kind: [UInt32], _ range: Range<Int>) throws {
    let bench = try Self.bench(kind, 1)
    let start = bench.table + UInt32(range.lowerBound) * 4
    let isAbsent = bench.entries[range].map { $0 & 1 == 0 }
    let leading = isAbsent.prefix { $0 }.count
    let trailing = isAbsent.reversed().prefix { $0 }.count
    let count = UInt32(range.count)
    #expect(bench.tables.leadingAbsentCount(count, at: start) == UInt32(leading))
    #expect(bench.tables.trailingAbsentCount(count, at: start) == UInt32(trailing))
  }

  @Test(
    arguments: kinds,
    [(0, 0), (.max, PageEntryBits.writable), (~PageEntryBits.writable, 0)]
      as [(UInt32, UInt32)])
  func changed(_ kind: [UInt32], _ bits: (kept: UInt32, added: UInt32)) throws {
    for range in Self.ranges {
      let (once, single) = (try Self.bench(kind, 2), try Self.bench(kind, 2))
      let first = UInt32(range.lowerBound)
      once.tables.changeEntries(
        UInt32(range.count), at: once.table + first * 4, translating: once.page + first * 4096,
        in: once.directory, keeping: bits.kept, adding: bits.added)
      for index in range where single.entries[index] & 1 != 0 {
        single.store(single.entries[index] & bits.kept | bits.added, index)
      }
      #expect(once.words(once.table) == single.words(single.table))
      #expect(once.touched == single.touched)
    }
  }

  @Test(arguments: kinds, [false, true]) func copied(_ kind: [UInt32], _ isReadOnly: Bool) throws {
    let kept = isReadOnly ? ~PageEntryBits.writable : .max
    for range in Self.ranges {
      let (once, single) = (try Self.bench(kind, 3), try Self.bench(kind, 3))
      let first = UInt32(range.lowerBound)
      once.tables.copyEntries(
        UInt32(range.count), from: once.table + first * 4, to: once.target + first * 4,
        translating: once.page + first * 4096, in: once.directory, isReadOnly: isReadOnly)
      for index in range where single.entries[index] & 1 != 0 {
        single.store(single.entries[index] & kept, index)
      }
      #expect(once.words(once.table) == single.words(single.table))
      #expect(once.touched == single.touched)
      let expected = (0..<1024).map { index in
        let isCopied = range.contains(index) && once.entries[index] & 1 != 0
        return isCopied ? once.entries[index] & kept & ~0x60 : 0
      }
      #expect(once.words(once.target) == expected)
    }
  }

  /// All is zero then, and what was present has been touched.
  @Test(arguments: kinds) func cleared(_ kind: [UInt32]) throws {
    let bench = try Self.bench(kind, 4)
    bench.tables.clearTable(bench.table)
    #expect(bench.words(bench.table) == Array(repeating: 0, count: 1024))
    let present = bench.entries.indices.filter { bench.entries[$0] & 1 != 0 }
    #expect(bench.touched == present.map { [bench.table.rawValue + UInt32($0) * 4, 0] })
  }
}
