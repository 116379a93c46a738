import I386
import Testing

/// The oracle against tables made by hand from the manual: SDM 3A, "Determination of Access Rights",
/// "Page-Fault Exceptions", "Accessed and Dirty Flags", and the formats of 32-bit paging's entries.
@Suite struct PagingOracleTests {
  private static let directoryEntry: UInt32 = 0x0030_0000
  private static let tableEntry: UInt32 = 0x0070_0000
  private static let linear = LinearAddress(0x1234_5678)

  /// One access through a page table, and through a 4 MiB page with the same rights.
  struct Row: CustomStringConvertible, Sendable {
    var directory: UInt32
    var table: UInt32
    var access: MemoryAccess
    var mode = PagingMode(writeProtect: true, pageSizeExtensions: true)
    /// The error code, or nil where the access is allowed.
    var error: UInt32?

    init(
      _ directory: UInt32, _ table: UInt32, _ kind: MemoryAccess.Kind, user: Bool,
      ac: Bool = false, wp: Bool = true, smep: Bool = false, smap: Bool = false,
      error: UInt32? = nil
    ) {
      self.directory = directory
      self.table = table
      access = MemoryAccess(kind, isUser: user, alignmentCheck: ac)
      mode = PagingMode(
        writeProtect: wp, pageSizeExtensions: true, noSupervisorExecution: smep,
        noSupervisorAccess: smap)
      self.error = error
    }

    var description: String {
      "\(access) by PDE \(hexadecimal(directory)), PTE \(hexadecimal(table)) under \(mode)"
    }
  }

  /// P 1, W 2, U 4.
  static let rights: [Row] = [
    // Not present, wherever: P of the error code is clear, and the rights above don't matter.
    Row(0, 7, .read, user: true, error: 0x4),
    Row(0, 7, .read, user: false, error: 0x0),
    Row(6, 7, .write, user: true, error: 0x6),
    Row(7, 6, .write, user: false, error: 0x2),
    Row(1, 6, .write, user: true, error: 0x6),
    Row(7, 0, .fetch, user: true, error: 0x4),
    Row(7, 0, .fetch, user: true, smep: true, error: 0x14),
    Row(7, 0, .fetch, user: false, smep: true, error: 0x10),
    // User-mode accesses: U in both entries, W in both for a write.
    Row(7, 7, .write, user: true),
    Row(5, 5, .read, user: true),
    Row(5, 5, .fetch, user: true),
    Row(3, 7, .read, user: true, error: 0x5),
    Row(7, 3, .read, user: true, error: 0x5),
    Row(5, 7, .write, user: true, error: 0x7),
    Row(7, 5, .write, user: true, error: 0x7),
    Row(3, 3, .fetch, user: true, error: 0x5),
    Row(3, 3, .fetch, user: true, smep: true, error: 0x15),
    Row(5, 5, .write, user: true, wp: false, error: 0x7),
    // Supervisor accesses without SMEP and SMAP: W in both entries for a write, if CR0.WP.
    Row(1, 1, .read, user: false),
    Row(5, 5, .fetch, user: false),
    Row(3, 3, .write, user: false),
    Row(1, 3, .write, user: false, error: 0x3),
    Row(3, 1, .write, user: false, error: 0x3),
    Row(1, 1, .write, user: false, wp: false),
    Row(5, 5, .write, user: false, wp: false),
    // SMEP: no fetch from a page that both entries make a user's.
    Row(5, 5, .fetch, user: false, smep: true, error: 0x11),
    Row(1, 5, .fetch, user: false, smep: true),
    Row(5, 1, .fetch, user: false, smep: true),
    Row(5, 5, .read, user: false, smep: true),
    // SMAP: no data access to such a page unless AC; AC lifts nothing else.
    Row(5, 5, .read, user: false, smap: true, error: 0x1),
    Row(7, 7, .write, user: false, smap: true, error: 0x3),
    Row(7, 7, .write, user: false, wp: false, smap: true, error: 0x3),
    Row(7, 7, .write, user: false, ac: true, smap: true),
    Row(5, 5, .write, user: false, ac: true, smap: true, error: 0x3),
    Row(5, 1, .read, user: false, smap: true),
    Row(5, 5, .fetch, user: false, smap: true),
    Row(3, 3, .read, user: true, ac: true, smap: true, error: 0x5),
  ]

  @Test(arguments: rights) func rightsThroughTable(row: Row) {
    let pde = Self.directoryEntry | row.directory
    let outcome = PagingOracle().access(
      Self.linear, row.access, mode: row.mode, directoryEntry: pde,
      load: { address in
        #expect(address == PhysicalAddress(Self.directoryEntry + 0x345 * 4))
        return Self.tableEntry | row.table
      })
    #expect(outcome.error == row.error ?? PagingOutcome.noFault)
    if row.error == nil {
      let dirty: UInt32 = row.access.kind == .write ? 0x40 : 0
      #expect(outcome.physical == Self.tableEntry | 0x678)
      #expect(outcome.directoryEntry == pde | 0x20)
      #expect(outcome.tableEntry == Self.tableEntry | row.table | 0x20 | dirty)
    } else {
      #expect(outcome.directoryEntry == pde)
      #expect(outcome.tableEntry == (row.directory & 1 == 0 ? 0 : Self.tableEntry | row.table))
      #expect(outcome.openDirectoryBits == (row.directory & 1 == 0 ? 0 : 0x20))
    }
  }

