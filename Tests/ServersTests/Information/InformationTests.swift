import Machine
import MinixABI
import Testing

@testable import Kernel
@testable import Servers

/// BRK, contexts, SYSUNAME, and questions about processes (POSIX sheet 2.1 and 2.8).
@Suite struct InformationTests {
  let house: House
  let program: Endpoint
  private let place = Int32(House.scratch)

  init() throws {
    house = try House()
    program = try house.program(11)
  }

  /// VM decides; the new break comes back as it was asked for, or as -1.
  @Test(arguments: [ResultCode.ok, .enomem]) func theBreak(_ result: ResultCode) {
    if result != .ok { house.refusals[.brk] = result }
    let answer = house.ask(program, .brk, [20: 0x0806_1235])
    #expect(answer?.type == result.rawValue)
    #expect(answer?[int: 28] == (result == .ok ? 0x0806_1235 : -1))
    #expect(house.vmRequests.map(\.1) == [program])
    if result == .ok { #expect(house.breakRequest?[word: 20] == 0x0806_1235) }
  }

  @Test(
    arguments: [
      (0, "i386"), (2, "i686"), (4, "noname"), (5, "3"), (6, "1.7"), (7, "Minix"),
    ] as [(Int32, String)])
  func systemNames(_ field: Int32, _ name: String) {
    house.write(Array(repeating: 0xFF, count: 20), to: program, at: House.scratch)
    let count = Int32(name.utf8.count + 1)
    #expect(house.result(program, .systemName, [12: field, 16: 20, 20: place]) == count)
    #expect(
      house.bytes(Int(count) + 1, of: program, at: House.scratch) == Array(name.utf8) + [0, 0xFF])
    #expect(house.result(program, .systemName, [12: field, 16: 1, 20: place]) == 1)
    #expect(house.result(program, .systemName, [12: field, 16: 0, 20: 0]) == 0)
    let beyond = Int32(bitPattern: 0xF000_0000)
    #expect(
      house.result(program, .systemName, [12: field, 16: 20, 20: beyond])
        == ResultCode.efault.rawValue)
  }

  @Test(
    arguments: [(0, 1, 20), (0, 3, 20), (0, 8, 20), (0, -1, 20), (1, 0, 20), (0, 0, -1)]
      as [(Int32, Int32, Int32)])
  func noSuchName(_ request: Int32, _ field: Int32, _ size: Int32) {
    #expect(
      house.result(program, .systemName, [8: request, 12: field, 16: size, 20: place])
        == ResultCode.einval.rawValue)
  }

  /// The real size, and as much as there is room for.
  @Test(arguments: [(1, 308), (2, 4), (3, 8)] as [(Int32, Int32)])
  func publicInformation(_ what: Int32, _ size: Int32) {
    for room: Int32 in [0, 2, 4000] {
      house.write(Array(repeating: 0xAA, count: 400), to: program, at: House.scratch)
      #expect(
        house.result(program, .publicInformation, [8: what, 12: room, 28: place]) == size)
      let copied = Int(min(room, size))
      #expect(house.bytes(400, of: program, at: House.scratch)[copied...].allSatisfy { $0 == 0xAA })
      if what == 2, copied > 0 {
        #expect(house.bytes(2, of: program, at: House.scratch) == [60, 0])
      }
    }
    #expect(
      house.result(program, .publicInformation, [8: what, 12: -1, 28: place])
        == ResultCode.einval.rawValue)
    #expect(
      house.result(program, .publicInformation, [8: what, 12: 4, 28: -64])
        == ResultCode.efault.rawValue)
  }

  @Test(arguments: [0, 4, -1] as [Int32]) func noSuchInformation(_ what: Int32) {
    #expect(
      house.result(program, .publicInformation, [8: what, 12: 8, 28: place])
        == ResultCode.einval.rawValue)
  }

  /// GETPROCNR by pid, by name, or of the caller; a user may only ask for himself.
  @Test func endpoints() throws {
    let other = try house.program(12)
    house.write(Array("p12\0".utf8), to: program, at: House.scratch)
    for (pid, count, endpoint) in [
      (3, 0, other), (-1, 4, other), (-1, 0, program), (1, 0, .initProcess),
    ] as [(Int32, Int32, Endpoint)] {
      let answer = house.ask(program, .getEndpoint, [8: pid, 12: count, 20: place])
      #expect(answer?.type == 0)
      #expect(answer?[endpoint: 8] == endpoint)
      #expect(answer?[endpoint: 12] == .initProcess)
    }
    for (pid, count) in [(99, 0), (-1, 2), (-1, 17)] as [(Int32, Int32)] {
      #expect(
        house.result(program, .getEndpoint, [8: pid, 12: count, 20: place])
          == ResultCode.esrch.rawValue)
    }
    #expect(
      house.result(program, .getEndpoint, [8: -1, 12: 4, 20: -4]) == ResultCode.efault.rawValue)
    house.take(5, 5, in: program)
    for (pid, count) in [(3, 0), (2, 0), (-1, 4)] as [(Int32, Int32)] {
      #expect(
        house.result(program, .getEndpoint, [8: pid, 12: count, 20: place])
          == ResultCode.eperm.rawValue)
    }
    let own = house.ask(program, .getEndpoint, [8: -1])
    #expect(own?[endpoint: 8] == program)
    #expect(own?[endpoint: 12] == Endpoint.none)
  }

  @Test func endpointInformation() throws {
    let other = try house.program(12)
    house.take(5, 6, in: other)
    house.pm.roster[other.slot].identity.effectiveGroup = 7
    let answer = house.ask(program, .getEndpointInformation, [8: other.rawValue])
    #expect(answer?.type == 3)
    #expect(answer?[int: 8] == 6)
    #expect(answer?[int: 12] == 7)
    for wrong in [12, -1, Int32.max] {
      #expect(
        house.result(program, .getEndpointInformation, [8: wrong]) == ResultCode.esrch.rawValue)
    }
    #expect(
      house.result(other, .getEndpointInformation, [8: program.rawValue])
        == ResultCode.eperm.rawValue)
  }

  /// The FPU's state goes out and comes in; bad places are refused.
  @Test func machineContexts() {
    #expect(house.result(program, .setMachineContext, [20: place]) == 0)
    #expect(house.result(program, .getMachineContext, [20: place]) == 0)
    #expect(
      house.result(program, .setMachineContext, [20: -64]) == ResultCode.efault.rawValue)
  }

  /// What is forbidden to all but servers or root, and what nobody serves.
  @Test(
    arguments: [
      (PosixCall.execNewMemory, -1, -1), (.serverFork, -1, -1), (.execRestart, -1, -1),
      (.serverKill, -1, -1), (.addDMA, -38, -1), (.deleteDMA, -38, -1), (.getDMA, -38, -1),
      (.reboot, -38, -1), (.systemInformation, -38, -1), (.trace, -38, -38),
      (.serverControl, -38, -38), (.statisticalProfile, -38, -38), (.callProfile, -38, -38),
      (.read, -38, -38), (.write, -38, -38),
    ] as [(PosixCall, Int32, Int32)])
  func refusedCalls(_ call: PosixCall, _ root: Int32, _ user: Int32) {
    #expect(house.result(program, call) == root)
    house.take(5, 5, in: program)
    #expect(house.result(program, call) == user)
  }

  /// Every call with fields that are nonsense gets an answer, or its end, or waits as it should; and PM
  /// serves on.
  @Test(arguments: PosixCall.allCases, [0, -1, .max, .min, 0x0805_0000] as [Int32])
  func everyCall(_ call: PosixCall, _ value: Int32) throws {
    let other = try house.program(12)
    let fields = Dictionary(
      uniqueKeysWithValues: stride(from: 8, to: 36, by: 4).map { ($0, value) })
    let answer = house.result(program, call, fields)
    switch call {
    case .exit: #expect(house.pm.end(of: program) != nil)
    case .pause, .signalSuspend: #expect(answer == nil)
    default: #expect(answer != nil || house.pm.end(of: program) != nil)
    }
    #expect(house.pid(other) == 3)
    #expect(!house.pm.isBusy)
  }
}
