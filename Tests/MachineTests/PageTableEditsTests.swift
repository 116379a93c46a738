import I386
import Machine
import TestSupport
import Testing

/// The list of runs that the stub touches.
@Suite struct PageTableEditsTests {
  private typealias Edit = PageTableEdits.Edit

  private func entry(_ index: UInt32, ofTable table: UInt32 = 0) -> PhysicalAddress {
    GuestMemory.arenaStart + table * 4096 + index * 4
  }

  private func page(_ number: UInt32) -> LinearAddress { LinearAddress(number * 4096) }

  /// What a list says of itself; it can't be copied into an expectation.
  private struct State: Equatable {
    var isEmpty: Bool
    var reloads: Bool
    var invalidated: UInt32
  }

  private func state(of edits: borrowing PageTableEdits) -> State {
    State(
      isEmpty: edits.isEmpty, reloads: edits.requiresDirectoryReload,
      invalidated: edits.invalidatedPageCount)
  }

  /// The list after some records.
  private func list(_ records: [(PhysicalAddress, LinearAddress?)]) -> [Edit] {
    var edits = PageTableEdits()
    for (entry, linear) in records { edits.record(entry: entry, linear: linear) }
    return edits.list
  }

  @Test func neighboursAreOneRun() {
    #expect(
      list([(entry(5), page(105)), (entry(6), page(106)), (entry(7), page(107))])
        == [Edit(entry: entry(5), count: 3, linear: page(105))])
  }

  @Test func neighboursOfAnotherAddressSpaceAreOneRun() {
    #expect(
      list([(entry(5), nil), (entry(6), nil)])
        == [Edit(entry: entry(5), count: 2, linear: page(0))])
  }

  @Test func gapsStepsBackAndRepeatsBeginAnew() {
    #expect(
      list([(entry(5), page(5)), (entry(7), page(7)), (entry(6), page(6)), (entry(6), page(6))])
        == [
          Edit(entry: entry(5), count: 1, linear: page(5)),
          Edit(entry: entry(7), count: 1, linear: page(7)),
          Edit(entry: entry(6), count: 1, linear: page(6)),
          Edit(entry: entry(6), count: 1, linear: page(6)),
        ])
  }

  @Test func aRunEndsWithItsTable() {
    #expect(
      list([(entry(1023), page(1023)), (entry(0, ofTable: 1), page(1024))])
        == [
          Edit(entry: entry(1023), count: 1, linear: page(1023)),
          Edit(entry: entry(0, ofTable: 1), count: 1, linear: page(1024)),
        ])
    #expect(
      list([(entry(1023), nil), (entry(0, ofTable: 1), nil)]).map(\.count) == [1, 1])
  }

  @Test func neighboursThatTranslateOtherPagesAreApart() {
    #expect(list([(entry(5), page(5)), (entry(6), page(16))]).count == 2)
    #expect(list([(entry(5), page(5)), (entry(6), nil)]).count == 2)
    #expect(list([(entry(5), nil), (entry(6), page(6))]).count == 2)
  }

  @Test func pagesToInvalidateAreCounted() {
    var edits = PageTableEdits()
    for index in 0..<20 as Range<UInt32> {
      edits.record(entry: entry(index), linear: page(index + 1))
    }
    edits.record(entry: entry(100), linear: nil)
    #expect(state(of: edits) == State(isEmpty: false, reloads: false, invalidated: 20))
    #expect(PageTableEdits.invalidationLimit == 16)
    edits.removeAll()
    #expect(state(of: edits) == State(isEmpty: true, reloads: false, invalidated: 0))
  }

  @Test func aReloadAloneIsNotNothing() {
    var edits = PageTableEdits()
    #expect(state(of: edits) == State(isEmpty: true, reloads: false, invalidated: 0))
    edits.reloadDirectory()
    #expect(state(of: edits) == State(isEmpty: false, reloads: true, invalidated: 0))
    edits.removeAll()
    #expect(state(of: edits) == State(isEmpty: true, reloads: false, invalidated: 0))
  }

  @Test func moreRunsThanTheStubTakesAreKept() {
    var edits = PageTableEdits()
    for index in 0..<3000 as Range<UInt32> { edits.record(entry: entry(index * 2), linear: nil) }
    let list = edits.list
    #expect(list.count == 3000)
    #expect(PageTableEdits.capacity == 1024)
  }

  /// Whatever is recorded, the runs name exactly those entries in that order, each with its page.
  @Test func runsNameWhatWasRecorded() {
    var random = SeededGenerator()
    for _ in 0..<200 {
      var records: [(PhysicalAddress, LinearAddress?)] = []
      var index: UInt32 = 0
      var hasLinear = true
      for _ in 0..<100 {
        let roll = Int.random(in: 0..<10, using: &random)
        index = roll < 7 ? index + 1 : .random(in: 0..<4096, using: &random)
        if roll == 8 { hasLinear.toggle() }
        records.append((entry(index), hasLinear ? page(index + 1) : nil))
      }
      let runs = list(records)
      let named = runs.flatMap { run in
        (0..<run.count).map { step in
          Edit(
            entry: run.entry + step * 4, count: 1,
            linear: run.linear == page(0) ? page(0) : run.linear + step * 4096)
        }
      }
      #expect(
        named == records.map { Edit(entry: $0.0, count: 1, linear: $0.1 ?? page(0)) }, "\(random)")
      #expect(runs.allSatisfy { $0.entry.rawValue & 0xFFF + $0.count * 4 <= 4096 }, "\(random)")
    }
  }
}
