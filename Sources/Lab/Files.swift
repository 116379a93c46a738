internal import Glibc

/// Reading files with the lab's errors.
enum Files {
  static func read(_ path: String) throws(LabError) -> [UInt8] {
    switch IO.contents(of: path) {
    case .success(let bytes): return bytes
    case .failure(let errno): throw .unreadable(path: path, reason: errno.description)
    }
  }

  /// What `tool -dc` makes of a file, which may be the tool's own standard input.
  static func decompress(
    _ path: String, with tool: String, input: Descriptor? = nil
  ) throws(LabError) -> [UInt8] {
    let null = Descriptor(adopting: IO.open("/dev/null", O_RDWR))
    let output = try IO.memoryFile("module", [])
    let child: ChildProcess
    do {
      child = try ChildProcess.start(
        .init(
          arguments: [tool, "-dc", path].map { Array($0.utf8) }, environment: .current,
          descriptors: [input ?? null, output, null], mask: 0o022))
    } catch {
      throw .unreadable(path: path, reason: "\(tool): \(error.errno)")
    }
    let status = WaitStatus.exitCode(of: child.wait())
    guard status == 0 else {
      throw .unreadable(path: path, reason: "\(tool) ended with status \(status)")
    }
    defer { withExtendedLifetime(output) {} }
    return try read("/proc/self/fd/\(output.number)")
  }

  /// Writes a file that others see whole or not at all; false when its folder can't be written.
  static func store(_ contents: [UInt8], at path: String) -> Bool {
    let temporary = "\(path).\(getpid())"
    let number = IO.open(temporary, O_WRONLY | O_CREAT | O_TRUNC)
    guard number >= 0 else { return false }
    let file = Descriptor(adopting: number)
    fchmod(file.number, 0o644)
    if IO.writeAll(file.number, contents) == nil, Paths.rename(temporary, to: path) == nil {
      return true
    }
    Paths.remove(temporary)
    return false
  }
}
