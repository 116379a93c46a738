/// How a person gets what the lab needs.
enum Preparation {
  /// The command that fetches it.
  static let command = command(for: Paths.resolved("/proc/self/exe"))

  /// An installed program has the script beside its guest programs; a checkout has make.
  static func command(for executable: String?) -> String {
    guard let executable else { return "make tools" }
    let prefix = NamedFiles.split(NamedFiles.split(executable).folder).folder
    let script = NamedFiles.join(prefix, "lib/faultline/tools")
    return Paths.kind(of: script) == .regular ? script : "make tools"
  }
}
