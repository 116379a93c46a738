import I386
import Testing

/// Descriptors, gates and entries, bit for bit.
@Suite struct DescriptorTests {
  @Test(
    arguments: [
      (SegmentDescriptor.flatCode(privilegeLevel: 0), 0x00CF_9B00_0000_FFFF),
      (SegmentDescriptor.flatData(privilegeLevel: 0), 0x00CF_9300_0000_FFFF),
      (SegmentDescriptor.flatCode(privilegeLevel: 3), 0x00CF_FB00_0000_FFFF),
      (SegmentDescriptor.flatData(privilegeLevel: 3), 0x00CF_F300_0000_FFFF),
      (SegmentDescriptor.taskState(base: 0xF000_1100), 0xF000_8900_1100_0067),
      (
        SegmentDescriptor(
          base: 0x1234_5678, limit: 0xABCDE, access: 0x92, isPageGranular: false, is32Bit: true),
        0x124A_9234_5678_BCDE
      ),
      (
        SegmentDescriptor(
          base: 0x89AB_CDEF, limit: 0x12345, access: 0xFA, isPageGranular: true, is32Bit: false),
        0x8981_FAAB_CDEF_2345
      ),
    ] as [(SegmentDescriptor, UInt64)])
  func segmentDescriptors(descriptor: SegmentDescriptor, bits: UInt64) {
    #expect(descriptor.rawValue == bits)
  }

  @Test(
    arguments: [
      (
        InterruptGate(handler: 0xF000_0210, selector: 0x08, privilegeLevel: 3),
        0xF000_EE00_0008_0210
      ),
      (
        InterruptGate(handler: 0xF000_00E0, selector: 0x08, privilegeLevel: 0),
        0xF000_8E00_0008_00E0
      ),
      (
        InterruptGate(handler: 0x1234_5678, selector: 0xABC8, privilegeLevel: 1),
        0x1234_AE00_ABC8_5678
      ),
    ] as [(InterruptGate, UInt64)])
  func interruptGates(gate: InterruptGate, bits: UInt64) {
    #expect(gate.rawValue == bits)
  }

  @Test func tableEntries() {
    let frame = PhysicalAddress(0x0ABC_D123)
    #expect(PageTableEntry(frame: frame, isWritable: true).rawValue == 0x0ABC_D007)
    #expect(PageTableEntry(frame: frame, isWritable: false).rawValue == 0x0ABC_D005)
    #expect(PageTableEntry.absent.rawValue == 0)
    let entry = PageTableEntry(rawValue: 0x0ABC_D067)
    #expect(entry.frame == PhysicalAddress(0x0ABC_D000))
    #expect(entry.isPresent && entry.isWritable && entry.isUser)
    #expect(entry.isAccessed && entry.isDirty)
    let none = PageTableEntry(rawValue: 0xFFFF_FF98)
    #expect(!none.isPresent && !none.isWritable && !none.isUser)
    #expect(!none.isAccessed && !none.isDirty)
  }

  @Test func directoryEntries() {
    #expect(PageDirectoryEntry(table: PhysicalAddress(0xF040_1FFF)).rawValue == 0xF040_1007)
    #expect(
      PageDirectoryEntry(supervisorLargePage: PhysicalAddress(0xF07F_FFFF)).rawValue == 0xF040_00E3)
    #expect(PageDirectoryEntry.absent.rawValue == 0)
    let large = PageDirectoryEntry(rawValue: 0xF040_00E3)
    #expect(large.isPresent && large.isWritable && !large.isUser && large.mapsLargePage)
    let table = PageDirectoryEntry(rawValue: 0xF040_1005)
    #expect(table.isPresent && !table.isWritable && table.isUser && !table.mapsLargePage)
    #expect(table.table == PhysicalAddress(0xF040_1000))
  }

  @Test func addressesWrapAndPrint() {
    #expect(LinearAddress(0xFFFF_FFFF) + 2 == LinearAddress(1))
    #expect(PhysicalAddress(0xFFFF_F000) + 0x1000 == PhysicalAddress(0))
    #expect(PhysicalAddress(0x1234_5678).frameStart == PhysicalAddress(0x1234_5000))
    #expect(LinearAddress(0x7FFF_FFFF) < LinearAddress(0x8000_0000))
    #expect(PhysicalAddress(0x7FFF_FFFF) < PhysicalAddress(0x8000_0000))
    #expect("\(LinearAddress(0xABC))" == "0x00000abc")
    #expect("\(PhysicalAddress(0xF000_0000))" == "0xf0000000")
  }

  /// Every bit of EFLAGS on its own, and all together.
  @Test func eflagsKeepOnlyWhatIsRingThrees() {
    // CF PF AF ZF SF TF DF OF NT RF AC ID
    let kept: Set<Int> = [0, 2, 4, 6, 7, 8, 10, 11, 14, 16, 18, 21]
    for bit in 0..<32 {
      let expected: UInt32 = 0x202 | (kept.contains(bit) ? 1 << bit : 0)
      #expect(Eflags(rawValue: 1 << bit).sanitizedForUser.rawValue == expected, "bit \(bit)")
    }
    #expect(Eflags(rawValue: 0).sanitizedForUser.rawValue == 0x202)
    #expect(Eflags(rawValue: .max).sanitizedForUser.rawValue == 0x0025_4FD7)
    #expect(Eflags.userMask == 0x254DD5)
  }
}
