/// Finds the files that a command's arguments name, which come back from the lab.
///
/// Only what is named comes back: the lab's other changes vanish with it.
enum NamedFiles {
  /// The paths, without symbolic links and without repeats, in the order of the arguments.
  /// An argument, or what follows its first `=`, names a path when its folder exists here.
  static func paths(in arguments: [String], directory: String) -> [String] {
    var seen: Set<String> = []
    return arguments.flatMap(candidates)
      .compactMap { resolve($0, from: directory, depth: 0) }
      .filter { seen.insert($0).inserted }
  }

  /// The texts in an argument that may be paths.
  static func candidates(in argument: String) -> [String] {
    var texts = [argument]
    if let equals = argument.firstIndex(of: "=") {
      texts.append(String(argument[argument.index(after: equals)...]))
    }
    return texts.filter { !$0.isEmpty && !$0.utf8.contains(0) && $0.utf8.count < 4096 }
  }

  /// Where the file is or would be, or nil when its folder doesn't exist.
  private static func resolve(_ path: String, from directory: String, depth: Int) -> String? {
    let absolute = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    if let resolved = Paths.resolved(absolute) { return resolved }

    let (folder, name) = split(absolute)
    guard !name.isEmpty, name != ".", name != "..", let home = Paths.resolved(folder),
      Paths.kind(of: home) == .directory
    else { return nil }
    let place = join(home, name)
    // A link to a file that doesn't exist yet: the command will make the link's target.
    if depth < 40, let target = Paths.linkTarget(of: place) {
      return resolve(target, from: home, depth: depth + 1)
    }
    return place
  }

  /// The folder and the last name of an absolute path.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }

  /// A name in a folder.
  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }
}
