import I386
import MinixABI

/// The stack that a program finds at its first instruction: argc, argv, envp, and the strings.
///
/// From ESP up: argc, the arguments' addresses, 0, the variables' addresses, 0, then the strings up to
/// the stack's top. ESP is a multiple of 16. Source: System V ABI for i386, "Process Initialization".
struct StartStack {
  /// ESP at the first instruction.
  let pointer: LinearAddress
  /// The bytes from ``pointer`` up to the stack's top.
  let bytes: [UInt8]

  static var byteLimit: Int { 64 << 10 }

  /// - Parameter environment: `NAME=VALUE` strings.
  /// - Returns: nil if both together take more than ``byteLimit`` bytes.
  init?(arguments: [String], environment: [String] = []) {
    let strings = (arguments + environment).map { Array($0.utf8) + [0] }
    let stringByteCount = strings.reduce(0) { $0 + $1.count }
    let wordCount = strings.count + 3
    let byteCount = (stringByteCount + wordCount * 4 + 15) & ~15
    guard byteCount <= Self.byteLimit else { return nil }
    let top = AddressSpaceLayout.stackTop
    pointer = LinearAddress(top - UInt32(byteCount))

    var words = [UInt32(arguments.count)]
    var address = top - UInt32(stringByteCount)
    for (index, string) in strings.enumerated() {
      if index == arguments.count { words.append(0) }
      words.append(address)
      address += UInt32(string.count)
    }
    words += environment.isEmpty ? [0, 0] : [0]
    var image = words.flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
    image += Array(repeating: 0, count: byteCount - stringByteCount - image.count)
    bytes = image + strings.flatMap { $0 }
  }
}
