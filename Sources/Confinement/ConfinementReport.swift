/// The privileges that the process has, as the kernel gave them when it was asked: nothing in here is
/// assumed.
public struct ConfinementReport: Equatable, Sendable {
  private let givenUser: String?
  /// How many threads were asked; they all agreed.
  public let threadCount: Int
  /// The main thread's account.
  public let status: ThreadStatus

  /// The user's name in the user database, or its number. The database is asked when somebody wants
  /// to know: it may be a service, and a run whose summary nobody reads does without.
  public var user: String { givenUser ?? UserDatabase.name(of: userID) ?? "\(userID)" }
  /// The effective user id.
  public var userID: UInt32 { status.users[1] }
  /// The effective group id.
  public var groupID: UInt32 { status.groups[1] }

  /// Describes an account of the kernel's.
  ///
  /// - Parameter user: the user's name, if it is not the user database's to say.
  public init(user: String? = nil, threadCount: Int, status: ThreadStatus) {
    givenUser = user
    self.threadCount = threadCount
    self.status = status
  }
}

extension ConfinementReport: CustomStringConvertible {
  /// One line for a person.
  public var description: String {
    let effective = status.effective.names
    let capabilities = effective.isEmpty ? "no capabilities" : effective.joined(separator: ", ")
    let limit = status.noNewPrivileges ? "no new privileges" : "new privileges possible"
    return "user \(user) (\(userID)), \(capabilities), \(limit)"
  }
}

extension ConfinementReport: Encodable {
  private enum Key: String, CodingKey {
    case user, uid, gid, groups, capabilities, noNewPrivileges
  }

  private enum SetKey: String, CodingKey {
    case effective, permitted, inheritable, ambient, bounding
  }

  /// Writes `user`, `uid`, `gid`, `groups` [numbers], `capabilities` {`effective`, `permitted`,
  /// `inheritable`, `ambient`, `bounding`: [names]} and `noNewPrivileges`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(user, forKey: .user)
    try object.encode(userID, forKey: .uid)
    try object.encode(groupID, forKey: .gid)
    try object.encode(status.supplementaryGroups, forKey: .groups)
    var sets = object.nestedContainer(keyedBy: SetKey.self, forKey: .capabilities)
    try sets.encode(status.effective.names, forKey: .effective)
    try sets.encode(status.permitted.names, forKey: .permitted)
    try sets.encode(status.inheritable.names, forKey: .inheritable)
    try sets.encode(status.ambient.names, forKey: .ambient)
    try sets.encode(status.bounding.names, forKey: .bounding)
    try object.encode(status.noNewPrivileges, forKey: .noNewPrivileges)
  }
}
