/// A message on one of the lab's ports: a kind, a length, bytes.
///
/// Ports are framed because a virtio port knows no end of file, and because an end must not
/// overtake the data before it.
struct Frame: Equatable {
  var kind: UInt8
  var payload: [UInt8]

  init(kind: UInt8, payload: [UInt8] = []) {
    self.kind = kind
    self.payload = payload
  }

  /// As it crosses the port: kind, length (32 bits, little end first), payload.
  var encoded: [UInt8] {
    var encoder = WireEncoder()
    encoder.bytes.reserveCapacity(payload.count + 5)
    encoder.bytes.append(kind)
    encoder.put(payload)
    return encoder.bytes
  }
}

/// Cuts a stream of bytes into frames.
struct FrameDecoder {
  private var buffer: [UInt8] = []
  private var start = 0

  mutating func append(_ bytes: [UInt8]) {
    if start == buffer.count {
      buffer = bytes
      start = 0
    } else {
      buffer.removeFirst(start)
      start = 0
      buffer += bytes
    }
  }

  /// The next complete frame.
  mutating func next() -> Frame? {
    guard buffer.count - start >= 5 else { return nil }
    let length = (1...4).reversed().reduce(0) { $0 << 8 | Int(buffer[start + $1]) }
    let end = start + 5 + length
    guard buffer.count >= end else { return nil }
    let frame = Frame(kind: buffer[start], payload: Array(buffer[start + 5..<end]))
    start = end
    return frame
  }
}

/// Writes numbers and byte strings in the order in which `WireDecoder` reads them.
struct WireEncoder {
  var bytes: [UInt8] = []

  mutating func put(_ value: UInt32) {
    for shift in stride(from: 0 as UInt32, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  mutating func put(_ value: Int64) {
    let bits = UInt64(bitPattern: value)
    put(UInt32(truncatingIfNeeded: bits))
    put(UInt32(truncatingIfNeeded: bits >> 32))
  }

  mutating func put(_ value: [UInt8]) {
    put(UInt32(value.count))
    bytes += value
  }

  mutating func put(_ value: String) { put(Array(value.utf8)) }

  mutating func put(_ values: [[UInt8]]) {
    put(UInt32(values.count))
    for value in values { put(value) }
  }
}

/// Reads what `WireEncoder` wrote; nil when the bytes end too soon.
struct WireDecoder {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func number() -> UInt32? {
    guard rest.count >= 4 else { return nil }
    defer { rest = rest.dropFirst(4) }
    return rest.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  mutating func longNumber() -> Int64? {
    guard let low = number(), let high = number() else { return nil }
    return Int64(bitPattern: UInt64(high) << 32 | UInt64(low))
  }

  mutating func string() -> [UInt8]? {
    guard let count = number(), rest.count >= Int(count) else { return nil }
    defer { rest = rest.dropFirst(Int(count)) }
    return Array(rest.prefix(Int(count)))
  }

  mutating func text() -> String? { string().map { String(decoding: $0, as: UTF8.self) } }

  mutating func strings() -> [[UInt8]]? {
    guard let count = number() else { return nil }
    var values: [[UInt8]] = []
    for _ in 0..<count {
      guard let value = string() else { return nil }
      values.append(value)
    }
    return values
  }

  /// Everything that has not been read.
  var remainder: [UInt8] { Array(rest) }
}
