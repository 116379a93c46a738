import I386
import Machine
import Testing

/// The simplest path: one address space made by hand, one trap, exact registers, one exit.
@MainActor @Suite struct TrapTests {
  @Test func anInterruptTrapsWithEveryRegister() throws {
    let bench = try Bench()
    let process = GuestProcess([0xCD, 33], on: bench)
    process.frame.eax = 0x1111_1111
    process.frame.ebx = 0x2222_2222
    process.frame.ecx = 0x3333_3333
    process.frame.edx = 0x4444_4444
    process.frame.esi = 0x5555_5555
    process.frame.edi = 0x6666_6666
    process.frame.ebp = 0x7777_7777
    let trap = try process.run()
    #expect(trap.frame.vector == 33)
    #expect(trap.frame.errorCode == 0)
    #expect(trap.frame.eip == 0x0040_0002)
    #expect(trap.frame.eax == 0x1111_1111)
    #expect(trap.frame.ebx == 0x2222_2222)
    #expect(trap.frame.ecx == 0x3333_3333)
    #expect(trap.frame.edx == 0x4444_4444)
    #expect(trap.frame.esi == 0x5555_5555)
    #expect(trap.frame.edi == 0x6666_6666)
    #expect(trap.frame.ebp == 0x7777_7777)
    #expect(trap.frame.esp == 0x7000_0000)
    #expect(trap.ticks == 0)
    #expect(!trap.isVirtual8086)
  }

  @Test func everyTrapIsExactlyOneExit() throws {
    let bench = try Bench()
    let loop: [UInt8] = [0xCD, 33, 0xCD, 32, 0x0F, 0x0B]  // int $33; int $32; ud2
    let process = GuestProcess(loop, on: bench)
    for round in 0..<1000 {
      process.frame.eip = GuestProcess.codeStart.rawValue
      #expect(try process.run().vector == Vector(33), "round \(round)")
      #expect(try process.run().vector == Vector(32), "round \(round)")
      #expect(try process.run().vector == Vector(6), "round \(round)")
      process.frame.eip = 0
      #expect(try process.run().vector == .pageFault, "round \(round)")
    }
    var expected = ExitCounts()
    expected.ipc = 1000
    expected.kernelCall = 1000
    expected.exception = 1000
    expected.pageFault = 1000
    #expect(bench.processor.exits == expected)
    #expect(bench.processor.exits.total == 4000)
  }
}
