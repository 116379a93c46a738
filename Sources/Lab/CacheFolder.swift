internal import Glibc

/// The folder that keeps the lab's kernel, which `make tools` fetches.
enum CacheFolder {
  /// The folder to use: FAULTLINE_LAB_CACHE, else the user's cache. Root looks at the folder of
  /// the user behind `sudo` first, that user at home where `sudo` left root's HOME, and everybody
  /// at the machine's last, because any of them may be filled.
  static func path(
    environment: Environment, user: UInt32,
    home: (UInt32) -> String? = Paths.home(ofUser:),
    exists: (String) -> Bool = { Paths.kind(of: $0) == .directory }
  ) -> String {
    if let chosen = environment["FAULTLINE_LAB_CACHE"], !chosen.isEmpty { return chosen }
    let own = inCache(environment: environment, home: home(user))
    let person = user == 0 ? environment["SUDO_UID"].flatMap(UInt32.init) : user
    let atHome = person.flatMap(home).map { "\($0)/.cache/faultline/lab" }
    let candidates = user == 0 ? [atHome, own] : [own, atHome]
    let everybody = "/var/cache/faultline/lab"
    return (candidates + [everybody]).compactMap { $0 }.first(where: exists) ?? own
  }

  private static func inCache(environment: Environment, home: String?) -> String {
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
      return "\(cache)/faultline/lab"
    }
    let base = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? home ?? "/root"
    return "\(base)/.cache/faultline/lab"
  }
}

/// An unpacked kernel package in the cache folder.
struct KernelPackage: Equatable {
  /// The compressed kernel.
  var image: String
  /// The folder of this version's modules.
  var modules: String

  /// The newest package in the folder.
  static func newest(in folder: String) -> KernelPackage? {
    Paths.entries(of: folder)
      .filter { $0.hasPrefix("linux-image-") }
      .sorted { precedes($1, $0) }
      .lazy.compactMap { open("\(folder)/\($0)") }.first
  }

  private static func open(_ root: String) -> KernelPackage? {
    let prefix = "vmlinuz-"
    for name in Paths.entries(of: "\(root)/boot") where name.hasPrefix(prefix) {
      let version = name.dropFirst(prefix.count)
      for modules in ["\(root)/lib/modules/\(version)", "\(root)/usr/lib/modules/\(version)"]
      where Paths.kind(of: modules) == .directory {
        return KernelPackage(image: "\(root)/boot/\(name)", modules: modules)
      }
    }
    return nil
  }

  /// Orders names as versions: runs of digits by their value.
  static func precedes(_ first: String, _ second: String) -> Bool {
    let (a, b) = (parts(first), parts(second))
    for (left, right) in zip(a, b) where left != right {
      if let x = Int(left), let y = Int(right) { return x < y }
      return left < right
    }
    return a.count < b.count
  }

  private static func parts(_ name: String) -> [String] {
    var parts: [String] = []
    for character in name {
      if let last = parts.last?.last, last.isNumber == character.isNumber {
        parts[parts.count - 1].append(character)
      } else {
        parts.append(String(character))
      }
    }
    return parts
  }
}
