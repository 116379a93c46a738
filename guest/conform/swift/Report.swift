// What the payload says: to faultline by messages in memory, to everybody else in words.

import ConformAssembly
import I386
import PagingCases

enum Report {
  nonisolated(unsafe) private static var isToHost = false
  nonisolated(unsafe) private static var text = TextPort()
  /// How many cases the groups had that are done.
  nonisolated(unsafe) private static var doneBefore: UInt32 = 0

  static func start(_ parameters: RunParameters) {
    isToHost = parameters.channel == .host
    if !isToHost { text.start() }
  }

  static func features(_ processor: ProcessorFeatures, _ parameters: RunParameters) {
    if !isToHost {
      text.line("TAP version 14")
      text.line("# i386 paging conformance: \(processor.words)")
    }
    send(
      .features, [processor.rawValue, processor.physicalAddressBits] + parameters.words)
  }

  /// How many cases of the group that runs are done.
  static func progress(_ done: UInt32) {
    if isToHost { send(.progress, [doneBefore + done]) }
  }

  /// The matrix: a point for all of it, since its cases are too many for a line each, and one for each
  /// finding.
  static func matrix(_ matrix: Matrix, _ processor: ProcessorFeatures) {
    for finding in matrix.table.findings {
      send(.finding, finding.words)
      if isToHost { continue }
      let expected = finding.matrixCase.expectation(
        in: finding.slot, by: PagingOracle(), physicalAddressBits: processor.physicalAddressBits)
      text.point(false, "\(finding.matrixCase.identifier): \(finding.matrixCase.words)")
      text.line("  # \(expected.differenceInWords(from: finding.seen))")
      text.line("  # \(finding.count) cases differ like this: \(finding.kind.name)")
    }
    done(.matrix, total: matrix.total, failed: matrix.failed)
  }

  /// A case of the caching group that differs.
  static func caching(
    _ cachingCase: CachingCase, _ expected: MatrixExpectation, _ seen: MatrixState
  ) {
    var words = [cachingCase.rawValue]
    // Bits that are open are as they were seen.
    for index in 0..<MatrixState.wordCount {
      words.append(seen[index] ^ expected.wrongBits(of: index, in: seen))
    }
    for index in 0..<MatrixState.wordCount { words.append(seen[index]) }
    send(.cachingFinding, words)
    if isToHost { return }
    text.point(false, "\(cachingCase.identifier): \(cachingCase.words)")
    text.line("  # \(expected.differenceInWords(from: seen))")
  }

  /// A script of the caching group that differs.
  static func script(_ finding: CachingScriptFinding) {
    send(.scriptFinding, finding.words)
    if isToHost { return }
    text.point(false, "\(finding.script.identifier): \(finding.script.words)")
    text.line(
      "  # expected \(finding.words(finding.expected)), seen \(finding.words(finding.seen))")
  }

  /// The restart group: like the matrix's, its cases are too many for a line each.
  static func restart(_ restart: Restart) {
    for finding in restart.findings.findings {
      send(.restartFinding, finding.words)
      if isToHost { continue }
      let difference = finding.difference
      text.point(false, "\(finding.restartCase.identifier): \(finding.restartCase.words)")
      text.line(
        "  # expected \(difference.words(difference.expected)), "
          + "seen \(difference.words(difference.seen))")
      text.line("  # \(finding.count) cases differ like this: \(finding.kind)")
    }
    done(.restart, total: restart.total, failed: restart.failed)
  }

  /// A group's last line.
  static func done(_ group: CaseGroup, total: UInt32, failed: UInt32) {
    doneBefore += total
    progress(0)
    send(.groupDone, [group.rawValue, total, failed])
    if !isToHost {
      text.point(failed == 0, "\(group.name): \(total) cases, \(failed) differ")
    }
  }

  /// The last word.
  static func finish() -> Never {
    send(.finished, [])
    if !isToHost {
      text.plan()
      text.end()
    }
    conform_halt()
  }

  static func panic(_ words: [UInt32]) -> Never {
    send(.panic, words)
    if !isToHost {
      var line = "Bail out! the payload stopped:"
      for word in words { line += " " + hexadecimal(word) }
      text.line(line)
      text.end()
    }
    conform_halt()
  }

  /// Puts a message where the host looks for it, and exits; or writes it.
  private static func send(_ kind: PayloadMessage.Kind, _ words: [UInt32]) {
    guard isToHost else {
      text.line(PayloadMessage(kind, words).line)
      return
    }
    let place = PhysicalAddress(GuestLayout.messages)
    Memory.store(kind.rawValue, at: place)
    Memory.store(UInt32(words.count), at: place + 4)
    for (index, word) in words.enumerated() {
      Memory.store(word, at: place + 8 + UInt32(index) * 4)
    }
    conform_out32(PayloadMessage.port, GuestLayout.messages)
  }
}
