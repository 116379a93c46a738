import CDisassembly

/// Instructions as text.
@safe
final class Disassembler {
  private let handle: OpaquePointer?

  init() { unsafe handle = cdisassembly_open() }

  deinit { if let handle = unsafe handle { unsafe cdisassembly_close(handle) } }

  /// The first instruction of some bytes; nil if they begin with none.
  func instruction(_ code: [UInt8], at address: UInt32) -> String? {
    guard let handle = unsafe handle, !code.isEmpty else { return nil }
    var text = [CChar](repeating: 0, count: 200)
    let size = unsafe code.withUnsafeBufferPointer { bytes in
      unsafe text.withUnsafeMutableBufferPointer { room in
        unsafe cdisassembly_instruction(
          handle, bytes.baseAddress, bytes.count, address, room.baseAddress, room.count)
      }
    }
    guard size > 0 else { return nil }
    return String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
