import Servers
import SystemPackage

/// The file that an option names, opened before the run so that a wrong name costs nothing.
///
/// A file that was made for it goes away again if nothing is written.
struct OutputFile: ~Copyable {
  private let descriptor: FileDescriptor
  private let path: String
  private let isStandard: Bool
  private var isEmptyAndNew = false

  /// Opens the file, without touching what it holds; `-` is standard output.
  init(_ path: String) throws {
    self.path = path
    isStandard = path == "-"
    if isStandard {
      descriptor = .standardOutput
      return
    }
    do {
      (descriptor, isEmptyAndNew) = try Self.open(FilePath(path))
    } catch let error as Errno {
      throw Failure(
        "can't write \(path): \(error.description); name another file", exitCode: 73)
    }
  }

  /// Opens the file that an option names, if it was given.
  static func open(_ path: String?) throws -> OutputFile? {
    guard let path else { return nil }
    return try OutputFile(path)
  }

  private static func open(_ path: FilePath) throws -> (FileDescriptor, isNew: Bool) {
    do {
      return (try .open(path, .writeOnly, options: .closeOnExec), false)
    } catch Errno.noSuchFileOrDirectory {
      let new = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      return (new, true)
    }
  }

  /// Replaces the file's contents.
  mutating func write(_ text: String) throws {
    try write(bytes: text.utf8)
  }

  /// Replaces the file's contents.
  mutating func write(bytes: some Sequence<UInt8>) throws {
    do {
      if !isStandard { try truncate() }
      isEmptyAndNew = false
      try descriptor.writeAll(bytes)
    } catch let error as Errno {
      throw failure(error)
    }
  }

  /// Adds to what was written.
  mutating func append(_ text: String) throws {
    do {
      try descriptor.writeAll(text.utf8)
    } catch let error as Errno {
      throw failure(error)
    }
  }

  private func failure(_ error: Errno) -> Failure {
    isStandard
      ? Failure("can't write standard output: \(error.description)", exitCode: 73)
      : Failure("can't write \(path): \(error.description); name another file", exitCode: 73)
  }

  /// A device or a pipe has nothing to cut off.
  private func truncate() throws {
    do { try descriptor.resize(to: 0) } catch Errno.invalidArgument { return }
  }

  deinit {
    if !isStandard { try? descriptor.close() }
    if isEmptyAndNew { HostFile.remove(path) }
  }
}

/// Where programs' output goes: to ours, byte for byte.
final class StandardStreams: ProgramOutput {
  private let output: FileDescriptor
  /// What went wrong first, if anything did.
  private(set) var failure: Errno?

  /// - Parameter output: where descriptor 1 goes; descriptor 2 goes to standard error.
  init(output: FileDescriptor) {
    self.output = output
  }

  func write(_ bytes: ArraySlice<UInt8>, to stream: ProgramStream) -> Bool {
    do {
      let descriptor = stream == .output ? output : .standardError
      try descriptor.writeAll(bytes)
      return true
    } catch {
      if failure == nil { failure = error as? Errno }
      return false
    }
  }
}
