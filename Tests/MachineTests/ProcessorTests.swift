import I386
import KVM
import Machine
import Testing

/// The seam's other side: scripted traps, the watchdog, and what errors say.
@Suite struct ProcessorTests {
  private func trap(_ vector: UInt32, eax: UInt32 = 0, ticks: UInt32 = 0) -> FramedTrap {
    var frame = TrapFrame()
    frame.vector = vector
    frame.eax = eax
    return FramedTrap(frame: frame, ticks: ticks)
  }

  /// Plays the next trap of a process whose EAX is given.
  private func run(
    _ processor: inout ScriptedProcessor, eax: UInt32
  ) throws(ProcessorError) -> FramedTrap {
    let registers = OwnRegisters()
    registers.file.frame.eax = eax
    let trap = try processor.run(
      Resume(
        registers: registers.file, directory: GuestMemory.arenaStart,
        fpuArea: FPUArea(rawValue: 0)))
    return FramedTrap(frame: registers.file.frame, trap)
  }

  @Test func aScriptIsPlayedInOrder() throws {
    var processor = ScriptedProcessor([trap(33, eax: 1), trap(14, eax: 2, ticks: 3)])
    processor.append(trap(0x50, eax: 3))
    var played: [FramedTrap] = []
    for eax in 10..<13 as Range<UInt32> { played.append(try run(&processor, eax: eax)) }
    #expect(played.map(\.frame.eax) == [1, 2, 3])
    #expect(played.map(\.ticks) == [0, 3, 0])
    #expect(played.map(\.vector) == [Vector(33), .pageFault, Vector(0x50)])
    #expect(processor.resumes.map(\.frame.eax) == [10, 11, 12])
    do {
      _ = try run(&processor, eax: 13)
      Issue.record("a trap after the last")
    } catch {
      #expect(error.description == ProcessorError.scriptEnded.description)
      #expect(processor.resumes.count == 4)
    }
  }

  @Test func everyTrapIsCountedUnderItsCause() throws {
    let vectors: [UInt32] = [14, 14, 0, 31, 13, 33, 33, 33, 33, 32, 0x50, 0x50]
    var processor = ScriptedProcessor(vectors.map { trap($0) })
    for _ in vectors { _ = try run(&processor, eax: 0) }
    let counts = Dictionary(
      uniqueKeysWithValues: processor.exits.byCause.map { ($0.name, $0.count) })
    #expect(
      counts == [
        "pageFault": 2, "exception": 3, "ipc": 4, "kernelCall": 1, "preemption": 2,
        "timerKick": 0, "editFlush": 0, "other": 0,
      ])
    #expect(processor.exits.total == 12)
  }

  private func fault(eip: UInt32 = 1, cr2: UInt32 = 2, errorCode: UInt32 = 4) -> TrapFrame {
    var frame = TrapFrame()
    frame.vector = 14
    frame.eip = eip
    frame.cr2 = cr2
    frame.errorCode = errorCode
    return frame
  }

  /// What the watchdog says to so many identical faults in a row.
  private func answers(_ watchdog: inout FaultWatchdog, to count: Int) -> [Bool] {
    var answers: [Bool] = []
    for _ in 0..<count { answers.append(watchdog.observe(fault())) }
    return answers
  }

  @Test func theWatchdogBitesAtItsLimit() {
    let limit = Int(FaultWatchdog.limit)
    var watchdog = FaultWatchdog()
    let quiet = answers(&watchdog, to: limit - 1)
    #expect(!quiet.contains(true))
    #expect(watchdog.repeats == limit - 1)
    let bites = answers(&watchdog, to: 2)
    #expect(bites == [true, true])
  }

  @Test func anotherFaultIsProgress() {
    let others = [fault(eip: 9), fault(cr2: 9), fault(errorCode: 6)]
    for other in others {
      var watchdog = FaultWatchdog()
      for _ in 0..<1000 {
        let bites = [watchdog.observe(fault()), watchdog.observe(other)]
        #expect(bites == [false, false])
      }
    }
  }

  @Test func anotherTrapIsProgress() {
    let limit = Int(FaultWatchdog.limit)
    var watchdog = FaultWatchdog()
    _ = answers(&watchdog, to: limit - 1)
    watchdog.reset()
    #expect(watchdog.repeats == 0)
    let again = answers(&watchdog, to: limit)
    #expect(again.firstIndex(of: true) == limit - 1)
  }

  /// A frame of all zeros is what a fresh watchdog remembers; it has not seen one yet.
  @Test func theFirstFaultIsOne() {
    var watchdog = FaultWatchdog()
    _ = watchdog.observe(TrapFrame())
    #expect(watchdog.repeats == 1)
  }

  private static let dump = """
    EAX=00000001 EBX=00000002 ECX=00000003 EDX=00000004
    ESI=00000005 EDI=00000006 EBP=00000007 ESP=80000000
    EIP=00400002 EFLAGS=00000202 CR2=deadbeef vector=14 error=00000007
    CS=0000001b SS=00000023 DS=00000023 ES=00000023 FS=00000000 GS=00000023
    """

  private func dumped() -> TrapFrame {
    var frame = TrapFrame(
      entry: LinearAddress(0x0040_0002), stackPointer: LinearAddress(0x8000_0000))
    frame.eax = 1
    frame.ebx = 2
    frame.ecx = 3
    frame.edx = 4
    frame.esi = 5
    frame.edi = 6
    frame.ebp = 7
    frame.cr2 = 0xDEAD_BEEF
    frame.vector = 14
    frame.errorCode = 7
    frame.fs = 0
    return frame
  }

  @Test func framesAreDumpedInFourLines() {
    #expect(dumped().dump == Self.dump)
  }

  @Test func errorsSayWhatHappened() {
    let kvm = KVMError(request: .run, errno: 14)
    #expect(ProcessorError.kvm(kvm).description == kvm.description)
    #expect(
      ProcessorError.tripleFault(lastFrame: dumped()).description
        == "the guest shut down by a triple fault; it was last resumed with\n" + Self.dump)
    let stub = StubFault(
      vector: 13, errorCode: 32, cr2: 0, eip: 0xF000_0300, cs: 8, eflags: 2)
    #expect(
      ProcessorError.stubFault(stub).description
        == "the stub trapped in ring 0: vector 13, error code 32, CR2 00000000, EIP f0000300, "
        + "CS 00000008, EFLAGS 00000002")
    #expect(
      ProcessorError.unexpectedExit("KVM_EXIT_HLT", lastFrame: dumped()).description
        == "KVM left the guest for an unexpected reason (KVM_EXIT_HLT); it was last resumed with\n"
        + Self.dump)
    #expect(
      ProcessorError.noProgress(dumped(), repeats: 64).description
        == "the same page fault came 64 times although it was resolved each time\n" + Self.dump)
    #expect(ProcessorError.scriptEnded.description == "the script of traps is at its end")
  }
}
