public import PagingCases

/// What would be run, without running it.
public struct CaseList {
  private let parameters: RunParameters

  /// The most cases of the matrix that are listed one by one.
  public static let longest = 4096

  public init(_ parameters: RunParameters) { self.parameters = parameters }

  /// The batches that have a case, in the seed's order.
  func batches() -> [MatrixBatch] {
    guard parameters.wants(.matrix) else { return [] }
    return (0..<MatrixBatch.count).map { MatrixBatch.at($0, seed: parameters.seed) }
      .filter { parameters.wants($0) }
  }

  /// A batch's cases that are asked for.
  func cases(of batch: MatrixBatch) -> [MatrixCase] {
    (0..<MatrixSlot.count).map { batch[$0] }.filter { parameters.wants($0) }
  }

  /// How many cases of the matrix there are.
  public var matrixCount: Int {
    let fixed = parameters.matrixMask & (MatrixSlot.count - 1)
    return batches().count * (Int(MatrixSlot.count) >> fixed.nonzeroBitCount)
  }

  /// How many cases of a group there are.
  public func count(of group: CaseGroup) -> Int {
    guard parameters.wants(group) else { return 0 }
    return switch group {
    case .matrix: matrixCount
    case .caching:
      CachingCase.all.count { parameters.wants($0) }
        + CachingScript.all.count { parameters.wants($0) }
    case .restart: RestartCase.all.count { parameters.wants($0) }
    case .host: HostCase.all.count { parameters.wants(number: $0.rawValue) }
    }
  }

  /// Each case with its words, if a filter leaves few enough; else how many there are.
  public func lines(_ filter: CaseFilter?) -> [String] {
    var lines: [String] = []
    if parameters.wants(.matrix) { lines += matrixLines(filter) }
    if parameters.wants(.caching) {
      let cases =
        CachingCase.all.filter { parameters.wants($0) }.map { "\($0.identifier)  \($0.words)" }
        + CachingScript.all.filter { parameters.wants($0) }.map { "\($0.identifier)  \($0.words)" }
      lines +=
        filter == nil
        ? ["caching  \(cases.count) cases: an access, a change, an invalidation, an access"] : cases
    }
    if parameters.wants(.restart) {
      let cases = RestartCase.all.filter { parameters.wants($0) }
      lines +=
        filter == nil
        ? ["restart  \(cases.count) cases: an instruction that faults, and is begun anew"]
        : cases.map { "\($0.identifier)  \($0.words)" }
    }
    if parameters.wants(.host) {
      let cases = HostCase.all.filter { parameters.wants(number: $0.rawValue) }
      lines +=
        filter == nil
        ? ["host  \(cases.count) cases: what KVM shows whoever runs the machine"]
        : cases.map { "\($0.identifier)  \($0.words)" }
    }
    return lines
  }

  private func matrixLines(_ filter: CaseFilter?) -> [String] {
    let count = matrixCount
    if filter != nil, count <= Self.longest {
      return batches().flatMap { cases(of: $0) }.map { "\($0.identifier)  \($0.words)" }
    }
    return [
      "matrix  \(count) cases: every combination of entries' flags, access, mode and controls",
      "(--filter with at most \(Self.longest) cases lists them one by one)",
    ]
  }
}
