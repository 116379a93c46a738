import PagingCases
import Testing

/// Instructions that fault in the middle: the cases, and what is expected of them.
@Suite struct RestartTests {
  private static let all = RestartCase.all

  @Test func theCases() {
    #expect(Self.all.count == 32_190)
    #expect(Set(Self.all).count == Self.all.count)
    #expect(Set(Self.all.map(\.words)).count == Self.all.count, "each has words of its own")
    for instruction in RestartInstruction.allCases {
      #expect(Self.all.contains { $0.instruction == instruction }, "\(instruction)")
    }
    for page in 0..<6 as Range<UInt32> {
      for lack in [RestartCase.Lack.present, .user, .writable] where page < 4 || lack != .writable {
        #expect(Self.all.contains { $0.lack(page) == lack }, "\(page) \(lack)")
      }
    }
  }

  @Test func numbers() {
    for restartCase in stride(from: 0, to: Self.all.count, by: 397).map({ Self.all[$0] }) {
      #expect(restartCase.isCase, "\(restartCase.words)")
      #expect(!RestartCase(rawValue: restartCase.rawValue | 7 << 13).isCase, "no such place")
      #expect(!RestartCase(rawValue: restartCase.rawValue | 1 << 31).isCase)
    }
  }

  /// A processor that does everything in the model's order agrees with the model.
  @Test func theModelAgreesWithItself() {
    for restartCase in Self.all {
      let expectation = RestartExpectation(restartCase)
      #expect(expectation.difference(from: expectation.ideal) == nil, "\(restartCase.words)")
    }
  }

  /// What a case must show, written out by hand from the manual.
  struct Sample: Sendable {
    let number: UInt32
    let words: String
    /// Error code and CR2 of each fault.
    let faults: [(error: UInt32, address: UInt32)]
    /// ECX, ESI, EDI and ESP at the last fault.
    let atFault: [UInt32]
    /// ECX, ESI, EDI and ESP at the end.
    let atEnd: [UInt32]
  }

  @Test(
    arguments: [
      Sample(
        number: 0x0002_1928,
        words: "ring 3: ENTER 64,0; stack in the lower page; the lower stack page lacks P",
        faults: [(6, 0xC13F_FFC0)],
        atFault: [0x0506_0708, 0xC0BF_FFC0, 0xC03F_FFC0, 0xC140_0004],
        atEnd: [0x0506_0708, 0xC0BF_FFC0, 0xC03F_FFC0, 0xC13F_FFC0]),
      // Three of six words are done: ESI and EDI at the boundary, which ESI has reached before.
      Sample(
        number: 0x0008_3B1B,
        words: "ring 3: REP MOVS, 32 bits; operand half in either page; "
          + "the upper operand page lacks P",
        faults: [(6, 0xC040_0000)],
        atFault: [3, 0xC0C0_0004, 0xC040_0000, 0xC140_0060],
        atEnd: [0, 0xC0C0_0010, 0xC040_000C, 0xC140_0060]),
      // Eight registers, of which four lie below the boundary: ESP has not moved.
      Sample(
        number: 0x0002_3924,
        words: "ring 3: PUSHA, 32 bits; stack half in either page; the lower stack page lacks P",
        faults: [(6, 0xC13F_FFF0)],
        atFault: [0x0506_0708, 0xC0BF_FFC0, 0xC03F_FFC0, 0xC140_0010],
        atEnd: [0x0506_0708, 0xC0BF_FFC0, 0xC03F_FFC0, 0xC13F_FFF0]),
    ])
  func samples(sample: Sample) {
    let restartCase = RestartCase(rawValue: sample.number)
    #expect(restartCase.isCase)
    #expect(restartCase.words == sample.words)
    let seen = RestartExpectation(restartCase).ideal
    #expect(seen.faults.map(\.error) == sample.faults.map(\.error))
    #expect(seen.faults.map(\.faultAddress) == sample.faults.map(\.address))
    func four(_ registers: RestartRegisters?) -> [UInt32]? {
      registers.map { [$0.ecx, $0.esi, $0.edi, $0.esp] }
    }
    #expect(four(seen.faults.last?.registers) == sample.atFault)
    #expect(four(seen.end.registers) == sample.atEnd)
  }

  /// A difference names the first wrong bit; flags that the manual leaves open are none.
  @Test func differencesNameTheBit() throws {
    let expectation = RestartExpectation(RestartCase(rawValue: 0x0002_3924))
    var seen = expectation.ideal
    seen.faults[0].error ^= 4
    let first = try #require(expectation.difference(from: seen))
    #expect(first.words(first.expected) == "page fault with error code 0x00000006 (bit 2)")
    #expect(first.words(first.seen) == "page fault with error code 0x00000002 (bit 2)")
    #expect(first.kind == "fault error^4")

    seen = expectation.ideal
    // RF and CF.
    seen.faults[0].registers.eflags ^= 0x1_0001
    let flags = try #require(expectation.difference(from: seen))
    #expect(flags.kind == "fault EFLAGS")
    #expect(flags.expected ^ flags.seen == 1)
    #expect(flags.words(flags.seen).hasSuffix(" at the fault (bit 0)"))
  }

  /// A page fault whose delivery faults becomes a double fault, and no page fault is seen.
  @Test func doubleFault() throws {
    let restartCase = try #require(
      Self.all.first {
        $0.words == "ring 3: #PF to ring 1; stack in the lower page; the lower stack page lacks P"
      })
    let seen = RestartExpectation(restartCase).ideal
    #expect(seen.faults.isEmpty)
    #expect(seen.end.vector == 8)
    #expect(seen.end.error == 0)
  }

  /// Another exception whose delivery faults waits for the page fault's end.
  @Test func exceptionsInSeries() throws {
    let restartCase = try #require(
      Self.all.first {
        $0.words == "ring 3: #GP to ring 1; stack in the lower page; the lower stack page lacks P"
      })
    let seen = RestartExpectation(restartCase).ideal
    #expect(seen.faults.map(\.vector) == [14])
    #expect(seen.faults.map(\.error) == [2], "the supervisor's own write")
    #expect(seen.faults[0].registers.eip == 0xC1BF_FFA0, "the instruction itself")
    #expect(seen.end.registers.cs == 0x31)
  }
}
