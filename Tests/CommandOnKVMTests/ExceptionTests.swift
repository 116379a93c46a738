import TestSupport
import Testing

/// Every exception that ring 3 can raise becomes the signal of MINIX's table, and the summary gives
/// the vector, the error code and the address that the CPU pushed.
@Suite struct ExceptionTests {
  private static let kinds = [
    "divide", "debug", "int3", "into", "bound", "ud2", "iret-nt", "hlt", "cli", "in", "mov-cr3",
    "long", "int-1", "int-8", "int-14", "int-34", "int-0x80", "load-ds", "load-ss", "load-limit",
    "far-jump", "x87", "simd",
  ]

  /// QEMU's software CPU, on which the lab's KVM runs, sets MXCSR's flags and never raises #XM.
  /// There the division goes on and `exceptions simd` says that it has survived; a real CPU must
  /// kill it.
  private static let isSurvivable = ["simd": Here.isLab]

  @Test func everyKindRaisesItsSignal() throws {
    let neighbours = [ManifestEntry("first", file: "hello"), ManifestEntry("last", file: "hello")]
    let programs = Self.kinds.map { ManifestEntry($0, file: "exceptions", [$0]) }
    let run = try GuestRun([neighbours[0]] + programs + [neighbours[1]])
    #expect(run.status == 128 + 8, "divide is the first in the list that did not end with 0")
    for kind in Self.kinds {
      let exit = try #require(run.summary[kind]?.exit, "\(kind)")
      if Self.isSurvivable[kind] == true {
        #expect(exit == .init(status: 1))
        #expect(run.errors.contains("\(kind): survived \(kind)"))
        continue
      }
      let announced = try #require(Announcement(of: kind, in: run.lines), "\(kind)")
      #expect(exit.signal == announced.signal, "\(kind)")
      #expect(exit.vector == announced.vector, "\(kind)")
      #expect(exit.errorCode == announced.errorCode, "\(kind)")
      #expect(exit.eip == announced.eip, "\(kind)")
      #expect(exit.symbol == "exceptions_\(kind.replacing("-", with: "_"))_eip", "\(kind)")
      #expect(exit.cr2 == nil, "\(kind): only a page fault has an address")
      #expect(run.summary[kind]?.exceptions == 1, "\(kind)")
    }
    let raised = Self.kinds.count { Self.isSurvivable[$0] != true }
    #expect(run.summary.exits.byCause["exception"] == raised)
    for neighbour in neighbours {
      #expect(run.summary[neighbour.name]?.exit == .init(status: 0))
    }
    TouchTests.expectOrder(run.summary)
  }

  /// The line that `exceptions` prints first:
  /// `divide: vector 0, error code 0, signal 8, EIP 0x8048123`.
  private struct Announcement {
    let vector: UInt8
    let errorCode: UInt32
    let signal: Int32
    let eip: UInt32

    init?(of kind: String, in lines: [String]) {
      guard let line = lines.first(where: { $0.hasPrefix("\(kind): vector ") }) else { return nil }
      let numbers = line.dropFirst(kind.count + 2).split(separator: ",")
        .compactMap { $0.split(separator: " ").last }
      guard numbers.count == 4, let vector = UInt8(numbers[0]), let signal = Int32(numbers[2]),
        let errorCode = Self.number(numbers[1]), let eip = Self.number(numbers[3])
      else { return nil }
      (self.vector, self.errorCode, self.signal, self.eip) = (vector, errorCode, signal, eip)
    }

    private static func number(_ text: Substring) -> UInt32? {
      text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
    }
  }
}
