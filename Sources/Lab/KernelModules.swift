/// Which kernel modules the lab loads, and in which order.
enum KernelModules {
  /// What the lab needs; the rest follows from the modules' own `depends` fields.
  static let wanted = ["virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay", "kvm_amd"]

  /// A module to load: its name and the contents of its file.
  struct Module: Equatable {
    var name: String
    var contents: [UInt8]
  }

  /// The wanted modules and all they depend on, every one after those that it needs.
  /// `load` gives a module's file, nil when it is built into the kernel.
  static func inOrder(
    wanted: [String] = wanted, load: (String) throws(LabError) -> [UInt8]?
  ) throws(LabError) -> [Module] {
    var order: [Module] = []
    var visited: Set<String> = []

    func visit(_ name: String) throws(LabError) {
      guard visited.insert(name).inserted, let contents = try load(name) else { return }
      for needed in dependencies(of: contents) { try visit(needed) }
      order.append(Module(name: name, contents: contents))
    }
    for name in wanted { try visit(normalised(name)) }
    return order
  }

  /// The names in a module's `depends` field.
  static func dependencies(of contents: [UInt8]) -> [String] {
    guard let start = ByteSearch.end(ofFirst: Array("\0depends=".utf8), in: contents) else {
      return []
    }
    let field = contents[start...].prefix { $0 != 0 }
    return String(decoding: field, as: UTF8.self).split(separator: ",").map {
      normalised(String($0))
    }
  }

  /// Modules are named with `_` or `-` alike; the kernel itself says `_`.
  static func normalised(_ name: String) -> String {
    String(name.map { $0 == "-" ? "_" : $0 })
  }

  /// The name of the module in a file such as `kernel/fs/9p/9p.ko.xz`.
  static func name(ofFile path: String) -> String? {
    let file = NamedFiles.split(path).name
    guard let dot = file.firstIndex(of: "."), file[dot...].hasPrefix(".ko") else { return nil }
    return normalised(String(file[..<dot]))
  }
}

/// Finds modules in an unpacked kernel package by its own lists.
struct ModuleFolder {
  let folder: String
  private let files: [String: String]
  private let builtIn: Set<String>

  init(_ folder: String) throws(LabError) {
    self.folder = folder
    files = Dictionary(
      try Self.list("\(folder)/modules.order"), uniquingKeysWith: { first, _ in first })
    builtIn = Set(try Self.list("\(folder)/modules.builtin").map(\.0))
  }

  /// A module's contents; nil when it is built into the kernel.
  func load(_ name: String) throws(LabError) -> [UInt8]? {
    if builtIn.contains(name) { return nil }
    guard let file = files[name] else { throw .moduleMissing(name: name, folder: folder) }
    let path = "\(folder)/\(file)"
    // Newer packages compress their modules, while modules.order names them bare.
    for (suffix, tool) in [("", nil), (".xz", "xz"), (".zst", "zstd"), (".gz", "gzip")]
    where Paths.kind(of: path + suffix) == .regular {
      guard let tool else { return try Files.read(path) }
      return try Files.decompress(path + suffix, with: tool)
    }
    throw .moduleMissing(name: name, folder: folder)
  }

  private static func list(_ path: String) throws(LabError) -> [(String, String)] {
    let text = String(decoding: try Files.read(path), as: UTF8.self)
    return text.split(separator: "\n").compactMap { line in
      let file = line.hasSuffix(".ko") ? String(line) : Self.bare(line)
      return KernelModules.name(ofFile: file).map { ($0, file) }
    }
  }

  private static func bare(_ line: Substring) -> String {
    // modules.order of some versions lists objects, ".o", or compressed files.
    guard let range = line.lastIndex(of: "/") else { return String(line) }
    let stem = line[line.index(after: range)...].prefix { $0 != "." }
    return line[...range] + stem + ".ko"
  }
}
