import FlightRecorder

/// The layout of a `.fltrace` file; docs/fltrace.md says the same for other readers.
///
/// Eight bytes of magic, then chunks one after the other: kind and byte count, 32 bits each, then so
/// many bytes. All numbers are little-endian.
enum TraceFormat {
  /// `FLTRACE` and the version.
  static let magic = Array("FLTRACE1".utf8)

  /// What a chunk holds.
  enum Chunk: UInt32 {
    /// ``TraceInfo`` as JSON.
    case info = 1
    /// A program: the length of its path, its path, the bytes of its file.
    case image = 2
    /// The host's cycles and its nanoseconds at the moment of writing, 64 bits each, then events.
    case events = 3
    /// ``TraceEnd`` as JSON; nothing follows.
    case end = 4
  }

  /// The two 64-bit numbers before the events.
  static let stampByteCount = 16
  /// No chunk is longer: an image of 16 MiB and its path.
  static let maximumChunkByteCount = 17 << 20
  /// Programs with longer files are named only.
  static let maximumImageByteCount = 16 << 20
}

/// What is known of a run when it begins.
public struct TraceInfo: Codable, Equatable, Sendable {
  public struct Program: Codable, Equatable, Sendable {
    public var name: String
    public var endpoint: Int32
    /// The path under which the program's image is in the trace.
    public var image: String

    public init(name: String, endpoint: Int32, image: String) {
      (self.name, self.endpoint, self.image) = (name, endpoint, image)
    }
  }

  /// faultline's own.
  public var version: String
  public var engine: String
  public var delivery: String
  public var policy: String
  public var memoryBytes: UInt64
  public var programs: [Program]

  public init(
    version: String, engine: String, delivery: String, policy: String, memoryBytes: UInt64,
    programs: [Program]
  ) {
    self.version = version
    self.engine = engine
    self.delivery = delivery
    self.policy = policy
    self.memoryBytes = memoryBytes
    self.programs = programs
  }
}

/// What is known at its end.
public struct TraceEnd: Codable, Equatable, Sendable {
  public var eventCount: UInt64
  public var exitCode: Int32
  /// How the run ended, in words: the summary's last lines.
  public var lines: [String]
  /// The summary's JSON object, as text.
  public var summary: String

  public init(eventCount: UInt64, exitCode: Int32, lines: [String], summary: String) {
    self.eventCount = eventCount
    self.exitCode = exitCode
    self.lines = lines
    self.summary = summary
  }
}

/// What is wrong with a trace, in one line.
public struct TraceError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: Sendable {
    /// No such file, or it can't be opened.
    case unreadable
    /// It is no trace, or of another version.
    case alien
    /// It ends in the middle, or what it holds can't be.
    case damaged
    /// It can't be written.
    case unwritable
  }

  public let kind: Kind
  public let description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
