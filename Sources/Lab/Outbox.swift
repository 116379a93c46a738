/// Bytes on their way to a descriptor that may not take them all at once.
struct Outbox {
  /// The most that a source should put in before the descriptor has taken some.
  static let limit = 256 * 1024

  private var chunks: [[UInt8]] = []
  private var sent = 0
  private(set) var count = 0
  /// The most that one write may carry, so that writing to somebody else's pipe doesn't block.
  var largestWrite = Int.max
  /// Nobody reads: what comes is dropped.
  private(set) var isBroken = false

  var isEmpty: Bool { count == 0 }
  var isFull: Bool { count >= Self.limit }

  mutating func append(_ bytes: [UInt8]) {
    guard !isBroken, !bytes.isEmpty else { return }
    chunks.append(bytes)
    count += bytes.count
  }

  /// Drops what waits and what will come.
  mutating func breakOff() {
    chunks = []
    count = 0
    sent = 0
    isBroken = true
  }

  /// Writes what goes without blocking.
  mutating func flush(to descriptor: Int32) {
    while let first = chunks.first {
      let slice = first[sent...].prefix(largestWrite)
      switch IO.write(descriptor, slice) {
      case .done(let written):
        count -= written
        sent += written
        if sent == first.count {
          chunks.removeFirst()
          sent = 0
        }
        if largestWrite < .max,
          !IO.poll([Interest(descriptor, write: true)], milliseconds: 0)[0].write
        {
          return
        }
      case .wouldBlock: return
      case .end, .failed: return breakOff()
      }
    }
  }
}
