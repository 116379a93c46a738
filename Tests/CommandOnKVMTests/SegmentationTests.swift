import TestSupport
import Testing

/// What a program must not touch kills it, and the summary says what, from where and how.
@Suite struct SegmentationTests {
  /// Every kind of `segv`, with the error code that the CPU gives: 1 present, 2 write, 4 from ring 3.
  /// Supervisor pages are present to the CPU wherever the stub maps them.
  private static let kinds: [(name: String, access: Access, errorCode: UInt32)] = [
    ("read-null", .read, 4), ("write-null", .write, 6), ("jump-null", .jump, 4),
    ("read-unmapped", .read, 4), ("write-unmapped", .write, 6), ("jump-unmapped", .jump, 4),
    ("write-text", .write, 7), ("write-rodata", .write, 7),
    ("read-stub", .read, 5), ("write-stub", .write, 7), ("jump-stub", .jump, 5),
    ("read-arena", .read, 5), ("write-arena", .write, 7),
    ("write-clock", .write, 7), ("run-off", .jump, 5),
  ]

  private enum Access { case read, write, jump }

  /// Programs that have nothing to do with it.
  private static let neighbours = [
    ManifestEntry("neighbour-1", file: "hello"),
    ManifestEntry("neighbour-2", file: "touch", ["50"]),
    ManifestEntry("neighbour-3", file: "segv", ["ok"]),
  ]

  @Test func everyKindIsKilledWhereItStands() throws {
    let victims = Self.kinds.map { ManifestEntry($0.name, file: "segv", [$0.name]) }
    let run = try GuestRun(
      [Self.neighbours[0]] + victims.prefix(7) + [Self.neighbours[1]] + victims.dropFirst(7)
        + [Self.neighbours[2]])
    #expect(run.status == 139, "128 + SIGSEGV, though the first program ended with 0")
    for (name, access, errorCode) in Self.kinds {
      let announced = try #require(Announcement(of: name, in: run.lines), "\(name)")
      let expected = Summary.Exit(
        signal: 11, vector: 14, cr2: announced.address, errorCode: errorCode,
        // A jump has been made when its target turns out to be forbidden.
        eip: access == .jump ? announced.address : announced.instruction,
        symbol: access == .jump ? nil : "segv_\(access)_instruction")
      #expect(run.summary[name]?.exit == expected, "\(name)")
      #expect(run.summary[name]?.faults["segv"] == 1, "\(name)")
      #expect(run.errors.contains("\(name) was killed by SIGSEGV: "), "\(name)")
    }
    for neighbour in Self.neighbours {
      #expect(run.summary[neighbour.name]?.exit == .init(status: 0), "\(neighbour.name)")
    }
    #expect(run.summary.signals == ["SIGSEGV": Self.kinds.count])
    TouchTests.expectOrder(run.summary)
  }

  /// The line that `segv` prints before it does what it says:
  /// `write-text: will write 0x8048000 from segv_write_instruction at 0x804802b`.
  private struct Announcement {
    let address: UInt32
    let instruction: UInt32?

    init?(of kind: String, in lines: [String]) {
      guard let line = lines.first(where: { $0.hasPrefix("\(kind): will ") }) else { return nil }
      let numbers = line.split(separator: " ").filter { $0.hasPrefix("0x") }
        .compactMap { UInt32($0.dropFirst(2), radix: 16) }
      guard let address = numbers.first else { return nil }
      self.address = address
      instruction = numbers.count > 1 ? numbers[1] : nil
    }
  }
}
