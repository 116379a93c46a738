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
