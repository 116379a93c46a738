internal import CLab
internal import Glibc

/// Who runs the lab, and with what environment.
struct Caller: Equatable, Sendable {
  var user: UInt32
  var group: UInt32

  /// The user that this process runs as.
  static var own: Caller { Caller(user: getuid(), group: getgid()) }

  /// The user behind `sudo` when there is one, else our own.
  static func current(environment: Environment) -> Caller {
    guard own.user == 0,
      let user = environment["SUDO_UID"].flatMap(UInt32.init),
      let group = environment["SUDO_GID"].flatMap(UInt32.init)
    else { return own }
    return Caller(user: user, group: group)
  }
}

/// Environment variables as bytes, in order: what a program was given need not be UTF-8.
struct Environment: Equatable, Sendable {
  var entries: [[UInt8]]

  init(entries: [[UInt8]]) { self.entries = entries }

  /// For tests and callers who think in dictionaries.
  init(_ variables: KeyValuePairs<String, String>) {
    entries = variables.map { Array("\($0.key)=\($0.value)".utf8) }
  }

  /// The environment of this process.
  static var current: Environment {
    var entries: [[UInt8]] = []
    guard var next = unsafe clab_environment() else { return Environment(entries: []) }
    while let entry = unsafe next.pointee {
      entries.append(unsafe Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry))))
      unsafe next += 1
    }
    return Environment(entries: entries)
  }

  /// The value of a variable, read as UTF-8; setting replaces it, nil removes it.
  subscript(name: String) -> String? {
    get {
      let prefix = Array("\(name)=".utf8)
      return entries.first { $0.starts(with: prefix) }
        .map { String(decoding: $0.dropFirst(prefix.count), as: UTF8.self) }
    }
    set {
      let prefix = Array("\(name)=".utf8)
      entries.removeAll { $0.starts(with: prefix) }
      if let newValue { entries.append(prefix + Array(newValue.utf8)) }
    }
  }
}
