import I386
import MinixABI
import Servers
import Testing

@testable import Kernel

/// VFS: READ and WRITE on the standard descriptors (POSIX sheet 3.4), and nothing else.
@Suite struct FileServerTests {
  let house: House
  let program: Endpoint

  init() throws {
    house = try House()
    program = try house.program(11)
  }

  private func write(_ descriptor: Int32, _ count: Int32, at address: UInt32) -> Int32? {
    var message = Message(type: PosixCall.write.rawValue)
    message[int: 8] = descriptor
    message[int: 12] = count
    message[word: 20] = address
    return house.call(program, message, to: .vfs)
  }

  @Test(arguments: [(1, ProgramStream.output), (2, .error)] as [(Int32, ProgramStream)])
  func standardDescriptors(_ descriptor: Int32, _ stream: ProgramStream) {
    house.write(Array("hello\n".utf8), to: program, at: House.data + 0xFFD)
    #expect(write(descriptor, 6, at: House.data + 0xFFD) == 6)
    #expect(house.output.parts.map(\.bytes) == [Array("hello\n".utf8)])
    #expect(house.output.parts.map(\.stream) == [stream])
  }

  /// A negative count comes before the descriptor, the descriptor before the buffer.
  @Test(
    arguments: [
      (1, -1, House.data, ResultCode.einval), (77, -1, 0, .einval), (1, .min, 0, .einval),
      (0, 1, House.data, .ebadf), (3, 1, House.data, .ebadf), (-1, 1, 0, .ebadf),
      (.max, 0, 0, .ebadf), (1, 1, 0xF000_0000, .efault), (2, 2, 0xEFFF_FFFF, .efault),
      (1, 1, 0xFFFF_FFFF, .efault),
    ] as [(Int32, Int32, UInt32, ResultCode)])
  func refused(_ descriptor: Int32, _ count: Int32, _ address: UInt32, _ result: ResultCode) {
    #expect(write(descriptor, count, at: address) == result.rawValue)
    #expect(house.output.parts.isEmpty)
  }

  /// Nothing is looked at when nothing is written.
  @Test func nothing() {
    #expect(write(1, 0, at: 0xFFFF_FFFF) == 0)
    #expect(house.output.parts.isEmpty)
  }

  /// 200,000 bytes, of which most are not there yet: pieces, in order, each with VM's help.
  @Test func hugeCounts() {
    let count: Int32 = 200_000
    #expect(write(1, count, at: House.absent + 100) == count)
    #expect(house.output.parts.map(\.bytes.count) == [65536, 65536, 65536, 3392])
    house.output.parts = []
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    house.write(bytes, to: program, at: House.absent + 100)
    #expect(write(2, count, at: House.absent + 100) == count)
    #expect(house.output.parts.flatMap(\.bytes) == bytes)
    #expect(house.output.parts.allSatisfy { $0.stream == .error })
  }

  /// VM can't help: EFAULT or ENOMEM; and VFS serves on.
  @Test(arguments: [ResultCode.efault, .enomem]) func noMemory(_ answer: ResultCode) {
    house.memoryAnswer = answer
    #expect(write(1, 10, at: House.absent) == answer.rawValue)
    #expect(write(1, 10, at: House.data + 0x1FFA) == answer.rawValue)
    #expect(house.output.parts.isEmpty)
    #expect(write(1, 3, at: House.data) == 3)
  }

  /// While VM is at it VFS waits, and others wait for VFS.
  @Test func othersWaitMeanwhile() throws {
    let other = try house.program(12)
    house.memoryAnswer = nil
    #expect(write(1, 10, at: House.absent) == nil)
    var message = Message(type: PosixCall.write.rawValue)
    message[int: 8] = 1
    message[int: 12] = 1
    message[word: 20] = House.data
    #expect(house.call(other, message, to: .vfs) == nil)
    #expect(house.output.parts.isEmpty)
    // The writer dies: its write fails, and the next one is served.
    var clear = Message(type: KernelCallNumber.clear.messageType)
    clear[endpoint: 8] = program
    house.kernel.kernelCall(&clear, from: .pm)
    house.memoryAnswer = .efault
    house.kernel.notify(from: .pm, to: .vm)
    house.run()
    #expect(house.isRunnable(other))
    #expect(house.output.parts.map(\.bytes.count) == [1])
  }

