import Conformance
import I386
import PagingCases
import Testing

/// The enumeration of cases, and where each of them lies.
@Suite struct MatrixTests {
  /// Every number that is a case comes once, whatever the seed.
  @Test(arguments: [0, 1, 7, 12_345, .max] as [UInt32])
  func everyCaseOnce(seed: UInt32) {
    var numbers = [Bool](repeating: false, count: 1 << 23)
    var count = 0
    for position in 0..<MatrixBatch.count {
      let batch = MatrixBatch.at(position, seed: seed)
      let first = Int(batch.firstCase.rawValue)
      #expect(!numbers[first], "batch \(batch.number) twice")
      numbers[first] = true
      count += batch.firstCase.isCase && first & 0x1FF == 0 ? 512 : 0
    }
    #expect(count == MatrixCase.count)
  }

  /// Shards have each batch once, and fairly.
  @Test(arguments: [1, 2, 4, 64] as [UInt32]) func shardsPartition(count: UInt32) {
    var owners = [UInt32](repeating: 0, count: Int(count))
    for number in 0..<MatrixBatch.count {
      owners[Int(Shards.shard(of: number, seed: 3, count: count))] += 1
    }
    #expect(owners.reduce(0, +) == MatrixBatch.count)
    let fair = MatrixBatch.count / count
    #expect(owners.allSatisfy { $0 > fair / 2 && $0 < fair * 2 })
  }

  /// A shard of a multiple's shards: what several machines of one run share.
  @Test func shardsOfShards() {
    for number in 0..<MatrixBatch.count {
      let fine = Shards.shard(of: number, seed: 9, count: 12)
      #expect(fine % 4 == Shards.shard(of: number, seed: 9, count: 4))
    }
  }

  @Test func slotsLieApart() {
    for set in 0..<MatrixSlot.setCount {
      var entries: Set<PhysicalAddress> = []
      var words: Set<PhysicalAddress> = []
      for number in 0..<MatrixSlot.count {
        let slot = MatrixSlot(number, set: set)
        entries.insert(slot.directoryEntry)
        entries.insert(slot.tableEntry(b: false))
        entries.insert(slot.tableEntry(b: true))
        for page in [slot.frame(b: false), slot.frame(b: true), slot.largePage] {
          // Four bytes, none of them shared, and none of them code.
          let start = page + slot.dataOffset
          for byte in 0..<4 as Range<UInt32> { words.insert(start + byte) }
          #expect(slot.dataOffset + 4 <= MatrixSlot.codeOffset)
        }
        #expect(slot.largePage != MatrixSlot.region(set))
        #expect(slot.largePage != MatrixSlot.region(set) + 0x0020_0000)
      }
      #expect(entries.count == 3 * 512)
      #expect(words.count == 3 * 512 * 4)
    }
  }

  /// One case of each kind, in words and by its flags.
  @Test(
    arguments: [
      (0, "supervisor read through PDE 0, PTE 0; no control bits", 0, 0),
      (
        0x000F_FFFF & ~0x0001_0000,
        "user write through PDE P W U A D PS G bit 21, PTE P W U A D PAT G; CR0.WP CR4.PSE",
        0x0020_01E7, 0x1E7
      ),
      (
        0x0071_0085, "supervisor fetch through PDE P, PTE P U; CR4.SMEP CR4.SMAP EFLAGS.AC", 1, 5
      ),
    ] as [(UInt32, String, UInt32, UInt32)])
  func words(number: UInt32, words: String, directory: UInt32, table: UInt32) {
    let matrixCase = MatrixCase(rawValue: number)
    #expect(matrixCase.words == words)
    #expect(matrixCase.directoryFlags == directory)
    #expect(matrixCase.tableFlags == table)
  }

  /// The processor that is right agrees with itself, and every broken one is found out by a case.
  @Test func everyMutantIsCaught() throws {
    let report = MutantTrial.report()
    let mutants = try #require(report.mutants)
    #expect(mutants.made >= 200)
    #expect(mutants.caught == mutants.made, "\(report.divergences)")
    #expect(mutants.catchers.count == mutants.made, "each has a name of its own")
    #expect(report.exitCode == 0)
    print("conform: mutants: \(mutants.made) made, \(mutants.caught) caught")
  }

  /// The search for a catcher finds nothing where nothing is wrong.
  @Test func theManualIsNotCaught() {
    // Bit 31 of an error code is never set.
    #expect(Mutant.ignored(word: 0, bit: 31).catcher() == nil)
  }
}
