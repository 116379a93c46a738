import PagingCases
import TestSupport
import Testing

@testable import Conformance

/// The host group's cases: their numbers, words and expectations. What KVM shows is the lab's matter.
@Suite struct HostCaseTests {
  @Test func everyCaseHasANumberAndWordsOfItsOwn() {
    let cases = HostCase.all
    #expect(cases.count == Set(cases.map(\.rawValue)).count)
    #expect(cases.count == Set(cases.map(\.words)).count)
    #expect(cases.allSatisfy { HostCase.exists($0.rawValue) })
    #expect(
      cases.allSatisfy {
        $0.expectation(physicalAddressBits: 40).difference(
          from: $0.expectation(physicalAddressBits: 40)) == nil
      })
    for number in [0, 1, 0x0000_FFFF, 0x0001_0200, 0x00FF_0000, 0xFFFF_FFFF] as [UInt32] {
      #expect(!HostCase.exists(number), "\(number)")
    }
  }

  @Test(
    arguments: [
      (.translation, 512), (.largeAddress, 26), (.faultAddress, 18), (.control, 16),
      (.dirtyLog, 64), (.readOnly, 12), (.slotChange, 8), (.immediateExit, 5),
      (.interruptWindow, 6), (.shutdown, 5),
    ] as [(HostKind, Int)])
  func kinds(_ kind: HostKind, _ count: Int) { #expect(kind.scenes.count == count) }

  /// By how much of a 4 MiB page's entry is address.
  @Test(arguments: [(32, 1), (36, 5), (40, 12), (52, 12)] as [(UInt32, Int)])
  func addressesOfLargePages(_ bits: UInt32, _ readable: Int) {
    let cases = HostCase.all.filter { $0.words.contains("a read by a 4 MiB") }
    let states = cases.map { $0.expectation(physicalAddressBits: bits) }
    #expect(states.count { $0[.exit]?.value == HostExit.memoryRead.rawValue } == readable)
    #expect(states.count { $0[.value]?.value == 9 } == cases.count - readable)
  }

  /// A difference names the first value that differs, and its lowest wrong bit; open bits do not count.
  @Test func differences() {
    var expected = HostState()
    expected.set(.exit, HostExit.output.rawValue)
    expected.set(.value, 0x1230 as UInt32, open: 0x20)
    var seen = expected
    #expect(expected.difference(from: seen) == nil)
    seen.set(.value, 0x1210 as UInt32)
    #expect(expected.difference(from: seen) == nil)
    seen.set(.value, 0x1214 as UInt32)
    #expect(expected.difference(from: seen) == .value)
    #expect(expected.words(of: .value, unlike: seen, open: 0x20) == "value: 0x1230 (bit 2)")
    seen.set(.exit, HostExit.shutdown.rawValue)
    #expect(expected.difference(from: seen) == .exit)
    #expect(seen.words(of: .exit, unlike: expected, open: 0) == "exit: KVM_EXIT_SHUTDOWN")
    var less = HostState()
    less.set(.exit, HostExit.output.rawValue)
    #expect(expected.difference(from: less) == .value)
    #expect(less.difference(from: expected) == .value)
  }

  @Test func mutants() {
    let missed = HostMutant.all.filter { $0.catcher == nil }.map(\.words)
    #expect(missed == [])
    #expect(HostMutant.all.count >= 50)
    #expect(Set(HostMutant.all.map(\.words)).count == HostMutant.all.count)
  }

  /// No image and no file can have the group: there is no host in them.
  @Test(
    arguments: [("--image", "The host group is about"), ("--vectors", "Only the matrix has")])
  func onlyWithAHost(option: String, reason: String) throws {
    let folder = try TemporaryFolder()
    let result = try FaultlineProcess([
      "conform", "--filter", "host", option, "\(folder.path)/x",
    ]).finish()
    #expect(result.status == 64)
    #expect(result.errorLines.count == 1 && result.errors.contains(reason))
    #expect(folder.names == [])
  }

  @Test func oneIsListed() throws {
    let result = try FaultlineProcess([
      "conform", "--list", "--filter", "host:0x00010000",
    ]).finish()
    #expect(
      result.text
        == "host:0x00010000  KVM_TRANSLATE: of page offset 0x0 by PDE 0, PTE 0\n")
  }
}
