/// What the kernel says about one thread's privileges, from /proc/self/task/N/status.
///
/// Source: Linux Documentation/filesystems/proc.rst, table 1-2.
public struct ThreadStatus: Equatable, Sendable {
  /// Real, effective, saved and file-system user id.
  public var users: [UInt32]
  /// Real, effective, saved and file-system group id.
  public var groups: [UInt32]
  /// Supplementary groups.
  public var supplementaryGroups: [UInt32]
  /// CapInh.
  public var inheritable: CapabilitySet
  /// CapPrm.
  public var permitted: CapabilitySet
  /// CapEff.
  public var effective: CapabilitySet
  /// CapBnd.
  public var bounding: CapabilitySet
  /// CapAmb.
  public var ambient: CapabilitySet
  /// NoNewPrivs.
  public var noNewPrivileges: Bool

  /// Reads a status file's text; nil when a line that we need is missing or has another form.
  public init?(parsing text: String) {
    var fields: [Substring: Substring] = [:]
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon]] = line[line.index(after: colon)...]
    }
    func ids(_ name: Substring) -> [UInt32]? {
      guard let words = fields[name]?.split(whereSeparator: \.isWhitespace) else { return nil }
      let numbers = words.compactMap { UInt32($0) }
      return numbers.count == words.count ? numbers : nil
    }
    func capabilities(_ name: Substring) -> CapabilitySet? {
      let words = fields[name]?.split(whereSeparator: \.isWhitespace)
      return words?.first.flatMap(CapabilitySet.init(hexadecimal:))
    }
    guard
      let users = ids("Uid"), users.count == 4, let groups = ids("Gid"), groups.count == 4,
      let supplementaryGroups = ids("Groups"), let inheritable = capabilities("CapInh"),
      let permitted = capabilities("CapPrm"), let effective = capabilities("CapEff"),
      let bounding = capabilities("CapBnd"), let ambient = capabilities("CapAmb"),
      let noNewPrivileges = ids("NoNewPrivs")?.first
    else { return nil }
    self.users = users
    self.groups = groups
    self.supplementaryGroups = supplementaryGroups
    self.inheritable = inheritable
    self.permitted = permitted
    self.effective = effective
    self.bounding = bounding
    self.ambient = ambient
    self.noNewPrivileges = noNewPrivileges == 1
  }

  /// A privilege that a confined thread must not have, in words; nil when there is none. The bounding
  /// set is not among them: only root may empty it, and without new privileges it gives nothing.
  ///
  /// - Parameters:
  ///   - identity: who the thread should be.
  ///   - expectedGroups: its supplementary groups; nil = any.
  public func excess(
    as identity: Identity, supplementaryGroups expectedGroups: Set<UInt32>?
  ) -> String? {
    let kept = effective.union(permitted).union(inheritable).union(ambient)
    if !kept.isEmpty { return "the capabilities \(kept.names.joined(separator: ", "))" }
    if !noNewPrivileges { return "a way to new privileges" }
    if case .restored(let user, let group) = identity {
      if users != [user, user, user, user] { return "the user ids \(users)" }
      if groups != [group, group, group, group] { return "the group ids \(groups)" }
    }
    if let expectedGroups, Set(supplementaryGroups) != expectedGroups {
      return "the supplementary groups \(supplementaryGroups)"
    }
    return nil
  }
}