  /// A 4 MiB page has the rights of its one entry.
  @Test(arguments: rights.filter { $0.directory == $0.table || $0.directory & 1 == 0 })
  func rightsOfLargePage(row: Row) {
    let pde: UInt32 = 0x00C0_0080 | row.directory
    let outcome = PagingOracle().access(
      Self.linear, row.access, mode: row.mode, directoryEntry: pde,
      load: { _ in
        Issue.record("a table was read")
        return 0
      })
    #expect(outcome.error == row.error ?? PagingOutcome.noFault)
    #expect(outcome.openDirectoryBits == 0)
    if row.error == nil {
      let dirty: UInt32 = row.access.kind == .write ? 0x40 : 0
      #expect(outcome.physical == 0x00C0_0000 | 0x1234_5678 & 0x003F_FFFF)
      #expect(outcome.directoryEntry == pde | 0x20 | dirty)
    } else {
      #expect(outcome.directoryEntry == pde)
    }
  }

  /// Bits 21:(M−19), M at most 40; 21:13 without PSE-36.
  @Test(
    arguments: [
      (32, 0x003F_E000), (36, 0x003E_0000), (39, 0x0030_0000), (40, 0x0020_0000), (52, 0x0020_0000),
    ]
      as [(UInt32, UInt32)])
  func reservedBits(width: UInt32, bits: UInt32) {
    let mode = PagingMode(
      writeProtect: true, pageSizeExtensions: true, physicalAddressBits: width)
    #expect(mode.reservedLargePageBits == bits)
    for bit in 12..<22 as Range<UInt32> {
      let outcome = PagingOracle().access(
        Self.linear, MemoryAccess(.write, isUser: true), mode: mode,
        directoryEntry: 0x0040_0087 | 1 << bit, load: { _ in 0 })
      #expect(outcome.error == (bits >> bit & 1 == 1 ? 0xF : PagingOutcome.noFault))
    }
  }

  /// A reserved bit counts before the rights do; in an entry that is not present nothing counts.
  @Test func reservedBitFirst() {
    let mode = PagingMode(writeProtect: true, pageSizeExtensions: true)
    let user = MemoryAccess(.read, isUser: true)
    func error(_ pde: UInt32) -> UInt32 {
      PagingOracle().access(Self.linear, user, mode: mode, directoryEntry: pde, load: { _ in 0 })
        .error
    }
    #expect(error(0x0060_0081) == 0xD, "supervisor's, and reserved")
    #expect(error(0x0060_0080) == 0x4, "not present, and reserved")
  }

  /// Without CR4.PSE, PS is an ignored bit of an entry that names a table.
  @Test func pageSizeWithoutExtensions() {
    let outcome = PagingOracle().access(
      Self.linear, MemoryAccess(.read, isUser: true),
      mode: PagingMode(writeProtect: true, pageSizeExtensions: false),
      directoryEntry: 0x0060_0087,
      load: { address in
        #expect(address == PhysicalAddress(0x0060_0000 + 0x345 * 4))
        return 0x0050_0007
      })
    #expect(outcome.error == PagingOutcome.noFault)
    #expect(outcome.physical == 0x0050_0678)
    #expect(outcome.directoryEntry == 0x0060_00A7)
  }

  /// The kernel's short walk agrees with it, for what that walk is for.
  @Test func theShortWalkAgrees() {
    let mode = PagingMode(writeProtect: true, pageSizeExtensions: true)
    for bits in 0..<256 as Range<UInt32> {
      let pde: UInt32 = 0x00C0_0000 | bits & 7 | (bits & 8) << 4
      let pte: UInt32 = 0x0012_3000 | bits >> 4 & 7
      for isWrite in [false, true] {
        let load = { (address: PhysicalAddress) in
          address.rawValue < 0x1000 ? pde : pte
        }
        let short = PageWalk.translate(
          Self.linear, directory: PhysicalAddress(0), isWrite: isWrite, load: load)
        let long = PagingOracle().access(
          Self.linear, MemoryAccess(isWrite ? .write : .read, isUser: true), mode: mode,
          directoryEntry: pde, load: load)
        let expected: PageWalk.Outcome =
          long.isFault
          ? (long.error & 1 == 0 ? .notPresent : .forbidden)
          : .mapped(PhysicalAddress(long.physical))
        #expect(short == expected)
      }
    }
  }
}
