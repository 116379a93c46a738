internal import CConfinement
internal import Glibc

/// Names and groups of users.
enum UserDatabase {
  /// The user's name; nil for a number without an entry.
  ///
  /// Unsafe because the C library answers in its own storage; the name is copied at once.
  static func name(of user: UInt32) -> String? {
    guard let entry = unsafe getpwuid(user), let name = unsafe entry.pointee.pw_name else {
      return nil
    }
    return unsafe String(cString: name)
  }

  /// Every group of a user, the primary one among them; only that one for a user without an entry.
  static func groups(of user: UInt32, primary: UInt32) -> [UInt32] {
    guard let name = name(of: user) else { return [primary] }
    var capacity: Int32 = 64
    while true {
      var groups = [gid_t](repeating: primary, count: Int(capacity))
      let offered = capacity
      if unsafe getgrouplist(name, primary, &groups, &capacity) >= 0 {
        return Array(groups.prefix(Int(capacity)))
      }
      // The list did not fit, and `capacity` says how long it is.
      capacity = max(capacity, offered * 2)
    }
  }

  /// Becomes the user, in these groups, for ever. Returns 0 or −errno.
  static func become(user: UInt32, group: UInt32, groups: [UInt32]) -> Int32 {
    unsafe cconfinement_become(user, group, groups, groups.count)
  }
}

/// The process's environment.
enum Environment {
  /// A variable's value; nil when it is not set.
  ///
  /// Unsafe because the value lies in storage that a later `setenv` may move; it is copied at once.
  static func value(of name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