  @Test func aBrokenOutput() {
    house.output.isBroken = true
    #expect(write(1, 1, at: House.data) == ResultCode.eio.rawValue)
  }

  @Test(arguments: [0, 2, 8, 111, 112, 122, 0x7FF, -1, .max, .min] as [Int32])
  func otherCalls(_ type: Int32) {
    #expect(house.call(program, Message(type: type), to: .vfs) == ResultCode.enosys.rawValue)
  }

  // MARK: READ

  private func read(_ descriptor: Int32, _ count: Int32, at address: UInt32) -> Int32? {
    var message = Message(type: PosixCall.read.rawValue)
    message[int: 8] = descriptor
    message[int: 12] = count
    message[word: 20] = address
    return house.call(program, message, to: .vfs)
  }

  /// Each read gets what there is, and no more than it asks for; then nothing, again and again.
  @Test func inputInParts() {
    house.input.parts = [Array("hello\n".utf8), Array("you".utf8)]
    let results = (0..<5).map { _ in read(0, 4, at: House.data + 0xFFE) }
    #expect(results == [4, 2, 3, 0, 0])
    #expect(house.bytes(3, of: program, at: House.data + 0xFFE) == Array("you".utf8))
    #expect(house.input.reads == [4, 4, 4, 4, 4])
  }

  @Test func noInput() {
    #expect(read(0, 100, at: House.data) == 0)
    #expect(read(0, 100, at: 0xFFFF_FFFF) == 0)
  }

  /// A buffer full at most; its place is made by VM.
  @Test func muchInput() {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    house.input.parts = [bytes]
    #expect(read(0, .max, at: House.absent + 5) == 65536)
    #expect(read(0, .max, at: House.absent + 5 + 65536) == 34464)
    #expect(house.bytes(100_000, of: program, at: House.absent + 5) == bytes)
    #expect(house.input.reads == [65536, 65536])
  }

  @Test(
    arguments: [
      (0, -1, House.data, ResultCode.einval), (77, -1, 0, .einval), (1, 1, House.data, .ebadf),
      (2, 1, House.data, .ebadf), (3, 0, 0, .ebadf), (-1, 1, 0, .ebadf),
      (0, 1, 0xF000_0000, .efault), (0, 2, 0xEFFF_FFFF, .efault),
    ] as [(Int32, Int32, UInt32, ResultCode)])
  func refusedReads(
    _ descriptor: Int32, _ count: Int32, _ address: UInt32, _ result: ResultCode
  ) {
    house.input.parts = [[1, 2, 3]]
    #expect(read(descriptor, count, at: address) == result.rawValue)
    // What nobody has got is still there.
    #expect(read(0, 9, at: House.data) == (result == .efault ? min(count, 3) : 3))
  }

  /// VM can't help; the next read gets the bytes.
  @Test(arguments: [ResultCode.efault, .enomem]) func noMemoryForInput(_ answer: ResultCode) {
    house.input.parts = [[7, 8]]
    house.memoryAnswer = answer
    #expect(read(0, 2, at: House.absent) == answer.rawValue)
    #expect(read(0, 2, at: House.scratch) == 2)
    #expect(house.bytes(2, of: program, at: House.scratch) == [7, 8])
  }

  @Test func aBrokenInput() {
    house.input.isBroken = true
    #expect(read(0, 1, at: House.data) == ResultCode.eio.rawValue)
    #expect(read(0, 0, at: House.data) == 0)
  }
}
