import I386
import MinixABI
import Testing

@testable import Kernel

extension Bench {
  /// Writes a grant table at `address` of a guest and registers it.
  func grant(_ granter: Guest, _ entries: [Grant], at address: UInt32 = Place.pair) {
    write(entries.flatMap(\.bytes), to: granter, at: address)
    var request = Message(type: KernelCallNumber.setGrant.messageType)
    request[int: 12] = Int32(entries.count)
    request[word: 28] = address
    #expect(call(granter, request)?.type == 0)
  }
}

/// A grant entry as its granter writes it.
struct Grant {
  var words: [UInt32]

  static let valid: GrantFlags = [.used, .valid]

  static func direct(
    to grantee: Endpoint, _ start: UInt32, _ byteCount: UInt32,
    _ flags: GrantFlags = [.used, .valid, .read, .write, .map]
  ) -> Grant {
    Grant(words: [
      flags.union(.direct).rawValue, UInt32(bitPattern: grantee.rawValue), start, byteCount,
    ])
  }

  static func indirect(
    to grantee: Endpoint, _ granter: Endpoint, _ grant: Int32,
    _ flags: GrantFlags = [.used, .valid, .read, .write]
  ) -> Grant {
    Grant(words: [
      flags.union(.indirect).rawValue, UInt32(bitPattern: grantee.rawValue),
      UInt32(bitPattern: granter.rawValue), UInt32(bitPattern: grant),
    ])
  }

  static func magic(
    of owner: Endpoint, to grantee: Endpoint, _ start: UInt32, _ byteCount: UInt32
  ) -> Grant {
    Grant(words: [
      valid.union([.magic, .read, .write]).rawValue, UInt32(bitPattern: owner.rawValue),
      UInt32(bitPattern: grantee.rawValue), start, byteCount,
    ])
  }

  /// 36 bytes.
  var bytes: [UInt8] {
    (words + Array(repeating: 0, count: 9 - words.count)).flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
    }
  }
}

extension Message {
  /// SYS_SAFECOPYFROM or SYS_SAFECOPYTO.
  static func safeCopy(
    _ call: KernelCallNumber, _ granter: Endpoint, _ grant: Int32, offset: UInt32 = 0,
    _ byteCount: UInt32, own address: UInt32 = Place.message + 0x100, segment: Int32 = 1
  ) -> Message {
    var message = Message(call, granter, segment, grant)
    message[word: 20] = offset
    message[word: 24] = byteCount
    message[word: 28] = address
    return message
  }

  /// SYS_VIRCOPY or SYS_PHYSCOPY.
  static func copy(
    _ call: KernelCallNumber, from source: (Int16, Endpoint, UInt32),
    to destination: (Int16, Endpoint, UInt32), _ byteCount: UInt32
  ) -> Message {
    var message = Message(type: call.messageType)
    (message[short: 8], message[endpoint: 12], message[word: 20]) = source
    (message[short: 10], message[endpoint: 16], message[word: 24]) = destination
    message[word: 28] = byteCount
    return message
  }

  /// SYS_UMAP.
  static func umap(
    _ segment: Int16, _ endpoint: Endpoint, _ address: UInt32, _ byteCount: UInt32
  ) -> Message {
    var message = Message(type: KernelCallNumber.umap.messageType)
    message[short: 8] = segment
    message[endpoint: 12] = endpoint
    message[word: 20] = address
    message[word: 28] = byteCount
    return message
  }

  /// SYS_MEMSET.
  static func memset(_ base: UInt32, _ byteCount: UInt32, _ pattern: UInt32) -> Message {
    var message = Message(type: KernelCallNumber.memset.messageType)
    message[word: 20] = byteCount
    message[word: 24] = pattern
    message[word: 28] = base
    return message
  }
}
