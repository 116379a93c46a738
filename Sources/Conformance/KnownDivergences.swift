import FoundationEssentials

/// Differences from the manual that we have understood: they are reported with their reasons, never
/// hidden. The data is `Known/known-divergences.json`, built in.
public struct KnownDivergences: Sendable {
  /// One of them.
  public struct Entry: Codable, Equatable, Sendable {
    /// The engine's name contains one of these.
    public var engines: [String]
    public var group: String
    /// ``Divergence/kind``, exactly.
    public var kinds: [String]
    /// Whose fault it is, and why it happens.
    public var reason: String
  }

  public let entries: [Entry]

  public init(_ entries: [Entry]) { self.entries = entries }

  /// What this version knows.
  public static func builtIn() throws -> KnownDivergences {
    KnownDivergences(
      try JSONDecoder().decode(
        [Entry].self, from: Data(PackageResources.known_divergences_json)))
  }

  /// Writes the reasons into a report.
  public func explain(_ report: inout ConformanceReport) {
    for index in report.divergences.indices {
      let divergence = report.divergences[index]
      report.divergences[index].known =
        entries.first {
          $0.engines.contains { report.engine.contains($0) } && $0.group == divergence.group
            && $0.kinds.contains(divergence.kind)
        }?.reason
    }
  }
}
