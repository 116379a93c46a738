import I386
import Machine
import MinixABI
import Servers
import Testing

@testable import Session

/// VM's calls that need the real kernel: what it copies, what it asks, whom it notifies.
@Suite struct VMCallTests {
  private let run = Run()

  private static let bss = TinyProgram.data + 0x1000

  private static func call(_ number: VMCallNumber, _ fields: (inout Message) -> Void) -> Message {
    var message = Message(type: number.messageType)
    fields(&message)
    return message
  }

  private static func info(_ what: Int32, at buffer: UInt32) -> Message {
    call(.info) { message in
      message[int: 8] = what
      message[endpoint: 12] = Endpoint(generation: 1, slot: ProcessSlot(rawValue: 11))
      message[int: 16] = 64
      message[word: 28] = buffer
    }
  }

  private var words: [UInt32] {
    stride(from: 0, to: run.bytes.count - 3, by: 4).map { start in
      run.bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
  }

  /// Statistics into a page that is not there before, and regions over the end of one.
  @Test func informationIsCopiedOut() throws {
    let over = Self.bss + 0x2000 - 20
    let result = try run(
      [
        [
          Self.info(1, at: Self.bss), .write(1, 16, at: Self.bss), Self.info(3, at: over),
          .write(1, 60, at: over), .exit(0),
        ]
      ],
      [
        .sendrec(0, to: .vm), .sendrec(1, to: .vfs), .sendrec(2, to: .vm), .sendrec(3, to: .vfs),
        .sendrec(4, to: .pm),
      ]
    ) { $0.programs[0].isSystem = true }
    #expect(result.processes.map(\.end) == [.exit(status: 0)])
    #expect(result.memory?.leakedPages == 0)
    // Text, data, stack and the buffer's page are used, and lie one behind the other.
    #expect(words.prefix(4) == [4096, 4095, 4091, 4096 - 260])
    #expect(
      words.dropFirst(4) == [
        1, TinyProgram.text, 0x1000, 5, 6, 1, TinyProgram.data, 0x4000, 7, 6,
        1, 0x7C00_0000, 0x400_0000, 7, 6,
      ])
  }

  /// What SYS_PRIVCTL gives a driver it can map: here the page that its own text is in.
  @Test func physicalMemory() throws {
    var add = Message(type: KernelCallNumber.privilegeControl.messageType)
    add[endpoint: 8] = .itself
    add[int: 12] = PrivilegeControl.addMemory.rawValue
    add[word: 28] = TinyProgram.address(1)
    var range = Message()
    (range[word: 0], range[word: 4]) = (0x10_0000, 0x10_0FFF)
    let map = { (start: UInt32) in
      Self.call(.mapPhysical) { message in
        message[endpoint: 8] = .itself
        message[word: 12] = 0x1000
        message[word: 24] = start
      }
    }
    var ask = TrapFrame()
    ask.vector = UInt32(TrapVector.kernelCall)
    ask.eax = TinyProgram.address(0)
    let result = try run(
      [
        [
          add, range, map(0x10_0000), .write(1, 4, at: TinyProgram.address(2) + 4),
          map(0x10_0000), .write(1, 4, at: 0x8000_000C),
          map(0x10_1000), .write(1, 4, at: TinyProgram.address(6) + 4), .exit(0),
        ]
      ],
      [
        .sendrec(2, to: .vm), .sendrec(3, to: .vfs), FramedTrap(frame: ask), .sendrec(4, to: .vm),
        .sendrec(5, to: .vfs), .sendrec(6, to: .vm), .sendrec(7, to: .vfs), .sendrec(8, to: .pm),
      ]
    ) { $0.programs[0].isSystem = true }
    #expect(result.processes.map(\.end) == [.exit(status: 0)])
    #expect(result.memory?.leakedPages == 0)
    // Too early; the text's bytes; the next page.
    let refused = UInt32(bitPattern: ResultCode.eperm.rawValue)
    #expect(words == [refused, 0x9090_9090, refused])
  }

  /// A guest in RS's place: a ping, and a call that it gives itself.
  @Test func aGuestAsRS() throws {
    func trap(_ call: IPCCall, _ peer: Endpoint, _ message: Int) -> FramedTrap {
      var trap = FramedTrap.sendrec(message, to: peer)
      trap.frame.ecx = call.rawValue
      return trap
    }
    var set = Message()
    set[word: 0] = 1 << UInt32(VMCallNumber.rsSetPrivilege.rawValue - 32)
    let result = try run(
      [
        [
          Message(), .write(1, 8, at: TinyProgram.address(0)),
          Self.call(.rsSetPrivilege) { message in
            message[endpoint: 8] = .rs
            message[word: 20] = TinyProgram.address(3) - 4
          },
          set, Self.info(1, at: Self.bss), .write(1, 4, at: TinyProgram.address(4) + 4),
        ], [.exit(0)],
      ],
      [
        trap(.notify, .vm, 0), trap(.receive, .any, 0), .sendrec(1, to: .vfs),
        .sendrec(2, to: .vm), .sendrec(4, to: .vm), .sendrec(5, to: .vfs),
        trap(.receive, .any, 0), .sendrec(0, to: .pm),
      ]
    ) { $0.programs[0].server = .rs }
    #expect(result.processes.map(\.end) == [nil, .exit(status: 0)])
    // From VM, a notification; and the call that it has taken from itself.
    #expect(words == [8, 0x100C, UInt32(bitPattern: ResultCode.enosys.rawValue)])
  }
}
