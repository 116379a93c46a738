import I386
import Testing

/// The software walk against tables made by hand from the SDM's figures.
@Suite struct PageWalkTests {
  /// Physical memory as a dictionary of words; what is not in it reads 0.
  private struct Tables {
    var words: [UInt32: UInt32] = [:]

    func translate(_ address: UInt32, isWrite: Bool = false) -> PageWalk.Outcome {
      PageWalk.translate(
        LinearAddress(address), directory: PhysicalAddress(0x0010_0000), isWrite: isWrite
      ) { words[$0.rawValue, default: 0] }
    }
  }

  @Test func indexesAreTheAddressesUpperBits() {
    let address = LinearAddress(0x1234_5678)
    #expect(address.directoryIndex == 0x48)
    #expect(address.tableIndex == 0x345)
    #expect(address.pageOffset == 0x678)
    #expect(address.pageStart == LinearAddress(0x1234_5000))
    #expect(LinearAddress(0xFFFF_FFFF).directoryIndex == 1023)
    #expect(LinearAddress(0xFFFF_FFFF).tableIndex == 1023)
  }

  @Test func fourKilobytePageIsFoundByTwoEntries() {
    // Entry 0x48 of the directory, entry 0x345 of the table at 0x200000.
    let tables = Tables(words: [0x0010_0120: 0x0020_0007, 0x0020_0D14: 0x0ABC_D007])
    #expect(tables.translate(0x1234_5678) == .mapped(PhysicalAddress(0x0ABC_D678)))
    #expect(tables.translate(0x1234_5678, isWrite: true) == .mapped(PhysicalAddress(0x0ABC_D678)))
    #expect(tables.translate(0x1234_6678) == .notPresent)
    #expect(tables.translate(0x1274_5678) == .notPresent)
  }

  @Test func fourMegabytePageIsFoundByOneEntry() {
    let tables = Tables(words: [0x0010_0120: 0x0AC0_0087])
    #expect(tables.translate(0x1234_5678) == .mapped(PhysicalAddress(0x0AF4_5678)))
    #expect(tables.translate(0x123F_FFFF, isWrite: true) == .mapped(PhysicalAddress(0x0AFF_FFFF)))
  }

  @Test func entriesAtTheEndsOfTheirTablesAreFound() {
    let tables = Tables(words: [
      0x0010_0000: 0x0020_0007, 0x0020_0000: 0x0030_0007,
      0x0010_0FFC: 0x0020_1007, 0x0020_1FFC: 0x0030_1007,
    ])
    #expect(tables.translate(0) == .mapped(PhysicalAddress(0x0030_0000)))
    #expect(tables.translate(0xFFFF_FFFF) == .mapped(PhysicalAddress(0x0030_1FFF)))
  }

  /// Every combination of P, R/W and U/S in both entries, for reads and writes: the CPU's rule is
  /// that all rights are the logical and of both.
  @Test func rightsAreTheAndOfBothEntries() {
    for directoryBits in 0..<8 as Range<UInt32> {
      for tableBits in 0..<8 as Range<UInt32> {
        for isWrite in [false, true] {
          let tables = Tables(words: [
            0x0010_0120: 0x0020_0000 | directoryBits, 0x0020_0D14: 0x0ABC_D000 | tableBits,
          ])
          let needed: UInt32 = isWrite ? 7 : 5
          let expected: PageWalk.Outcome =
            directoryBits & tableBits & 1 == 0
            ? .notPresent
            : directoryBits & tableBits & needed == needed
              ? .mapped(PhysicalAddress(0x0ABC_D678)) : .forbidden
          #expect(
            tables.translate(0x1234_5678, isWrite: isWrite) == expected,
            "PDE bits \(directoryBits), PTE bits \(tableBits), write \(isWrite)")
        }
      }
    }
  }

  @Test func rightsOfALargePageAreItsEntrys() {
    for bits in 0..<8 as Range<UInt32> {
      for isWrite in [false, true] {
        let tables = Tables(words: [0x0010_0120: 0x0AC0_0080 | bits])
        let needed: UInt32 = isWrite ? 7 : 5
        let expected: PageWalk.Outcome =
          bits & 1 == 0
          ? .notPresent
          : bits & needed == needed ? .mapped(PhysicalAddress(0x0AF4_5678)) : .forbidden
        #expect(tables.translate(0x1234_5678, isWrite: isWrite) == expected)
      }
    }
  }

  /// Bits that the walk does not judge: accessed, dirty, caching, global, and the software's own.
  @Test func otherBitsChangeNothing() {
    let tables = Tables(words: [0x0010_0120: 0x0020_0F7F, 0x0020_0D14: 0x0ABC_DFFF])
    #expect(tables.translate(0x1234_5678, isWrite: true) == .mapped(PhysicalAddress(0x0ABC_D678)))
  }

  @Test func lowBitsOfCR3AreNotPartOfTheDirectorysAddress() {
    let outcome = PageWalk.translate(
      LinearAddress(0x1234_5678), directory: PhysicalAddress(0x0010_0018), isWrite: false
    ) { $0.rawValue == 0x0010_0120 ? 0x0AC0_0085 : 0 }
    #expect(outcome == .mapped(PhysicalAddress(0x0AF4_5678)))
  }
}
