import Machine
import MinixABI
import Testing

@testable import Kernel
@testable import Servers

/// EXEC (POSIX sheet 2.3; main ABI 17).
@Suite struct ExecTests {
  let house: House
  let program: Endpoint
  static var path: UInt32 { House.scratch }
  static var frame: UInt32 { House.data + 0xA00 }
  /// "/bin/echoing x" with one word of environment: argc, argv, 0, envp, 0, strings.
  private static var image: [UInt8] {
    WordImage(words: [2, 24, 31, 0, 33, 0]).bytes + Array("echoin\0x\0A=b\0".utf8) + [0, 0, 0]
  }

  init() throws {
    house = try House()
    program = try house.program(11)
    house.catalog.programs["/bin/echoing"] = Self.echo(byteCount: 0x1800)
    house.catalog.errors = ["text": .enoexec, "secret": .eacces]
  }

  /// A page of text, and data and bss behind it, where the old program's data are.
  static func echo(byteCount: Int) -> ExecutableProgram {
    let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 / 5) }
    return ExecutableProgram(
      entry: 0x0804_6123,
      regions: [
        .init(start: 0x0804_6000, byteCount: 0x1000, isWritable: false),
        .init(start: 0x0804_7000, byteCount: 0x80_0000, isWritable: true),
      ],
      parts: [
        .init(address: 0x0804_6FF0, bytes: bytes.prefix(0x10)),
        .init(address: 0x0804_7800, bytes: bytes[...]),
      ])
  }

  private func exec(
    _ path: String = "/bin/echoing", frame: [UInt8] = ExecTests.image, _ fields: [Int: Int32] = [:]
  ) -> Int32? {
    house.write(Array(path.utf8) + [0], to: program, at: Self.path)
    house.write(frame, to: program, at: Self.frame)
    let usual: [Int: Int32] = [
      8: Int32(path.utf8.count + 1), 12: Int32(frame.count), 20: Int32(Self.path),
      24: Int32(Self.frame),
    ]
    return house.result(program, .exec, usual.merging(fields) { $1 })
  }

  private func becomesEcho() {
    _ = exec()
    #expect(house.registers(program).eip == 0x0804_6123)
  }

  @Test func anotherProgram() {
    let esi = UInt32(0x51)
    house.kernel.processes[program.slot].frame.esi = esi
    becomesEcho()
    #expect(house.isRunnable(program))
    #expect(house.kernel.processes[program.slot].frame.esi == esi)
    #expect(house.kernel.name(of: program) == "echoing")
    let bytes = (0..<0x1800).map { UInt8(truncatingIfNeeded: $0 / 5) }
    #expect(house.bytes(0x1800, of: program, at: 0x0804_7800) == bytes)
    #expect(house.bytes(0x10, of: program, at: 0x0804_6FF0) == Array(bytes.prefix(0x10)))
    // Nobody has answered: what stands where the message was is the file's.
    #expect(house.pid(program) == 2)
    #expect(house.pm.executedPath(of: program) == "/bin/echoing")
    #expect(house.pm.livingCount == 1)
  }

  /// The frame stands at a multiple of 16 below the stack's top, its offsets now addresses.
  @Test func theFrame() {
    becomesEcho()
    let stack: UInt32 = 0x7FFF_FFD0
    #expect(house.registers(program).esp == stack)
    #expect(
      house.words(6, of: program, at: stack) == [2, stack + 24, stack + 31, 0, stack + 33, 0])
    #expect(house.bytes(13, of: program, at: stack + 24) == Array("echoin\0x\0A=b\0".utf8))
  }

  /// 56 bytes of MINIX's, and the regions.
  @Test func whatVMIsTold() {
    becomesEcho()
    let words = house.newMemory
    #expect(words.count == 14 + 6)
    #expect(words[0...5] == [0x1000, 0x80_0000, 0, 0x1000 + 0x80_0000 + (64 << 20), 40, 0])
    #expect(words[9] >> 24 == UInt32(UInt8(ascii: "e")))
    #expect(words[10] == 0x696F_6863, "choi")
    #expect(words[14...] == [0x0804_6000, 0x1000, 0, 0x0804_7000, 0x80_0000, 1])
  }

  /// Every size of frame that can be is put where it fits; one without two ends is none.
  @Test(
    arguments: [
      ([0, 0, 0], 0x7FFF_FFF0), ([0, 0, 0, 7], 0x7FFF_FFF0), ([0, 0, 0, 7, 8], 0x7FFF_FFE0),
      ([1, 12, 0, 0], 0x7FFF_FFF0), ([0, 0, 5, 0], 0x7FFF_FFF0),
      ([], nil), ([0], nil), ([0, 0], nil), ([1, 2, 3, 4], nil), ([1, 0, 3, 4], nil),
    ] as [([UInt32], UInt32?)])
  func frames(_ words: [UInt32], _ stack: UInt32?) {
    let result = exec(frame: WordImage(words: words).bytes)
    if let stack {
      #expect(house.registers(program).esp == stack)
      #expect(house.words(1, of: program, at: stack) == [words[0]])
    } else {
      #expect(result == ResultCode.einval.rawValue)
      #expect(house.vmRequests.isEmpty)
    }
  }

  /// The longest there is; in pieces.
  @Test func aLongFrame() {
    var bytes = WordImage(words: [0, 0, 0]).bytes
    bytes += (0..<262_144 - 12).map { UInt8(truncatingIfNeeded: $0 / 11) }
    let directory = house.kernel.processes[program.slot].directory
    for page in UInt32(0)..<64 { house.map(House.absent + page * 4096, in: directory) }
    house.write(bytes, to: program, at: House.absent)
    _ = exec([12: 262_144, 24: Int32(House.absent)])
    #expect(house.bytes(262_144, of: program, at: 0x7FFC_0000) == bytes)
    #expect(house.registers(program).esp == 0x7FFC_0000)
  }

  private func exec(_ fields: [Int: Int32]) -> Int32? { exec("/bin/echoing", fields) }

  private func exec(_ path: String, _ fields: [Int: Int32]) -> Int32? {
    exec(path, frame: Self.image, fields)
  }

  @Test(
    arguments: [
      ("/bin/echoing", [8: 0], .einval), ("/bin/echoing", [8: -1], .einval),
      ("/bin/echoing", [8: 256], .enametoolong), ("/bin/echoing", [8: .max], .enametoolong),
      ("/bin/echoing", [8: 5], .enametoolong), ("/bin/echoing", [20: -8], .efault),
      ("/bin/echoing", [20: 0, 8: 0], .einval), ("/bin/echoing", [12: 262_145], .enomem),
      ("/bin/echoing", [12: -4], .enomem), ("/bin/echoing", [24: -8], .efault),
      ("missing", [12: -4], .enomem), ("missing", [24: -8], .efault), ("missing", [:], .enoent),
      ("", [:], .enoent), ("text", [:], .enoexec), ("secret", [:], .eacces),
    ] as [(String, [Int: Int32], ResultCode)])
  func errors(_ path: String, _ fields: [Int: Int32], _ result: ResultCode) {
    #expect(exec(path, fields) == result.rawValue)
    #expect(house.vmRequests.isEmpty)
    #expect(house.pid(program) == 2)
    #expect(house.pm.executedPath(of: program) == nil)
  }

  /// More regions than VM takes, and none at all.
  @Test(arguments: [0, 33]) func regionCounts(_ count: Int) {
    house.catalog.programs["odd"] = ExecutableProgram(
      entry: 0x1000,
      regions: (0..<count).map {
        .init(start: UInt32($0 + 1) << 13, byteCount: 4096, isWritable: true)
      }, parts: [])
    #expect(exec("odd") == ResultCode.enoexec.rawValue)
  }

  /// VM has no room: the old program goes on, handlers and all.
  @Test(arguments: [ResultCode.enomem, .enoexec, .einval]) func vmRefuses(_ refusal: ResultCode) {
    house.handle(.user1, in: program, by: 0x4000)
    house.refusals[.execNewMemory] = refusal
    #expect(exec() == refusal.rawValue)
    #expect(house.kill(program, 2, .user1) == 0)
    #expect(house.registers(program).eip == 0x4000)
  }

  /// Later there is no program to go on: SIGKILL.
  @Test func noMemoryForTheFile() {
    // The old program's page is there; the new one's are not, and VM makes none.
    house.memoryAnswer = .enomem
    #expect(exec() == nil)
    #expect(house.pm.end(of: program) == .signal(.kill))
    #expect(house.kernel.guests.isEmpty)
  }

  @Test func aLargeFile() {
    house.catalog.programs["/bin/echoing"] = Self.echo(byteCount: 300_001)
    becomesEcho()
    let bytes = (0..<300_001).map { UInt8(truncatingIfNeeded: $0 / 5) }
    #expect(house.bytes(300_001, of: program, at: 0x0804_7800) == bytes)
  }

  /// Handlers are gone, their masks too; what is ignored, blocked or pending stays so, and the alarm.
  @Test func signalsAfterwards() {
    house.handle(.user1, in: program, by: 0x4000, mask: 6, flags: 1)
    house.handle(.user2, in: program, by: 1)
    house.block(Signal.terminate.bit, in: program)
    house.kill(program, 2, .terminate)
    house.result(program, .alarm, [8: 5])
    becomesEcho()
    #expect(house.ask(program, .signalPending)?[word: 20] == Signal.terminate.bit)
    #expect(house.ask(program, .signalMask, [8: 4])?[word: 20] == Signal.terminate.bit)
    #expect(house.result(program, .alarm, [8: 0]) == 5)
    for (number, handler) in [(10, 0), (12, 1)] as [(Int32, UInt32)] {
      #expect(
        house.result(program, .signalAction, [12: number, 24: Int32(House.scratch)]) == 0)
      #expect(house.words(2, of: program, at: House.scratch) == [handler, 0])
    }
    #expect(house.kill(program, 2, .user2) == 0)
    #expect(house.kill(program, 2, .user1) == nil)
    #expect(house.pm.end(of: program) == .signal(.user1))
  }

  /// What its parent started.
  @Test func ofAChild() throws {
    let child = try house.fork(program)
    #expect(house.result(program, .wait) == nil)
    house.write(Array("/bin/echoing\0".utf8), to: child, at: Self.path)
    house.write(Self.image, to: child, at: Self.frame)
    _ = house.ask(
      child, .exec, [8: 13, 12: 40, 20: Int32(Self.path), 24: Int32(Self.frame)])
    #expect(house.kernel.name(of: child) == "echoing")
    #expect(house.registers(program).eip != 0x0804_6123)
    house.exit(child, 2)
    #expect(house.answer(to: program)?[int: 8] == 2 << 8)
    #expect(house.pm.executedPath(of: child) == nil)
  }
}
