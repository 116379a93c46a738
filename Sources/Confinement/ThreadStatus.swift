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
  ///
  /// Byte by byte: every command reads its status twice before anything else, and to find the
  /// characters of 60 lines took a tenth of a start's instructions.
  public init?(parsing text: String) {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"))
    func words(_ name: String) -> [Substring]? {
      let prefix = "\(name):".utf8
      return lines.first { $0.starts(with: prefix) }?.dropFirst(prefix.count)
        .split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.map(Substring.init)
    }
    func ids(_ name: String) -> [UInt32]? {
      guard let words = words(name) else { return nil }
      let numbers = words.compactMap { UInt32($0) }
      return numbers.count == words.count ? numbers : nil
    }
    func capabilities(_ name: String) -> CapabilitySet? {
      words(name)?.first.flatMap(CapabilitySet.init(hexadecimal:))
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
