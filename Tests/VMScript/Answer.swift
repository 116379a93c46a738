/// One thing that VM has done, in words that mean the same on either side.
public struct Answer: Equatable, Sendable {
  /// What it has done.
  public enum Kind: UInt8, CaseIterable, Sendable {
    /// A kernel call: the message, nine words.
    case kernelCall = 1
    /// A reply: to whom, then the message.
    case reply
    /// Words in its own memory.
    case place
    /// An entry: where, value, page, directory.
    case entry
    /// A page table emptied: which.
    case clearTable
    /// A page directory emptied: which.
    case clearDirectory
    /// What a function of VM has returned.
    case result
    /// A notification: to whom.
    case notify
  }

  public let kind: Kind
  public let words: [UInt32]

  public init(_ kind: Kind, _ words: [UInt32]) {
    self.kind = kind
    self.words = words
  }

  /// The kind and the words, least significant byte first.
  public var bytes: [UInt8] {
    var bytes = [kind.rawValue]
    for word in words {
      for shift: UInt32 in [0, 8, 16, 24] {
        bytes.append(UInt8(truncatingIfNeeded: word &>> shift))
      }
    }
    return bytes
  }
}

/// What remains of answers when their bytes are too many to print (FNV-1a, 64 bits).
public struct Digest: Equatable, Sendable {
  public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  public init() {}

  public mutating func add(_ answer: Answer) {
    for byte in answer.bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
  }
}
