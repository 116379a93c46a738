import I386
import Kernel
import MinixABI

/// Copies between PM and processes, piece by piece by SYS_VIRCOPY. Where memory is not there yet, the
/// kernel suspends PM until VM has made it so, as it would any process.
extension ProcessManager {
  /// The largest piece; behind it the buffer has room for small structures of calls that name two.
  static var pieceByteCount: Int { 64 << 10 }
  static var memoryByteCount: Int { pieceByteCount + 64 }

  /// Copies bytes to a process.
  func copyOut(
    _ bytes: ArraySlice<UInt8>, to endpoint: Endpoint, at address: UInt32,
    then proceed: @escaping (ResultCode) -> Void
  ) {
    var (bytes, address) = (bytes, address)
    while !bytes.isEmpty {
      let piece = bytes.prefix(Self.pieceByteCount)
      bytes = bytes.dropFirst(piece.count)
      let place = memory.store(piece)
      let reply = callKernel(.virtualCopy) { message in
        message[endpoint: 12] = .pm
        message[endpoint: 16] = endpoint
        message[word: 20] = place
        message[word: 24] = address
        message[word: 28] = UInt32(piece.count)
      }
      address &+= UInt32(piece.count)
      let result = ResultCode(rawValue: reply.type)
      if result == .vmSuspend {
        let (rest, next) = (bytes, address)
        return waitForKernel { [self] reply in
          guard reply.type == 0 else { return proceed(ResultCode(rawValue: reply.type)) }
          copyOut(rest, to: endpoint, at: next, then: proceed)
        }
      }
      guard result == .ok else { return proceed(result) }
    }
    proceed(.ok)
  }

  /// Copies a structure to a process, or nothing where there is no address.
  func copyOut(
    _ structure: [UInt8], to endpoint: Endpoint, unlessNull address: UInt32,
    then proceed: @escaping (ResultCode) -> Void
  ) {
    guard address != 0 else { return proceed(.ok) }
    copyOut(structure[...], to: endpoint, at: address, then: proceed)
  }

  /// Copies bytes from a process.
  ///
  /// - Parameter former: what has been copied before them.
  func copyIn(
    _ byteCount: Int, from endpoint: Endpoint, at address: UInt32, after former: [UInt8] = [],
    then proceed: @escaping (Result<[UInt8], ResultCode>) -> Void
  ) {
    var (bytes, left, address) = (former, byteCount, address)
    while left > 0 {
      let count = min(left, Self.pieceByteCount)
      let from = address
      let reply = callKernel(.virtualCopy) { message in
        message[endpoint: 12] = endpoint
        message[endpoint: 16] = .pm
        message[word: 20] = from
        message[word: 24] = ResidentMemory.start.rawValue
        message[word: 28] = UInt32(count)
      }
      left -= count
      address &+= UInt32(count)
      let result = ResultCode(rawValue: reply.type)
      if result == .vmSuspend {
        let (former, rest, next) = (bytes, left, address)
        return waitForKernel { [self] reply in
          guard reply.type == 0 else { return proceed(.failure(ResultCode(rawValue: reply.type))) }
          copyIn(
            rest, from: endpoint, at: next, after: former + memory.prefix(count), then: proceed)
        }
      }
      guard result == .ok else { return proceed(.failure(result)) }
      bytes += memory.prefix(count)
    }
    proceed(.success(bytes))
  }
}

/// The little-endian words of a structure.
struct WordImage {
  var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  init(words: [UInt32]) {
    bytes = words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  subscript(offset: Int) -> UInt32 {
    get { (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) } }
    set {
      for index in 0..<4 {
        bytes[offset + index] = UInt8(truncatingIfNeeded: newValue >> (8 * index))
      }
    }
  }
}
