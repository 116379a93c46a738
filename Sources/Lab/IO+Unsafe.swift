internal import CLab
internal import Glibc

/// An open descriptor with one owner, closed when the owner goes.
final class Descriptor: Sendable {
  /// The number that the system calls know.
  let number: Int32

  init(adopting number: Int32) { self.number = number }

  deinit { close(number) }
}

/// What a read or write came to.
enum Transfer<Value> {
  case done(Value)
  /// Nothing can move now; ask again after `poll`.
  case wouldBlock
  /// The end of the input.
  case end
  /// The errno.
  case failed(Int32)
}

/// The few calls on descriptors and paths that the lab makes, with Swift values in and out.
enum IO {
  /// Reads once, at most `limit` bytes.
  static func read(_ descriptor: Int32, limit: Int = 65_536) -> Transfer<[UInt8]> {
    var got = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      repeat {
        got = unsafe Glibc.read(descriptor, buffer.baseAddress, limit)
      } while got < 0 && errno == EINTR
      count = max(got, 0)
    }
    if got > 0 { return .done(bytes) }
    if got == 0 { return .end }
    return errno == EAGAIN ? .wouldBlock : .failed(errno)
  }

  /// Writes once, as much as goes; returns the count.
  static func write(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Transfer<Int> {
    var put = 0
    unsafe bytes.withUnsafeBytes { buffer in
      repeat {
        put = unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      } while put < 0 && errno == EINTR
    }
    if put >= 0 { return .done(put) }
    return errno == EAGAIN ? .wouldBlock : .failed(errno)
  }

  /// Writes everything at `offset`, or at the current position when that is nil.
  /// Returns the errno of a failure.
  static func writeAll(_ descriptor: Int32, _ bytes: [UInt8], at offset: Int64? = nil) -> Int32? {
    if let offset, lseek(descriptor, off_t(offset), SEEK_SET) < 0 { return errno }
    var rest = bytes[...]
    while !rest.isEmpty {
      switch write(descriptor, rest) {
      case .done(let count): rest = rest.dropFirst(count)
      case .wouldBlock: _ = poll([Interest(descriptor, write: true)], milliseconds: -1)
      case .end: return EIO
      case .failed(let error): return error
      }
    }
    return nil
  }

  /// The whole of a file, or the errno.
  static func contents(of path: String) -> Result<[UInt8], Errno> {
    let number = open(path, O_RDONLY)
    guard number >= 0 else { return .failure(Errno(errno)) }
    let file = Descriptor(adopting: number)
    var all: [UInt8] = []
    while true {
      switch read(file.number, limit: 1 << 20) {
      case .done(let bytes): all += bytes
      case .end: return .success(all)
      case .wouldBlock: continue
      case .failed(let error): return .failure(Errno(error))
      }
    }
  }

  /// An anonymous file that holds `bytes`.
  static func memoryFile(_ name: String, _ bytes: [UInt8]) throws(LabError) -> Descriptor {
    let number = unsafe clab_memory_file(name)
    guard number >= 0 else { throw .hostRefused("memory for \(name)", Errno(-number)) }
    let file = Descriptor(adopting: number)
    if let error = writeAll(number, bytes) {
      throw .hostRefused("memory for \(name)", Errno(error))
    }
    return file
  }

  /// Two connected sockets; the first is ours and never blocks.
  static func socketPair() throws(LabError) -> (ours: Descriptor, theirs: Descriptor) {
    var pair: [Int32] = [-1, -1]
    let result = unsafe clab_socket_pair(&pair)
    guard result == 0 else { throw .hostRefused("a socket", Errno(-result)) }
    clab_set_nonblocking(pair[0], 1)
    return (Descriptor(adopting: pair[0]), Descriptor(adopting: pair[1]))
  }

  /// A pipe; whichever end the caller keeps should be made non-blocking.
  static func pipe() throws(LabError) -> (read: Descriptor, write: Descriptor) {
    var pair: [Int32] = [-1, -1]
    let result = unsafe clab_pipe(&pair)
    guard result == 0 else { throw .hostRefused("a pipe", Errno(-result)) }
    return (Descriptor(adopting: pair[0]), Descriptor(adopting: pair[1]))
  }

  /// Opens a file, closed by exec; a new one is the owner's alone. Negative on failure: see errno.
  static func open(_ path: String, _ flags: Int32) -> Int32 {
    unsafe Glibc.open(path, flags | O_CLOEXEC, 0o600)
  }
}

/// A descriptor to wait for, and what to wait for.
struct Interest {
  let descriptor: Int32
  let read: Bool
  let write: Bool

  init(_ descriptor: Int32, read: Bool = false, write: Bool = false) {
    self.descriptor = descriptor
    self.read = read
    self.write = write
  }
}

extension IO {
  /// Waits until one of `interests` is ready. Answers for each: (readable or ended, writable or
  /// broken). A descriptor that is not open counts as both, so that the next call finds out.
  static func poll(
    _ interests: [Interest], milliseconds: Int32
  ) -> [(read: Bool, write: Bool)] {
    var entries = interests.map { interest in
      let wanted = (interest.read ? POLLIN : 0) | (interest.write ? POLLOUT : 0)
      // Nothing wanted: a negative number keeps a hang-up from waking us again and again.
      let number = wanted == 0 ? -1 : interest.descriptor
      return pollfd(fd: number, events: Int16(wanted), revents: 0)
    }
    let count = unsafe Glibc.poll(&entries, nfds_t(entries.count), milliseconds)
    guard count > 0 else { return interests.map { _ in (false, false) } }
    return zip(interests, entries).map { interest, entry in
      let events = Int32(entry.revents)
      let broken = events & Int32(POLLERR | POLLHUP | POLLNVAL) != 0
      return (
        interest.read && (broken || events & Int32(POLLIN) != 0),
        interest.write && (broken || events & Int32(POLLOUT) != 0)
      )
    }
  }
}

/// A system error number with the C library's words for it.
struct Errno: Error, Equatable, Sendable, CustomStringConvertible {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  var description: String {
    unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
  }
}
