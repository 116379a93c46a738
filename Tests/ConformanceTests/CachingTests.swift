import I386
import PagingCases
import Testing

/// What may be remembered: the cases, and what is expected of them.
@Suite struct CachingTests {
  @Test func theCases() {
    let cases = CachingCase.all
    #expect(cases.count == 2316)
    #expect(Set(cases.map(\.words)).count == cases.count, "each has words of its own")
    for change in CachingCase.Change.allCases {
      #expect(cases.contains { $0.change == change })
    }
    for invalidation in CachingCase.Invalidation.allCases {
      #expect(cases.contains { $0.invalidation == invalidation })
    }
  }

  /// Nothing is promised where the manual promises nothing.
  @Test func whatIsNoCase() {
    for cachingCase in CachingCase.all {
      if cachingCase.invalidation == .none {
        #expect(
          [.map, .allowWrite, .allowUser].contains(cachingCase.change), "\(cachingCase.words)")
      }
      #expect(!(cachingCase.invalidation == .loadCR3 && cachingCase.isGlobal))
    }
  }

  /// With all that is remembered, every downgrade would be seen: the old entries answer otherwise
  /// than the new ones, at least for some access after each change.
  @Test func everyChangeMatters() {
    for change in CachingCase.Change.allCases {
      let cases = CachingCase.all.filter { $0.change == change }
      let visible = cases.filter { cachingCase in
        let stale = MatrixExpectation.of(
          cachingCase.access, cachingCase.mode, in: cachingCase.slot, cachingCase.primed,
          by: PagingOracle())
        let right = cachingCase.expectation().state
        return stale.state.error != right.error || stale.state.register != right.register
          || stale.state.wordA != right.wordA || stale.state.wordB != right.wordB
          || stale.state.wordLarge != right.wordLarge
          || change == .clearAccessedAndDirty
      }
      #expect(!visible.isEmpty, "\(change)")
    }
  }

  @Test(
    arguments: [
      (
        0x0000_0080 as UInt32,
        "4 KiB page: supervisor read; then its P is cleared; INVLPG; then supervisor read"
      ),
      (
        0x0000_14A5,
        "4 MiB page: supervisor write; then its P is set; INVLPG; then supervisor write"
      ),
    ])
  func words(number: UInt32, words: String) {
    let cachingCase = CachingCase(rawValue: number)
    #expect(cachingCase.isCase)
    #expect(cachingCase.words == words)
  }
}

/// The caching group's scenes.
@Suite struct CachingScriptTests {
  @Test func theCases() {
    let scripts = CachingScript.all
    #expect(scripts.count == 230)
    #expect(Set(scripts.map(\.words)).count == scripts.count, "each has words of its own")
    for scene in CachingScript.Scene.allCases {
      #expect(scripts.contains { $0.scene == scene })
    }
    for script in scripts {
      #expect(!CachingCase(rawValue: script.rawValue).isCase, "a number means one thing")
    }
  }

  /// A user's write by one address, read by the other: each entry has its own A, one has D.
  @Test func anAlias() throws {
    let script = CachingScript(rawValue: 0x200C)
    #expect(script.words == "two addresses of one frame, by two tables: user write; then read")
    let oracle = CachingOracle(script)
    #expect(oracle.results.map(\.error) == [.max, .max, .max])
    #expect(oracle.results[1].register == oracle.results[0].register)
    let entries = oracle.cells.map(\.value)
    #expect(entries[0] == 0x0080_0027)
    #expect(entries[1] == 0x0080_1027)
    #expect(entries[3] == 0x0090_5027, "read")
    #expect(entries[4] == 0x0090_5067, "written")
  }

  /// A table whose directory entry is gone: its entry is data, and its old address is not mapped.
  @Test func aTableThatBecomesData() {
    let script = CachingScript(rawValue: 0x2689)
    #expect(script.words == "a page table becomes a data page: user read; INVLPG; then write")
    let oracle = CachingOracle(script)
    #expect(oracle.results.map(\.error) == [.max, .max, 4])
    #expect(oracle.results[2].faultAddress == 0x48D0_540C)
    #expect(oracle.cells[3].value == oracle.results[1].register)
  }

  /// What a difference is: the first access, the first word.
  @Test func differences() throws {
    let oracle = CachingOracle(CachingScript(rawValue: 0x200C))
    let memory = oracle.cells.map(\.value)
    #expect(oracle.difference(from: oracle.results, memory) == nil)
    var results = oracle.results
    results[1].register ^= 4
    #expect(try #require(oracle.difference(from: results, memory)).place == 5)
    var other = memory
    other[4] ^= 0x40
    let difference = try #require(oracle.difference(from: oracle.results, other))
    #expect(difference.place == 0x104)
    let finding = CachingScriptFinding(CachingScript(rawValue: 0x200C), difference)
    #expect(finding.kind.hasSuffix("word at 0x00801414"))
    #expect(CachingScriptFinding(words: finding.words)?.seen == other[4])
    #expect(finding.words(finding.seen).hasSuffix(" (bit 6)"))
    results = oracle.results
    results[1].error = 4
    let fault = CachingScriptFinding(
      CachingScript(rawValue: 0x200C),
      try #require(oracle.difference(from: results, memory)))
    #expect(fault.words(fault.expected) == "error code of access 2: no fault")
    #expect(fault.words(fault.seen) == "error code of access 2: 0x00000004")
  }
}
