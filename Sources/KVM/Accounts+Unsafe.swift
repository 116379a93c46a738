internal import Glibc

/// The few questions that we ask the user database and the process's credentials.
///
/// Unsafe because the C library answers in its own static storage; every answer is copied out
/// before the next call. Not thread-safe among themselves, as the C functions are not.
enum Accounts {
  /// The group's name, or its number where it has none.
  static func groupName(_ group: UInt32) -> String {
    guard let entry = unsafe getgrgid(group), let name = unsafe entry.pointee.gr_name else {
      return "\(group)"
    }
    return unsafe String(cString: name)
  }

  /// Whether the process has the group, as its effective or a supplementary one.
  static func isMember(ofGroup group: UInt32) -> Bool {
    if getegid() == group { return true }
    let count = getgroups(0, nil)
    guard count > 0 else { return false }
    var groups = [gid_t](repeating: 0, count: Int(count))
    let filled = unsafe getgroups(count, &groups)
    return filled > 0 && groups.prefix(Int(filled)).contains(group)
  }

  /// Whether the user database lists the process's user in the group.
  static func isListed(inGroup group: UInt32) -> Bool {
    guard let user = unsafe getpwuid(getuid()), let name = unsafe user.pointee.pw_name else {
      return false
    }
    let userName = unsafe String(cString: name)
    guard let entry = unsafe getgrgid(group), var member = unsafe entry.pointee.gr_mem else {
      return false
    }
    while let listed = unsafe member.pointee {
      if unsafe String(cString: listed) == userName { return true }
      unsafe member += 1
    }
    return false
  }

  /// Reads who may open a device that refused us; nil when even that is hidden.
  static func permission(ofDevice path: String) -> DevicePermission? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return DevicePermission(
      group: status.st_gid,
      groupMayOpen: status.st_mode & 0o060 == 0o060,
      isMember: isMember(ofGroup: status.st_gid),
      isListed: isListed(inGroup: status.st_gid))
  }
}
