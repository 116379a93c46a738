import MinixABI

/// A file of the host that programs can read, under the name that they know it by.
public struct OfferedFile: Sendable {
  /// Its absolute path for programs.
  public var path: String
  public var bytes: [UInt8]

  public init(path: String, bytes: [UInt8]) {
    (self.path, self.bytes) = (path, bytes)
  }
}

/// The files that programs find, and the directories that lead to them. Nothing in it ever changes.
///
/// Source: POSIX sheet 3.1, 3.10.
struct FileTree {
  enum Node: Equatable {
    case file(Int)
    /// With the number of directories in it.
    case directory(directories: UInt16)
  }

  let files: [OfferedFile]
  private var nodes: [[String]: (node: Node, inode: UInt32)] = [:]

  /// `NAME_MAX`: what is longer is cut.
  private static var nameLimit: Int { 60 }

  /// - Parameter files: no path twice, and none through another.
  init(_ files: [OfferedFile]) {
    self.files = files
    add(.directory(directories: 0), at: [])
    for (index, file) in files.enumerated() {
      let names = Self.names(in: file.path)
      for count in 1..<max(names.count, 1) where nodes[Array(names.prefix(count))] == nil {
        add(.directory(directories: 0), at: Array(names.prefix(count)))
        enter(directoryIn: Array(names.prefix(count - 1)))
      }
      add(.file(index), at: names)
    }
  }

  private mutating func add(_ node: Node, at names: [String]) {
    nodes[names] = (node, UInt32(nodes.count + 1))
  }

  private mutating func enter(directoryIn names: [String]) {
    guard case .directory(let count)? = nodes[names]?.node else { return }
    nodes[names]?.node = .directory(directories: count + 1)
  }

  private static func names(in path: String) -> [String] {
    path.split(separator: "/").map { String(decoding: $0.utf8.prefix(nameLimit), as: UTF8.self) }
  }

  /// Walks a path from the root, which is everybody's working directory too.
  func find(_ path: String) -> Result<Found, ResultCode> {
    guard !path.isEmpty else { return .failure(.enoent) }
    var place: [String] = []
    let names = Self.names(in: path)
    for (index, name) in names.enumerated() {
      switch name {
      case ".": break
      case "..": _ = place.popLast()
      default: place.append(name)
      }
      let isLast = index == names.count - 1
      switch nodes[place]?.node {
      case nil: return .failure(.enoent)
      case .file where !isLast || path.hasSuffix("/"): return .failure(.enotdir)
      default: break
      }
    }
    guard let (node, inode) = nodes[place] else { return .failure(.enoent) }
    return .success(Found(node: node, inode: inode))
  }

  /// Whether a file could be made at a path where there is none, if anything could be written.
  func canHold(_ path: String) -> Bool {
    let names = Self.names(in: path)
    guard let last = names.last, last != ".", last != ".." else { return false }
    let folder = names.count == 1 ? "/" : names.dropLast().joined(separator: "/")
    guard case .success(let found) = find(folder), case .directory = found.node else {
      return false
    }
    return true
  }

  /// What a path leads to.
  struct Found: Equatable {
    var node: Node
    var inode: UInt32
  }
}
