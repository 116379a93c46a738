/// What the agent in the lab is asked to run.
struct Job: Equatable {
  var arguments: [[UInt8]]
  var environment: Environment
  var directory: [UInt8]
  /// The file-mode mask.
  var mask: UInt32
  /// Standard output and error are one stream on the host, so their order matters.
  var mergesErrors: Bool
  /// Host paths without symbolic links whose files come back.
  var namedFiles: [String]

  var encoded: [UInt8] {
    var encoder = WireEncoder()
    encoder.put(arguments)
    encoder.put(environment.entries)
    encoder.put(directory)
    encoder.put(mask)
    encoder.put(mergesErrors ? 1 : 0 as UInt32)
    encoder.put(namedFiles.map { Array($0.utf8) })
    return encoder.bytes
  }

  init(
    arguments: [[UInt8]], environment: Environment, directory: [UInt8], mask: UInt32,
    mergesErrors: Bool, namedFiles: [String]
  ) {
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.mask = mask
    self.mergesErrors = mergesErrors
    self.namedFiles = namedFiles
  }

  init?(decoding bytes: [UInt8]) {
    var decoder = WireDecoder(bytes)
    guard let arguments = decoder.strings(), let environment = decoder.strings(),
      let directory = decoder.string(), let mask = decoder.number(),
      let merges = decoder.number(), let named = decoder.strings()
    else { return nil }
    self.init(
      arguments: arguments, environment: Environment(entries: environment), directory: directory,
      mask: mask, mergesErrors: merges != 0,
      namedFiles: named.map { String(decoding: $0, as: UTF8.self) })
  }
}

/// The ports between host and lab; the raw value is the port's number in QEMU and in the lab.
enum Port: Int, CaseIterable {
  case control = 1
  case input, output, errors, files
}

/// Messages on the control port. Frames on the three stream ports carry data, an empty one the end.
enum Control {
  enum ToLab: UInt8 {
    case job = 1
    /// One byte: the signal for the command's process group.
    case signal
    /// One byte: nobody reads this stream any more (the port's number).
    case closeStream
  }

  enum ToHost: UInt8 {
    /// The agent runs; text: kvm_amd's npt parameter as the kernel shows it.
    case hello = 1
    case started
    /// The raw wait status.
    case ended
    /// Two texts: the step and the reason.
    case failed
    /// Text: why the command can't be executed.
    case notExecutable
  }
}

/// Messages on the port that brings files back.
enum FileMessage: UInt8 {
  /// Path and mode of a directory; made on the host when it is not there.
  case directory = 1
  /// Path and mode of a file that follows.
  case begin
  /// Offset and bytes.
  case data
  /// The file's size.
  case end
  /// Path and reason: the file could not be read in the lab.
  case unreadable
  case done
}
