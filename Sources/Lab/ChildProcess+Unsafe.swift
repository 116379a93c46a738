internal import CLab
internal import Glibc

/// A program that we started, in a process group of its own.
struct ChildProcess: Sendable {
  let identifier: pid_t

  /// Why a program didn't start.
  struct Failure: Error {
    enum Step { case starting, enteringDirectory, executing }
    let step: Step
    let errno: Errno
  }

  /// What to start.
  struct Request {
    var arguments: [[UInt8]]
    var environment: Environment
    var directory: [UInt8]?
    /// The child's descriptors 0, 1, 2…
    var descriptors: [Descriptor]
    var mask: UInt32
    /// The child is killed when the calling thread ends.
    var diesWithCaller = false
  }

  static func start(_ request: Request) throws(Failure) -> ChildProcess {
    let arguments = CStringList(request.arguments)
    let environment = CStringList(request.environment.entries)
    let directory = request.directory.map { CStringList([$0]) }
    var raw = unsafe clab_spawn_request()
    unsafe raw.arguments = UnsafePointer(arguments.pointer)
    unsafe raw.environment = UnsafePointer(environment.pointer)
    unsafe raw.directory = unsafe UnsafePointer(directory?.pointer.pointee)
    unsafe raw.descriptor_count = Int32(request.descriptors.count)
    unsafe raw.mask = request.mask
    unsafe raw.dies_with_caller = request.diesWithCaller ? 1 : 0
    let result = unsafe request.descriptors.map(\.number).withUnsafeBufferPointer { descriptors in
      unsafe raw.descriptors = descriptors.baseAddress
      return withExtendedLifetime((arguments, environment, directory, request)) {
        unsafe clab_spawn(&raw)
      }
    }
    guard result < 0 else { return ChildProcess(identifier: result) }
    let step: Failure.Step =
      switch unsafe raw.failed_step {
      case CLAB_SPAWN_DIRECTORY: .enteringDirectory
      case CLAB_SPAWN_EXECUTE: .executing
      default: .starting
      }
    throw Failure(step: step, errno: Errno(-result))
  }

  /// Sends a signal to the whole process group.
  func signal(_ number: Int32) { kill(-identifier, number) }

  /// Waits for the end; returns the raw wait status.
  func wait() -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
    return status
  }

  /// A descriptor that becomes readable at the end, or nil when the kernel is too old.
  func endDescriptor() -> Descriptor? {
    let number = clab_process_descriptor(identifier)
    return number < 0 ? nil : Descriptor(adopting: number)
  }
}

/// A null-terminated list of C strings that lives as long as this object.
@safe private final class CStringList {
  let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ strings: [[UInt8]]) {
    count = strings.count
    unsafe pointer = .allocate(capacity: strings.count + 1)
    for (index, string) in strings.enumerated() {
      unsafe pointer[index] = unsafe (string + [0]).withUnsafeBytes { bytes in
        unsafe bytes.bindMemory(to: CChar.self).baseAddress.flatMap { unsafe strdup($0) }
      }
    }
    unsafe pointer[strings.count] = nil
  }

  deinit {
    for index in 0..<count { unsafe free(pointer[index]) }
    unsafe pointer.deallocate()
  }
}
