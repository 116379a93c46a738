import I386
import MinixABI
import Testing

@testable import Kernel
@testable import Servers

/// VFS: files that are offered to programs. POSIX sheet 3.1 to 3.6, 3.10.
@Suite struct OfferedFileTests {
  let house: House
  let program: Endpoint
  static let text = Array("one two three".utf8)
  static let large = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
  private static var place: UInt32 { House.data + 0x400 }

  init() throws {
    house = try House(files: [
      OfferedFile(path: "/data/a/text", bytes: Self.text),
      OfferedFile(path: "/large", bytes: Self.large), OfferedFile(path: "/data/empty", bytes: []),
    ])
    program = try house.program(11)
  }

  private func ask(_ who: Endpoint, _ call: PosixCall, _ fields: [Int: Int32]) -> Message? {
    var message = Message(type: call.rawValue)
    for (offset, value) in fields { message[int: offset] = value }
    return house.exchange(who, message, with: .vfs)
  }

  private func result(_ call: PosixCall, _ fields: [Int: Int32], by who: Endpoint? = nil) -> Int32?
  {
    ask(who ?? program, call, fields)?.type
  }

  /// A call with a path, as the library makes it: a short one is also in the message.
  private func call(_ call: PosixCall, _ path: String, _ fields: [Int: Int32]) -> Int32? {
    let bytes = Array(path.utf8) + [0]
    house.write(bytes, to: program, at: Self.place)
    var fields = fields
    let pointer = call == .status || fields[12, default: 0] & OpenFlags.create != 0 ? 20 : 16
    fields[8] = Int32(bytes.count)
    fields[pointer] = Int32(Self.place)
    if pointer == 16, bytes.count <= 14 {
      // The pointer is not looked at then.
      fields[16] = -1
      for index in bytes.indices {
        fields[20 + index & ~3, default: 0] |= Int32(bytes[index]) << Int32(8 * (index & 3))
      }
    }
    return result(call, fields)
  }

  private func open(_ path: String, _ flags: Int32 = 0) -> Int32? {
    call(.open, path, [12: flags])
  }

  private func read(_ number: Int32, _ count: Int32, at address: UInt32, by who: Endpoint? = nil)
    -> Int32?
  {
    result(.read, [8: number, 12: count, 20: Int32(bitPattern: address)], by: who)
  }

  private func seek(_ number: Int32, _ offset: Int32, _ whence: Int32 = 0) -> (Int32, UInt32)? {
    ask(program, .seek, [8: number, 12: whence, 20: offset]).map { ($0.type, $0[word: 20]) }
  }

  private func duplicate(_ number: Int32, from first: Int32) -> Int32? {
    result(.fileControl, [8: number, 12: 0, 16: first])
  }

  @Test(
    arguments: [
      ("/data/a/text", 0, 3), ("data/a/text", 0, 3), ("//data/./b/../a/text", 0, -2),
      ("/data/../data//a/./text", 0, 3), ("/../large", 0, 3), ("", 0, -2), ("/none", 0, -2),
      ("/data/none/text", 0, -2), ("/large/x", 0, -20), ("/large/", 0, -20), ("/large/..", 0, -20),
      ("/data", 0, -21), ("/", 0, -21), ("/data", 1, -21), ("/large", 1, -30), ("/large", 2, -30),
      ("/large", 3, -22), ("/large", 0x200, -30), ("/large", 0x40, 3), ("/large", 0xC0, -17),
      ("/none", 0x41, -30), ("/none/x", 0x41, -2), ("/large/x", 0x41, -20), ("/large", 0x800, 3),
      ("/" + String(repeating: "x", count: 61), 0, -2),
    ] as [(String, Int32, Int32)])
  func opening(_ path: String, _ flags: Int32, _ result: Int32) {
    #expect(open(path, flags) == result)
  }

  /// Wrong lengths, wrong pointers, a path without its end.
  @Test(
    arguments: [
      (0, 0, -22), (-1, 0, -22), (.min, 0, -22), (256, 0, -36), (.max, 0, -36), (255, 0, -14),
      (20, 0xEFFF_FFF8, -14), (20, 0xFFFF_FFFF, -14), (20, House.data + 0x1000, -36),
    ] as [(Int32, UInt32, Int32)])
  func hostilePaths(_ length: Int32, _ address: UInt32, _ result: Int32) {
    house.memoryAnswer = .efault
    house.write(Array(repeating: 0x2F, count: 300), to: program, at: House.data + 0x1000)
    for call in [PosixCall.open, .access] {
      let pointer = Int32(bitPattern: address)
      #expect(self.result(call, [8: length, 12: 0, 16: pointer]) == result)
    }
    let fields = [8: length, 20: Int32(bitPattern: address), 24: Int32(Self.place)]
    #expect(self.result(.status, fields) == result)
  }

