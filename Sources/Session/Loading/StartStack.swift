import I386
import MinixABI

/// The stack that a program finds at its first instruction: argc, argv, envp, and the strings.
///
/// From ESP up: argc, the arguments' addresses, 0, 0 (no environment), then the strings up to the
/// stack's top. ESP is a multiple of 16. Source: System V ABI for i386, "Process Initialization".
struct StartStack {
  /// ESP at the first instruction.
  let pointer: LinearAddress
  /// The bytes from ``pointer`` up to the stack's top.
  let bytes: [UInt8]

  static var byteLimit: Int { 64 << 10 }

  /// - Returns: nil if the arguments take more than ``byteLimit`` bytes.
  init?(arguments: [String]) {
    let strings = arguments.map { Array($0.utf8) + [0] }
    let stringByteCount = strings.reduce(0) { $0 + $1.count }
    let wordCount = arguments.count + 3
    let byteCount = (stringByteCount + wordCount * 4 + 15) & ~15
    guard byteCount <= Self.byteLimit else { return nil }
    let top = AddressSpaceLayout.stackTop
    pointer = LinearAddress(top - UInt32(byteCount))

    var words = [UInt32(arguments.count)]
    var address = top - UInt32(stringByteCount)
    for string in strings {
      words.append(address)
      address += UInt32(string.count)
    }
    words += [0, 0]
    var image = words.flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
    image += Array(repeating: 0, count: byteCount - stringByteCount - image.count)
    bytes = image + strings.flatMap { $0 }
  }
}
