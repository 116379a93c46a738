import MinixABI
import Testing

/// A message is 36 bytes, and every field is where the ABI says.
@Suite struct MessageTests {
  @Test func isNineLittleEndianWords() {
    #expect(Message.byteCount == 36)
    #expect(MemoryLayout<Message>.size == 36)
    #expect(MemoryLayout<Message>.stride == 36)
    #expect(MemoryLayout<Message>.alignment == 4)
  }

  /// The bytes of a message in memory order.
  private func bytes(_ message: Message) -> [UInt8] {
    (0..<9).flatMap { index in
      (0..<4).map { UInt8(truncatingIfNeeded: message.words[index] >> ($0 * 8)) }
    }
  }

  @Test func sourceAndTypeComeFirst() {
    var message = Message(type: 0x62B)
    message.source = Endpoint(rawValue: -2)
    #expect(
      bytes(message) == [0xFE, 0xFF, 0xFF, 0xFF, 0x2B, 0x06, 0, 0]
        + [UInt8](repeating: 0, count: 28))
    #expect(message.source == .system)
    #expect(message.type == 0x62B)
    message.type = -22
    #expect(message.words[1] == 0xFFFF_FFEA)
  }

  @Test func aFreshMessageIsZero() {
    #expect(bytes(Message()) == [UInt8](repeating: 0, count: 36))
  }

  @Test(arguments: Array(stride(from: 0, to: 36, by: 4)))
  func wordsAreByOffset(_ offset: Int) {
    var message = Message()
    message[word: offset] = 0x8123_4567
    var expected = [UInt8](repeating: 0, count: 36)
    expected.replaceSubrange(offset..<offset + 4, with: [0x67, 0x45, 0x23, 0x81])
    #expect(bytes(message) == expected)
    #expect(message[word: offset] == 0x8123_4567)
    #expect(message[int: offset] == Int32(bitPattern: 0x8123_4567))
    #expect(message[endpoint: offset].rawValue == Int32(bitPattern: 0x8123_4567))
    message[int: offset] = -1
    #expect(message[word: offset] == .max)
    message[endpoint: offset] = .any
    #expect(message[int: offset] == 31438)
  }

  @Test(arguments: Array(stride(from: 0, to: 36, by: 2)))
  func shortsAreByOffset(_ offset: Int) {
    var message = Message()
    for index in 0..<9 { message.words[index] = 0xAAAA_AAAA }
    message[short: offset] = -32767
    var expected = [UInt8](repeating: 0xAA, count: 36)
    expected.replaceSubrange(offset..<offset + 2, with: [0x01, 0x80])
    #expect(bytes(message) == expected)
    #expect(message[short: offset] == -32767)
    message[short: offset] = 0x1234
    expected.replaceSubrange(offset..<offset + 2, with: [0x34, 0x12])
    #expect(bytes(message) == expected)
  }

  @Test func everyWordCountsForEquality() {
    for index in 0..<9 {
      var message = Message()
      message.words[index] = 1
      #expect(message != Message())
    }
    #expect(Message() == Message())
  }

  @Test func aPageFaultMessageHasItsFields() {
    let message = Message(pageFaultAt: 0x1234_5678, errorCode: 7)
    #expect(message.type == 0xCFF)
    #expect(message[word: 8] == 0x1234_5678)
    #expect(message[word: 12] == 7)
    #expect(message.pageFaultAddress == 0x1234_5678)
    #expect(message.pageFaultErrorCode == 7)
  }

  @Test func aVMControlMessageHasItsFields() {
    let message = Message(.clearPageFault, who: Endpoint(rawValue: 36569), value: 5)
    #expect(message.type == 0x62B)
    #expect(message[int: 8] == 36569)
    #expect(message[int: 12] == 12)
    #expect(message[word: 16] == 5)
    #expect(message.vmControlWho == Endpoint(rawValue: 36569))
    #expect(message.vmControlParameter == 12)
    #expect(message.vmControlValue == 5)
  }

  @Test func aNotificationHasItsFields() {
    var message = Message()
    message.notifyArgument = 0x0800_0000
    message.notifyTimestamp = 99
    #expect(message[word: 20] == 0x0800_0000)
    #expect(message[word: 24] == 99)
    #expect(message.notifyArgument == 0x0800_0000)
    #expect(message.notifyTimestamp == 99)
  }
}
