public import Machine

/// Why a run could not begin.
public enum SessionError: Error, Sendable {
  /// The programs' files and stacks need more than the guest has.
  case memoryTooSmall(program: String, memoryByteCount: UInt32)
  /// The arguments and the environment don't fit into the stack's first pages.
  case argumentsTooLong(program: String)
  /// A later start is our PM's business, and a guest is in its place.
  case startWithoutPM(program: String)
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
      "\(program): its arguments and environment take more than 64 KiB; shorten them"
    case .startWithoutPM(let program):
      "\(program): it can't start later with a guest in PM's place; remove 'after' and 'delay'"
    case .tooManyPrograms(let program, let what):
      "\(program): no \(what) is left; run fewer programs at once"
    case .serverUnavailable(let program, let server):
      "\(program): a guest program cannot take the place of \(server) in this version"
    case .processor(let error): error.description
    }
  }
}