  /// The path lies in memory that VM first has to provide: zeros, an empty path.
  @Test func aPathThatFaults() {
    #expect(result(.open, [8: 20, 12: 0, 16: Int32(House.absent)]) == ResultCode.enoent.rawValue)
    house.memoryAnswer = .enomem
    let beyond = Int32(House.absent + 0x4000)
    #expect(result(.open, [8: 20, 12: 0, 16: beyond]) == ResultCode.enomem.rawValue)
    #expect(open("/large") == 3)
  }

  @Test func reading() throws {
    let number = try #require(open("/data/a/text"))
    #expect((0..<4).map { _ in read(number, 6, at: House.scratch) } == [6, 6, 1, 0])
    #expect(seek(number, 4)! == (0, 4))
    #expect(read(number, .max, at: House.scratch) == 9)
    #expect(house.bytes(9, of: program, at: House.scratch) == Array(Self.text[4...]))
  }

  /// 200,000 bytes into memory that VM first has to provide: pieces, each with VM's help.
  @Test func readingMuch() throws {
    let number = try #require(open("/large"))
    #expect(read(number, .max, at: House.absent + 5) == 200_000)
    #expect(house.bytes(200_000, of: program, at: House.absent + 5) == Self.large)
    #expect(read(number, 1, at: 0) == 0)
  }

  /// Nothing is lost where memory is not to be had, and the position stays.
  @Test(
    arguments: [
      (0xF000_0000, ResultCode.efault), (0xFFFF_FFFF, .efault), (House.data + 0x1FF0, .efault),
      (House.absent, .enomem),
    ] as [(UInt32, ResultCode)])
  func hostileBuffers(_ address: UInt32, _ answer: ResultCode) throws {
    house.memoryAnswer = answer
    let number = try #require(open("/large"))
    #expect(read(number, 100_000, at: address) == answer.rawValue)
    #expect(seek(number, 0, 1)! == (0, 0))
    let fields = [8: number, 20: Int32(bitPattern: address | 0xFF0)]
    #expect(result(.descriptorStatus, fields) == answer.rawValue)
  }

  @Test(
    arguments: [
      (-1, 0, -9), (3, 0, -9), (30, 0, -9), (.max, 0, -9), (.min, 0, -9), (3, -1, -22),
    ] as [(Int32, Int32, Int32)])
  func noDescriptor(_ number: Int32, _ count: Int32, _ result: Int32) {
    #expect(read(number, count, at: House.scratch) == result)
    for call in [PosixCall.close, .seek, .descriptorStatus, .fileControl] {
      #expect(self.result(call, [8: number, 20: Int32(House.scratch)]) == -9)
    }
  }

