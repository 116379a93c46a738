import GuestImage
import I386
import Machine
import MinixABI

/// A tiny ELF program, made byte by byte: a page of text, and a page of data that begins with
/// messages ready to be sent.
struct TinyProgram {
  /// The messages at the start of the data page, 64 bytes apart.
  var messages: [Message] = []
  /// Bytes of memory that the file doesn't fill, behind the data.
  var bssByteCount: UInt32 = 0x3000

  static var text: UInt32 { 0x0804_8000 }
  static var data: UInt32 { 0x0804_9000 }

  /// Where a message stands.
  static func address(_ index: Int) -> UInt32 { data + UInt32(index) * 64 }

  func image() throws -> ProgramImage {
    var data = [UInt8](repeating: 0, count: 4096)
    for (index, message) in messages.enumerated() {
      for byte in 0..<36 {
        data[index * 64 + byte] = UInt8(
          truncatingIfNeeded: message.words[byte / 4] >> (8 * UInt32(byte % 4)))
      }
    }
    let headers =
      Self.header(Self.text, offset: 0x1000, 16, 16, flags: 5)
      + Self.header(Self.data, offset: 0x2000, 4096, 4096 + bssByteCount, flags: 6)
    var file: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 1, 1, 1] + [UInt8](repeating: 0, count: 9)
    file += Self.bytes(UInt32(2) | 3 << 16) + Self.bytes(1) + Self.bytes(Self.text)
    file += Self.bytes(52) + Self.bytes(0) + Self.bytes(0)
    file += Self.bytes(52 | 32 << 16) + Self.bytes(2 | 40 << 16) + Self.bytes(0)
    file += headers
    file += [UInt8](repeating: 0, count: 0x1000 - file.count)
    file += [UInt8](repeating: 0x90, count: 0x1000) + data
    return try ProgramImage(FileContents(path: "tiny", bytes: file))
  }

  private static func header(
    _ address: UInt32, offset: UInt32, _ fileCount: UInt32, _ memoryCount: UInt32, flags: UInt32
  ) -> [UInt8] {
    [1, offset, address, address, fileCount, memoryCount, flags, 4096].flatMap { bytes($0) }
  }

  private static func bytes(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
  }
}

extension FramedTrap {
  /// SENDREC of the program's message at an index.
  static func sendrec(_ index: Int, to server: Endpoint) -> FramedTrap {
    var frame = TrapFrame()
    frame.vector = UInt32(TrapVector.ipc)
    frame.ecx = IPCCall.sendrec.rawValue
    frame.eax = UInt32(bitPattern: server.rawValue)
    frame.ebx = TinyProgram.address(index)
    return FramedTrap(frame: frame)
  }

  static func pageFault(_ address: UInt32, _ error: UInt32) -> FramedTrap {
    var frame = TrapFrame()
    frame.vector = 14
    frame.cr2 = address
    frame.errorCode = error
    frame.eip = TinyProgram.text + address & 0xF
    return FramedTrap(frame: frame)
  }

  static func exception(_ vector: UInt32) -> FramedTrap {
    var frame = TrapFrame()
    frame.vector = vector
    frame.eip = TinyProgram.text
    return FramedTrap(frame: frame)
  }

  static func clock(_ ticks: UInt32) -> FramedTrap {
    var frame = TrapFrame()
    frame.vector = 0x50
    return FramedTrap(frame: frame, ticks: ticks)
  }
}

extension Message {
  static func exit(_ status: Int32) -> Message {
    var message = Message(type: PosixCall.exit.rawValue)
    message[int: 8] = status
    return message
  }

  static func write(_ descriptor: Int32, _ count: Int32, at address: UInt32) -> Message {
    var message = Message(type: PosixCall.write.rawValue)
    message[int: 8] = descriptor
    message[int: 12] = count
    message[word: 20] = address
    return message
  }
}
