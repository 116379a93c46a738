import I386
import Testing

@testable import Session

/// ABI 17 and the System V start-up stack: argc, argv, 0, 0, strings; ESP a multiple of 16.
@Suite struct StartStackTests {
  private func word(_ stack: StartStack, _ address: UInt32) -> UInt32 {
    let offset = Int(address - stack.pointer.rawValue)
    return (0..<4).reduce(0) { $0 | UInt32(stack.bytes[offset + $1]) << (8 * UInt32($1)) }
  }

  private func string(_ stack: StartStack, _ address: UInt32) -> String {
    let start = Int(address - stack.pointer.rawValue)
    return String(decoding: stack.bytes[start...].prefix { $0 != 0 }, as: UTF8.self)
  }

  @Test(
    arguments: [
      [], [""], ["a"], ["prog", "-x", "yy"], ["prog", "", "", "ü"],
      Array(repeating: "abc", count: 500),
      [String(repeating: "x", count: 5000)],
    ] as [[String]])
  func layout(_ arguments: [String]) throws {
    let stack = try #require(StartStack(arguments: arguments))
    let esp = stack.pointer.rawValue
    #expect(esp % 16 == 0)
    #expect(esp + UInt32(stack.bytes.count) == 0x8000_0000)
    #expect(word(stack, esp) == UInt32(arguments.count))
    let end = esp + 4 + UInt32(arguments.count) * 4
    for (index, argument) in arguments.enumerated() {
      let address = word(stack, esp + 4 + UInt32(index) * 4)
      #expect(address > end + 4 && address < 0x8000_0000)
      #expect(string(stack, address) == argument)
    }
    #expect(word(stack, end) == 0)
    #expect(word(stack, end + 4) == 0)
    if !arguments.isEmpty { #expect(stack.bytes.last == 0) }
  }

  /// Byte for byte.
  @Test func anExample() throws {
    let stack = try #require(StartStack(arguments: ["ab", "c"]))
    #expect(stack.pointer == LinearAddress(0x7FFF_FFE0))
    #expect(
      stack.bytes == [
        2, 0, 0, 0, 0xFB, 0xFF, 0xFF, 0x7F, 0xFE, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0x61, 0x62, 0, 0x63, 0,
      ])
  }

  /// 64 KiB in all: three words, one pointer and the zero leave this much for one string.
  @Test func theLimit() {
    let most = (64 << 10) - 16 - 1
    #expect(StartStack(arguments: [String(repeating: "a", count: most)]) != nil)
    #expect(StartStack(arguments: [String(repeating: "a", count: most + 1)]) == nil)
    #expect(StartStack(arguments: Array(repeating: "", count: 13_000)) != nil)
    #expect(StartStack(arguments: Array(repeating: "", count: 14_000)) == nil)
  }
}