  @Test(
    arguments: [
      (0, 13, 2, 13), (0, 0, 0, 0), (-3, 10, 2, 10), (5, 7, 1, 7), (-1, nil, 0, 0),
      (-14, nil, 2, 0),
      (.max, 2_147_483_647, 0, 0x7FFF_FFFF), (0, nil, 3, 0), (0, nil, -1, 0),
    ] as [(Int32, UInt32?, Int32, UInt32)])
  func seeking(_ offset: Int32, _ position: UInt32?, _ whence: Int32, _ after: UInt32) throws {
    let number = try #require(open("/data/a/text"))
    if whence == 1 { _ = seek(number, 2) }
    let answer = try #require(seek(number, offset, whence))
    #expect(answer.0 == (position == nil ? ResultCode.einval.rawValue : 0))
    #expect(seek(number, 0, 1)! == (0, after))
    #expect(seek(1, 0)?.0 == ResultCode.espipe.rawValue)
    if after >= 13 { #expect(read(number, 9, at: House.scratch) == 0) }
  }

  @Test func closingTwice() throws {
    let number = try #require(open("/large"))
    #expect(result(.close, [8: number]) == 0)
    #expect(result(.close, [8: number]) == ResultCode.ebadf.rawValue)
    #expect(result(.close, [8: 1]) == 0)
    #expect(result(.write, [8: 1, 12: 1, 20: Int32(House.data)]) == ResultCode.ebadf.rawValue)
    // The lowest free one.
    #expect(open("/large") == 1)
    #expect(result(.write, [8: 1, 12: 1, 20: Int32(House.data)]) == ResultCode.ebadf.rawValue)
  }

  @Test func duplicates() throws {
    let number = try #require(open("/data/a/text"))
    #expect(duplicate(number, from: 10) == 10)
    #expect(duplicate(number, from: 10) == 11)
    #expect(read(10, 4, at: House.scratch) == 4)
    #expect(result(.close, [8: number]) == 0)
    #expect(seek(11, 0, 1)! == (0, 4))
    for first: Int32 in [-1, 30, .max, .min] {
      #expect(duplicate(11, from: first) == ResultCode.einval.rawValue)
    }
    #expect(duplicate(11, from: 29) == 29)
    #expect(duplicate(11, from: 29) == ResultCode.emfile.rawValue)
    #expect(result(.fileControl, [8: 11, 12: 3]) == 0)
    #expect(result(.fileControl, [8: 11, 12: 4, 16: -1]) == 0)
    #expect(result(.fileControl, [8: 29, 12: 3]) == 0xC00)
    #expect(result(.fileControl, [8: 11, 12: 5]) == ResultCode.einval.rawValue)
  }

  /// 30 a process, 512 in all; what has ended gives its own back.
  @Test func exhaustion() throws {
    for number: Int32 in 3..<30 { #expect(open("/large") == number) }
    #expect(open("/large") == ResultCode.emfile.rawValue)
    var others: [Endpoint] = []
    for slot: Int32 in 12..<32 { others.append(try house.program(slot)) }
    var last: Int32?
    let path: [Int: Int32] = [8: 7, 12: 0, 20: 0x7261_6C2F, 24: 0x0000_6567]
    for other in others {
      for _ in 0..<27 { last = result(.open, path, by: other) }
    }
    #expect(last == ResultCode.enfile.rawValue)
    house.exit(program)
    #expect(result(.open, path, by: others[19]) == 3)
    for other in others { house.exit(other) }
    #expect(house.vfs.tables.files.count { $0 != nil } == 3)
  }

  /// A child has its parent's descriptors and moves their positions; EXEC closes those that ask for it.
  @Test func forkAndExec() throws {
    let number = try #require(open("/data/a/text"))
    #expect(duplicate(number, from: 7) == 7)
    #expect(result(.fileControl, [8: 7, 12: 2, 16: 1]) == 0)
    #expect(result(.fileControl, [8: 7, 12: 1]) == 1)
    let child = try house.fork(program)
    #expect(read(7, 4, at: House.scratch, by: child) == 4)
    #expect(seek(number, 0, 1)! == (0, 4))
    house.vfs.exec(child)
    #expect(read(7, 1, at: House.scratch, by: child) == ResultCode.ebadf.rawValue)
    #expect(read(number, 1, at: House.scratch, by: child) == 1)
    house.exit(child)
    #expect(read(7, 1, at: House.scratch) == 1)
    house.exit(program)
    #expect(house.vfs.tables.files.count { $0 != nil } == 3)
  }

  /// Device, inode, mode and links, owner, device, size; the times are 0.
  @Test(
    arguments: [
      ("/data/a/text", [1, 4, 0x0001_8124, 0, 0, 13, 0, 0, 0]),
      ("/data", [1, 2, 0x0003_416D, 0, 0, 0, 0, 0, 0]),
      ("/", [1, 1, 0x0003_416D, 0, 0, 0, 0, 0, 0]),
    ] as [(String, [UInt32])])
  func status(_ path: String, _ words: [UInt32]) throws {
    #expect(call(.status, path, [24: Int32(House.scratch)]) == 0)
    #expect(house.words(9, of: program, at: House.scratch) == words)
    guard words[5] != 0 else { return }
    let number = try #require(open(path))
    // A place that VM first has to provide.
    #expect(result(.descriptorStatus, [8: number, 20: Int32(House.absent)]) == 0)
    #expect(house.words(9, of: program, at: House.absent) == words)
  }

  @Test func statusOfStandardDescriptors() {
    for number: Int32 in 0..<3 {
      #expect(result(.descriptorStatus, [8: number, 20: Int32(House.scratch)]) == 0)
      #expect(house.words(5, of: program, at: House.scratch)[2] & 0xFFFF == 0x21B6)
    }
    #expect(call(.status, "/none", [24: 0]) == ResultCode.enoent.rawValue)
  }

  @Test(
    arguments: [
      ("/large", 0, 0), ("/large", 4, 0), ("/large", 2, -30), ("/large", 1, -13), ("/data", 5, 0),
      ("/data", 7, -30), ("/none", 0, -2), ("/large", 8, -22), ("/large", -1, -22),
      ("/large/x", 0, -20),
    ] as [(String, Int32, Int32)])
  func access(_ path: String, _ mode: Int32, _ result: Int32) {
    #expect(call(.access, path, [12: mode]) == result)
  }
}
