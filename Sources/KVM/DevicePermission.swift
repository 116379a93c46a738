/// Who may open /dev/kvm, seen from a process that may not.
@frozen public struct DevicePermission: Equatable, Sendable {
  /// The group that owns the device.
  public let group: UInt32

  /// Whether the device's mode lets that group read and write.
  public let groupMayOpen: Bool

  /// Whether this process is in that group.
  public let isMember: Bool

  /// Whether the user database lists the user in that group: then a new login is enough.
  public let isListed: Bool

  /// Describes a device that refused us.
  public init(group: UInt32, groupMayOpen: Bool, isMember: Bool, isListed: Bool) {
    self.group = group
    self.groupMayOpen = groupMayOpen
    self.isMember = isMember
    self.isListed = isListed
  }

  /// The one thing that gives the user access.
  public var remedy: String {
    if !groupMayOpen {
      return "only its owner may open it: use sudo, whose privileges faultline gives up at once"
    }
    let name = Accounts.groupName(group)
    if isMember {
      return "you are in its group \(name), so a sandbox or container forbids it: allow the device"
    }
    if isListed {
      return "you were added to its group \(name) after you logged in: log in again"
    }
    return "you are not in its group \(name): sudo usermod -aG \(name) $USER, then log in again"
  }
}
