public import Machine

/// Why a run could not begin.
public enum SessionError: Error, Sendable {
  /// The programs' files and stacks need more than the guest has.
  case memoryTooSmall(program: String, memoryByteCount: UInt32)
  /// The arguments don't fit into the stack's first pages.
  case argumentsTooLong(program: String)
  /// More system programs than privilege structures, or more programs than slots.
  case tooManyPrograms(program: String, what: String)
  /// An endpoint that no guest program can take.
  case serverUnavailable(program: String, server: String)
  /// The machine could not be made.
  case processor(ProcessorError)
}

extension SessionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .memoryTooSmall(let program, let byteCount):
      "\(byteCount >> 10) KiB of guest memory are too little to load \(program); "
        + "give more with --memory"
    case .argumentsTooLong(let program):
      "\(program): its arguments take more than 64 KiB; shorten them"
    case .tooManyPrograms(let program, let what):
      "\(program): no \(what) is left; run fewer programs at once"
    case .serverUnavailable(let program, let server):
      "\(program): a guest program cannot take the place of \(server) in this version"
    case .processor(let error): error.description
    }
  }
}
