/// What the payload is to do: sixteen words at ``GuestLayout/parameters``, which faultline writes
/// into the image, and whose defaults an image has by itself.
public struct RunParameters: Equatable, Sendable {
  /// Whom the payload tells.
  public enum Channel: UInt32, Sendable {
    /// TAP over COM1 and port 0xE9.
    case ports
    /// ``PayloadMessage``s in memory.
    case host
  }

  public var channel: Channel
  /// Bit n: run group n; see ``CaseGroup``.
  public var groups: UInt32
  /// Only cases of the matrix whose number has these bits…
  public var matrixMask: UInt32
  /// …so.
  public var matrixValue: UInt32
  public var shard: UInt32
  public var shardCount: UInt32
  public var seed: UInt32
  /// Only this case of its group; all if nil.
  public var onlyCase: UInt32?
  /// Leaves every invalidation out, and goes on behind an instruction that faulted instead of beginning
  /// it anew: with it, a suite that finds nothing is worth nothing.
  public var omitsInvalidations: Bool

  /// Everything.
  public init() {
    channel = .ports
    groups = .max
    matrixMask = 0
    matrixValue = 0
    shard = 0
    shardCount = 1
    seed = 0
    onlyCase = nil
    omitsInvalidations = false
  }

  /// "FLCP".
  private static var magic: UInt32 { 0x5043_4C46 }
  private static var version: UInt32 { 1 }

  /// The words in their order.
  public var words: [UInt32] {
    [
      Self.magic, Self.version, channel.rawValue, groups, matrixMask, matrixValue, shard,
      shardCount, seed, onlyCase ?? .max, omitsInvalidations ? 1 : 0,
    ]
  }

  /// How many words there are.
  public static var wordCount: Int { 11 }

  /// Reads the words; nil if they are not such.
  public init?(word: (UInt32) -> UInt32) {
    guard word(0) == Self.magic, word(1) == Self.version, let channel = Channel(rawValue: word(2)),
      word(7) > 0, word(6) < word(7)
    else { return nil }
    self.init()
    self.channel = channel
    groups = word(3)
    matrixMask = word(4)
    matrixValue = word(5)
    shard = word(6)
    shardCount = word(7)
    seed = word(8)
    onlyCase = word(9) == .max ? nil : word(9)
    omitsInvalidations = word(10) != 0
  }

  public func wants(_ group: CaseGroup) -> Bool { groups & group.bit != 0 }

  /// Whether a batch is this shard's and has a case that is asked for.
  public func wants(_ batch: MatrixBatch) -> Bool {
    let fixed = ~(MatrixSlot.count - 1)
    return (batch.firstCase.rawValue ^ matrixValue) & matrixMask & fixed == 0
      && Shards.shard(of: batch.number, seed: seed, count: shardCount) == shard
  }

  public func wants(_ cachingCase: CachingCase) -> Bool { wants(number: cachingCase.rawValue) }

  public func wants(_ script: CachingScript) -> Bool { wants(number: script.rawValue) }

  public func wants(_ restartCase: RestartCase) -> Bool { wants(number: restartCase.rawValue) }

  /// Whether a case of any group but the matrix is asked for.
  public func wants(number: UInt32) -> Bool {
    (onlyCase ?? number) == number
      && Shards.shard(of: ~number, seed: seed, count: shardCount) == shard
  }

  @inline(__always)
  public func wants(_ matrixCase: MatrixCase) -> Bool {
    (matrixCase.rawValue ^ matrixValue) & matrixMask == 0
  }
}

/// The groups of cases.
public enum CaseGroup: UInt32, CaseIterable, Sendable {
  /// The access matrix.
  case matrix
  /// What a processor may remember of a translation, and for how long.
  case caching
  /// Instructions that fault in the middle and are begun anew.
  case restart
  /// What KVM shows whoever runs the machine. The payload has no part in it.
  case host

  public var bit: UInt32 { 1 << rawValue }

  /// Those that the payload runs, in their order.
  public static var payloadGroups: [CaseGroup] { [.matrix, .caching, .restart] }

  /// The group's name on the command line and in reports.
  public var name: String {
    switch self {
    case .matrix: "matrix"
    case .caching: "caching"
    case .restart: "restart"
    case .host: "host"
    }
  }
}

/// Which shard a piece of work belongs to.
public enum Shards {
  /// Mixes the number well: every shard is a fair sample of the whole.
  public static func shard(of number: UInt32, seed: UInt32, count: UInt32) -> UInt32 {
    var mixed = number &+ seed &* 0x9E37_79B9
    mixed = (mixed ^ mixed &>> 16) &* 0x85EB_CA6B
    mixed = (mixed ^ mixed &>> 13) &* 0xC2B2_AE35
    return (mixed ^ mixed &>> 16) % count
  }
}

/// What the payload tells: a kind and some words.
///
/// To faultline under KVM: the kind, a count, and that many words at ``GuestLayout/messages``, then an
/// `out` of that address. Over the ports: a comment of TAP, "#! kind word word …" in hexadecimal,
/// which ``init(line:)`` reads.
public struct PayloadMessage: Equatable, Sendable {
  public enum Kind: UInt32, Sendable {
    /// ``ProcessorFeatures``: its bits, and the width of physical addresses; then the words of the
    /// ``RunParameters``, so that a report says of which run it is.
    case features = 1
    /// How many cases are done, of all groups. Not over the ports.
    case progress
    /// A ``MatrixFinding``.
    case finding
    /// A group is done: its number, how many cases it had, how many of them differed.
    case groupDone
    /// All is done.
    case finished
    /// The payload can't go on: a reason, or an exception's vector, error code, CR2 and EIP.
    case panic
    /// A case of the caching group: its number, the words that were expected, those that were seen.
    case cachingFinding
    /// A ``RestartFinding``.
    case restartFinding
    /// A ``CachingScriptFinding``.
    case scriptFinding
  }

  public var kind: Kind
  public var words: [UInt32]

  public init(_ kind: Kind, _ words: [UInt32]) {
    self.kind = kind
    self.words = words
  }

  /// Where the address of a message is written to.
  public static var port: UInt16 { 0xE4 }

  private static var mark: String { "#!" }

  /// The message as a line of text.
  public var line: String {
    var line = Self.mark + " " + String(kind.rawValue, radix: 16)
    for word in words { line += " " + String(word, radix: 16) }
    return line
  }

  /// Reads a line; nil if it holds no message.
  public init?(line: String) {
    let parts = line.utf8.split(separator: 0x20)
    guard parts.count >= 2, parts[0].elementsEqual(Self.mark.utf8) else { return nil }
    var numbers: [UInt32] = []
    for part in parts.dropFirst() {
      guard let number = Self.number(part) else { return nil }
      numbers.append(number)
    }
    guard let kind = Kind(rawValue: numbers[0]) else { return nil }
    self.init(kind, Array(numbers.dropFirst()))
  }

  /// Up to eight hexadecimal digits. Written out because Embedded Swift's strings have no such reader
  /// without Unicode's tables.
  private static func number(_ digits: some Sequence<UInt8>) -> UInt32? {
    var value: UInt64 = 0
    for digit in digits {
      switch digit {
      case 0x30...0x39: value = value << 4 | UInt64(digit - 0x30)
      case 0x61...0x66: value = value << 4 | UInt64(digit - 0x61 + 10)
      default: return nil
      }
      if value > UInt64(UInt32.max) { return nil }
    }
    return UInt32(value)
  }
}
