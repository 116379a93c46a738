import I386
import Machine
import Testing

/// What ring 3 can raise: vector, error code and EIP of each, and nothing else changed.
@MainActor @Suite struct TrapTableTests {
  private static let bench = Result { try Bench() }

  @Test(arguments: TrapCases.all)
  func raises(_ attempt: TrapCase) throws {
    let process = GuestProcess(attempt.code, on: try Self.bench.get())
    attempt.prepare(&process.frame)
    let before = process.frame
    let trap = try process.run()
    #expect(trap.frame.vector == UInt32(attempt.vector))
    #expect(trap.frame.errorCode == attempt.errorCode)
    #expect(trap.frame.eip == GuestProcess.codeStart.rawValue + attempt.length)
    #expect(trap.frame.cs & 0xFFFF == 0x1B)
    #expect(trap.frame.ss & 0xFFFF == 0x23)
    #expect(trap.frame.eax == before.eax)
    #expect(trap.frame.edx == before.edx)
    #expect(try isAlive())
  }

  /// The next process runs as if nothing had been.
  private func isAlive() throws -> Bool {
    try GuestProcess([0xCD, 33], on: Self.bench.get()).run().vector == Vector(33)
  }

  @Test(
    arguments: [
      ("cpuid", [0x0F, 0xA2]), ("rdtsc", [0x0F, 0x31]), ("rdrand", [0x0F, 0xC7, 0xF0]),
      ("fld1", [0xD9, 0xE8]), ("addps", [0x0F, 0x58, 0xC1]), ("fwait", [0x9B]),
    ] as [(String, [UInt8])])
  func runs(_ name: String, _ code: [UInt8]) throws {
    let trap = try GuestProcess(code + [0xCD, 33], on: Self.bench.get()).run()
    #expect(trap.frame.vector == 33)
    #expect(trap.frame.eip == GuestProcess.codeStart.rawValue + UInt32(code.count) + 2)
  }

  @Test func aTrapUnderTFKeepsItInTheFrame() throws {
    let process = GuestProcess([0xCD, 33, 0x90], on: try Self.bench.get())
    process.frame.eflags |= 0x100
    let trap = try process.run()
    #expect(trap.frame.vector == 33)
    #expect(trap.frame.eflags & 0x100 != 0)
    #expect(try process.run().vector == Vector(1), "and the step goes on after the trap")
  }

  /// KVM answers a hypercall itself where the CPU lets it through from ring 3; elsewhere the
  /// process gets an exception. Either way it learns nothing and the stub is not disturbed.
  @Test(
    arguments: [
      ("vmcall", [0x0F, 0x01, 0xC1]), ("vmmcall", [0x0F, 0x01, 0xD9]),
      ("vmrun", [0x0F, 0x01, 0xD8]),
    ] as [(String, [UInt8])])
  func hypercallsAreRefused(_ name: String, _ code: [UInt8]) throws {
    let process = GuestProcess(code + [0xCD, 33], on: try Self.bench.get())
    let trap = try process.run()
    switch trap.frame.vector {
    case 6, 13: #expect(trap.frame.eip == GuestProcess.codeStart.rawValue)
    default:
      #expect(trap.frame.vector == 33)
      #expect(Int32(bitPattern: trap.frame.eax) < 0)
    }
    #expect(try isAlive())
  }

  /// CPUs ignore a VM flag that ring 3 pops; the lab's obeys it. Then the process is lost, and the
  /// trap says so; the machine goes on.
  @Test func virtual8086ModeIsReported() throws {
    // push $0 four times (gs, fs, ds, es); push $0x23 (ss); push $0x1000 (esp);
    // push $0x20202 (eflags); push $0x1B (cs); push $codeStart + 30 (eip); iret
    let code: [UInt8] = [
      0x6A, 0, 0x6A, 0, 0x6A, 0, 0x6A, 0, 0x6A, 0x23, 0x68, 0, 0x10, 0, 0,
      0x68, 0x02, 0x02, 0x02, 0, 0x6A, 0x1B, 0x68, 30, 0, 0x40, 0, 0xCF,
    ]
    let padded = code + [UInt8](repeating: 0x90, count: 30 - code.count) + [0xCD, 33]
    let trap = try GuestProcess(padded, on: Self.bench.get()).run()
    #expect(trap.isVirtual8086 == (trap.frame.eflags & Eflags.virtual8086 != 0))
    if !trap.isVirtual8086 { #expect(trap.frame.vector == 33) }
    #expect(try isAlive())
  }
}
