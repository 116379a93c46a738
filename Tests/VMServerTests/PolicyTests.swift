import I386
import MinixABI
import TestSupport
import Testing

@testable import VMServer

/// Which pages a first touch makes present.
@Suite struct PolicyTests {
  private static let heap: UInt32 = VMBench.heap
  private static let policies: [FaultPolicy] = [.exact, .around(3), .around(16), .eager]

  /// Pages of the heap's 32 that are present, by number.
  private func present(_ bench: VMBench, _ process: Endpoint) -> [Int] {
    (0..<40).filter { bench.entry(process, Self.heap + UInt32($0) * 4096).isPresent }
  }

  /// The nearest first, the one above before the one below, none outside the region.
  @Test(
    arguments: [
      (1, 0, [0, 1]), (1, 31, [30, 31]), (1, 9, [9, 10]), (2, 9, [8, 9, 10]),
      (4, 0, [0, 1, 2, 3, 4]), (4, 31, [27, 28, 29, 30, 31]), (4, 30, [27, 28, 29, 30, 31]),
      (5, 9, [7, 8, 9, 10, 11, 12]), (1023, 9, Array(0..<32)),
    ] as [(UInt32, UInt32, [Int])])
  func neighbours(_ count: UInt32, _ page: UInt32, _ expected: [Int]) {
    let bench = VMBench(policy: .around(count))
    let process = bench.process(11)
    let calls = bench.fault(process, Self.heap + page * 4096 + 5, [.user, .write])
    #expect(present(bench, process) == expected)
    #expect(calls.count == expected.count + 1)
    #expect(calls.first == "MEMSET 1000 4096" && calls.last == "CLEAR \(process)")
    #expect(bench.entry(process, Self.heap + page * 4096).frame.rawValue == 0x1000)
    #expect(bench.faults(process).zeroFill == 1)
  }

  /// What is there already is passed over, as far as the number reaches.
  @Test func passesOverWhatIsPresent() {
    let bench = VMBench(policy: .around(2))
    let process = bench.process(11)
    _ = bench.fault(process, Self.heap + 0x5000)
    #expect(present(bench, process) == [4, 5, 6])
    _ = bench.fault(process, Self.heap + 0x7000)
    #expect(present(bench, process) == [4, 5, 6, 7, 8, 9])
    _ = bench.fault(process, Self.heap + 0x3000)
    #expect(present(bench, process) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
  }

  /// In sequence, up or down or from the middle, one fault does for count + 1 pages.
  @Test(arguments: [false, true]) func sequence(_ isDownward: Bool) {
    let bench = VMBench(frames: 1100, policy: .around(16))
    let process = bench.process(11)
    let top = AddressSpaceLayout.stackTop
    #expect(bench.mmap(process, count: 1020 * 4096).type == 0)
    var faults = 0
    for step: UInt32 in 0..<1020 {
      let page = top + (isDownward ? 1019 - step : step) * 4096
      guard !bench.entry(process, page).isPresent else { continue }
      _ = bench.fault(process, page, [.user, .write])
      faults += 1
    }
    #expect(faults == 60)
    #expect(bench.pagesUsed == 1020)
  }

  /// Memory for the one page is enough; the others are an extra.
  @Test func littleMemory() {
    let bench = VMBench(frames: 4, policy: .around(8))
    let process = bench.process(11)
    #expect(bench.fault(process, Self.heap).last == "CLEAR \(process)")
    #expect(present(bench, process) == [0, 1, 2])
    #expect(bench.faults(process).zeroFill == 1)
    #expect(
      bench.fault(process, Self.heap + 0x4000) == ["KILL \(process) 11", "CLEAR \(process)"])
  }

  /// A region's pages are there when the region is, or the region isn't.
  @Test func eagerly() {
    let bench = VMBench(frames: 70, policy: .eager)
    let process = bench.process(11)
    let isPopulated = bench.vm.populate(process)
    #expect(isPopulated)
    #expect(bench.pagesUsed == 64)
    #expect(bench.mmap(process, count: 0x2000).type == 0)
    #expect(bench.pagesUsed == 66)
    let regions = bench.regions(process)
    #expect(bench.mmap(process, count: 0x4000).type == ResultCode.enomem.rawValue)
    #expect(bench.brk(process, Self.heap + 0x24000) == ResultCode.enomem.rawValue)
    #expect(bench.regions(process) == regions)
    #expect(bench.pagesUsed == 66)
    #expect(bench.brk(process, Self.heap + 0x23000) == 0)
    #expect(bench.pagesUsed == 69)
    // Exec has both at once, the old memory and the new.
    #expect(bench.exec(process, [0x1000, 0, 0]).type == ResultCode.enomem.rawValue)
    #expect(bench.munmap(process, AddressSpaceLayout.stackTop, count: 0x1000) == 0)
    #expect(bench.exec(process, [0x1000, 0, 0]).type == 0)
    #expect(bench.pagesUsed == 1)
    // Nobody fills the stack: it faults page by page.
    _ = bench.fault(process, 0x7FFF_F000, [.user, .write])
    #expect(bench.pagesUsed == 2)
    #expect(bench.end(process) == [0, 0])
    #expect((bench.pagesUsed, bench.tablesUsed) == (0, 0))
  }

  /// Page tables count as well.
  @Test func eagerlyWithoutTables() {
    let bench = VMBench(frames: 70, tables: 3, policy: .eager)
    let process = bench.process(11)
    let isPopulated = bench.vm.populate(process)
    #expect(isPopulated)
    #expect(bench.tablesUsed == 3)
    #expect(
      bench.exec(process, regions: [0x003F_F000, 0x2000, 1]).type == ResultCode.enomem.rawValue)
    #expect(bench.pagesUsed == 64)
    #expect(
      bench.exec(process, regions: [0x003F_E000, 0x1000, 1, 0x003F_F000, 0x1000, 1]).type == 0)
  }

  /// Copies are made for who writes, one by one, whatever the policy.
  @Test(arguments: policies) func copyOnWrite(_ policy: FaultPolicy) {
    let bench = VMBench(policy: policy)
    let parent = bench.process(11)
    for page: UInt32 in 0..<4 { _ = bench.fault(parent, Self.heap + page * 4096) }
    let child = bench.fork(parent, into: 12)
    let used = bench.pagesUsed
    #expect(bench.fault(child, Self.heap, [.user, .write, .protection]).count == 2)
    #expect(bench.pagesUsed == used + 1)
  }

  /// The loader's own pages are those it names.
  @Test(arguments: policies) func loading(_ policy: FaultPolicy) {
    let bench = VMBench(policy: policy)
    let process = bench.process(11)
    let frame = bench.vm.presentPage(LinearAddress(Self.heap + 0x3000), of: process)
    #expect(frame == PhysicalAddress(0x1000))
    let again = bench.vm.presentPage(LinearAddress(Self.heap + 0x3004), of: process)
    #expect(again == frame)
    #expect(bench.pagesUsed == 1)
  }
}
