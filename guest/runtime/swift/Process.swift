// Processes in Swift: fork, exec and wait as they are in unistd.h and
// sys/wait.h, with what they return in types.

/// Processes.
enum Process {
  /// How a process has ended.
  enum End: Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  /// `fork`: the child's pid; nil in the child.
  static func fork() throws(MINIXError) -> pid_t? {
    let pid = try checked(GuestRuntime.fork())
    return pid == 0 ? nil : pid
  }

  /// `waitpid`: a child that has ended. -1 stands for any.
  static func wait(for pid: pid_t = -1) throws(MINIXError) -> (pid: pid_t, end: End) {
    var status: Int32 = 0
    let found = try checked(waitpid(pid, &status, 0))
    // WIFEXITED, WEXITSTATUS, WTERMSIG.
    return (found, status & 0xFF == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F))
  }

  /// `execv`: this process becomes the program at `path`. Returns only by throwing.
  static func become(_ path: String, _ arguments: [String]) throws(MINIXError) -> Never {
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map(copied)
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    path.withCString { path in
      _ = pointers.withUnsafeBufferPointer { execv(path, $0.baseAddress) }
    }
    throw MINIXError(number: error_number())
  }

  /// A C string that stays where it is.
  private static func copied(_ string: String) -> UnsafeMutablePointer<CChar>? {
    string.withCString { characters in
      let byteCount = strlen(characters) + 1
      guard let copy = malloc(byteCount) else { return nil }
      memcpy(copy, characters, byteCount)
      return copy.assumingMemoryBound(to: CChar.self)
    }
  }

  private static func checked(_ result: Int32) throws(MINIXError) -> Int32 {
    guard result >= 0 else { throw MINIXError(number: error_number()) }
    return result
  }
}
