/// Who the process shall be after it has opened what needs root: decided from the credentials and
/// from what sudo left in the environment, without touching either.
public enum Identity: Equatable, Sendable {
  /// Stay the user that the process is; root then stays user 0 without capabilities.
  case unchanged
  /// Become the user who called sudo.
  case restored(user: UInt32, group: UInt32)

  /// Decides.
  ///
  /// Only root may become somebody else, so for anyone else sudo's variables mean nothing. Root who
  /// called sudo as root stays.
  ///
  /// - Parameters:
  ///   - effectiveUser: the process's effective user id.
  ///   - sudoUser: SUDO_UID's value.
  ///   - sudoGroup: SUDO_GID's value.
  /// - Throws: for a variable that sudo never writes so.
  public init(
    effectiveUser: UInt32, sudoUser: String?, sudoGroup: String?
  ) throws(ConfinementError) {
    guard effectiveUser == 0 else {
      self = .unchanged
      return
    }
    switch (sudoUser, sudoGroup) {
    case (nil, nil): self = .unchanged
    case (nil, .some): throw .missingVariable(name: "SUDO_UID", beside: "SUDO_GID")
    case (.some, nil): throw .missingVariable(name: "SUDO_GID", beside: "SUDO_UID")
    case (let user?, let group?):
      let userID = try Identity.parse(user, of: "SUDO_UID")
      let groupID = try Identity.parse(group, of: "SUDO_GID")
      self = userID == 0 ? .unchanged : .restored(user: userID, group: groupID)
    }
  }

  /// Reads a decimal id: digits only, and not −1, which means "leave it" to the kernel.
  private static func parse(_ text: String, of name: String) throws(ConfinementError) -> UInt32 {
    let isDecimal = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    guard isDecimal, let id = UInt32(text), id != .max else {
      throw .malformedVariable(name: name, value: text)
    }
    return id
  }
}
