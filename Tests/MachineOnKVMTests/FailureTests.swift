import I386
import Machine
import Stub
import Testing

/// What must never happen: each ends in a typed error with the registers, never in a hang.
@MainActor @Suite struct FailureTests {
  /// The error of a run.
  private func failure(of process: GuestProcess) throws -> ProcessorError {
    do {
      var trap = try process.run()
      // The clock may come before anything else.
      while trap.frame.vector == UInt32(STUB_VECTOR_PREEMPT) { trap = try process.run() }
      Issue.record("vector \(trap.frame.vector) instead of a failure")
      return .scriptEnded
    } catch let error as ProcessorError {
      return error
    }
  }

  /// CR3 leads to a directory without the stub: its next instruction, the page fault's handler and
  /// the double fault's are all out of reach.
  @Test func aTripleFaultIsReported() throws {
    let bench = try Bench()
    let process = GuestProcess([0xCD, 33], on: bench)
    #expect(try process.run().frame.vector == 33)
    let empty = AddressSpace(on: bench)
    bench.memory.fill(empty.directory, byteCount: 4096, with: 0)
    process.frame.eax = 0xCAFE
    let victim = GuestProcess(process, movedTo: empty)
    let error = try failure(of: victim)
    guard case .tripleFault(let frame) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(frame.eax == 0xCAFE)
    #expect(frame.eip == 0x0040_0002)
    #expect(error.description.hasPrefix("the guest shut down by a triple fault"))
    #expect(error.description.contains("EAX=0000cafe"))
    #expect(bench.processor.exits.other == 1)
    #expect(bench.processor.exits.total == 2)
  }

  /// A page that no memory lies behind: KVM would ask us to play a device.
  @Test(arguments: [true, false])
  func aHoleInGuestMemoryIsReported(isWrite: Bool) throws {
    let bench = try Bench(ramByteCount: 1 << 20)
    let process = GuestProcess.accessor(in: AddressSpace(on: bench))
    process.space.map(LinearAddress(0x1000_0000), to: PhysicalAddress(0x8000_0000))
    process.frame.ebx = 0x1000_0010
    process.frame.eip = GuestProcess.codeStart.rawValue + (isWrite ? 4 : 0)
    let error = try failure(of: process)
    guard case .unexpectedExit(let reason, let frame) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(
      reason
        == (isWrite
          ? "KVM_EXIT_MMIO: write of 4 bytes, 0x0, at 0x80000010"
          : "KVM_EXIT_MMIO: read of 4 bytes at 0x80000010"))
    #expect(frame.ebx == 0x1000_0010)
    #expect(error.description.hasPrefix("KVM left the guest for an unexpected reason (\(reason))"))
  }

  /// The stub's own tables are broken: the user's data descriptor is gone when it is loaded.
  @Test func aFaultInTheStubIsReported() throws {
    let bench = try Bench()
    let a = GuestProcess([0xCD, 33, 0xCD, 33], on: bench)
    _ = try a.run()
    let descriptor = PhysicalAddress(UInt32(STUB_GDT) + UInt32(STUB_USER_DATA & ~3))
    bench.memory.store(UInt64(0), at: descriptor)
    let error = try failure(of: a)
    guard case .stubFault(let fault) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(fault.vector == 13)
    #expect(fault.errorCode == UInt32(STUB_USER_DATA & ~3))
    #expect(fault.cs == UInt32(STUB_KERNEL_CODE))
    #expect(fault.eip >= UInt32(STUB_CODE) && fault.eip < UInt32(STUB_CODE + 4096))
    #expect(error.description.hasPrefix("the stub trapped in ring 0: vector 13, error code 32, "))
  }

  /// The stub's stack is gone: the fault on the way into it is a double fault, then a triple one.
  @Test func aLostStackIsReported() throws {
    let bench = try Bench()
    let process = GuestProcess([0xCD, 33], on: bench)
    // esp0 of the TSS, in a page that no directory maps.
    bench.memory.storeWord(0xFFFF_0000, at: PhysicalAddress(UInt32(STUB_TSS) + 4))
    let error = try failure(of: process)
    guard case .tripleFault(let frame) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(frame.eip == GuestProcess.codeStart.rawValue)
  }

  /// The stub's way for IPC is overwritten by `jmp .`, with interrupts off.
  @Test func aStubThatNeverComesBackIsReported() throws {
    let bench = try Bench(hertz: 500)
    let process = GuestProcess([0xCD, 33], on: bench)
    let handler = PhysicalAddress(UInt32(STUB_CODE) + 33 * UInt32(STUB_VECTOR_STRIDE))
    bench.memory.store(UInt16(0xFEEB), at: handler)
    process.frame.eax = 0xCAFE
    let error = try failure(of: process)
    guard case .stuckInRing0(let kicks, let frame) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(kicks == 300)
    #expect(frame.eax == 0xCAFE)
    #expect(error.description.hasPrefix("the guest's ring 0 has not come back for 300 clock ticks"))
  }
}
