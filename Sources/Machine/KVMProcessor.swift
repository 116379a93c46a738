import Glibc
import I386
public import KVM
import Stub

/// Ring 3 on a KVM vCPU, behind the stub.
///
/// A trap is exactly one exit, and its registers are read from the page shared with the stub: no
/// further request to KVM. Time comes as a signal that makes KVM_RUN return; the preemption vector
/// is then injected, so that a preempted process leaves an ordinary trap frame.
public struct KVMProcessor: Processor, ~Copyable {
  let tables: PageTables
  let memory: GuestMemory
  private(set) var vcpu: VCPU
  private let machine: VirtualMachine
  private var ticksDue: UInt32 = 0
  /// Timer kicks since the last trap.
  private var kicksInARow: UInt32 = 0
  /// The rate of a clock that has yet to be started.
  private var waitingClock: UInt32
  /// How long a tick is; 0 without a clock.
  private let tickMicroseconds: UInt32
  public private(set) var exits = ExitCounts()

  /// Makes the virtual machine around guest memory. Its clock starts with the first run, for the
  /// thread that makes it: what takes its time before costs no process a tick.
  ///
  /// - Parameters:
  ///   - system: the open KVM device.
  ///   - tables: the page tables, whose memory becomes the guest's.
  ///   - hertz: clock ticks a second; 0 for none.
  public init(system: borrowing System, tables: PageTables, hertz: UInt32) throws(ProcessorError) {
    self.tables = tables
    memory = tables.memory
    waitingClock = hertz
    tickMicroseconds = hertz == 0 ? 0 : 1_000_000 / hertz
    StubImage.install(in: memory)
    do {
      try system.checkRequirements()
      let machine = try VirtualMachine.guest(of: system, around: memory)
      vcpu = try VCPU.guest(in: machine, of: system)
      self.machine = machine
    } catch {
      throw .kvm(error)
    }
    memory.liveFPU = vcpu.fxsaveSource
  }

  deinit {
    memory.liveFPU = nil
    memory.loadedFPUArea = nil
  }

  public mutating func run(_ resume: Resume) throws(ProcessorError) -> Trap {
    let registers = resume.registers
    if waitingClock > 0 { try startClock() }
    registers.frame.sanitizeForUser()
    memory.store(registers.frame, at: PhysicalAddress(UInt32(STUB_FRAME)))
    var block = stub_resume()
    if memory.loadedFPUArea != resume.fpuArea || resume.hasFreshFPU { switchFPU(resume, &block) }
    if resume.directory != tables.loadedDirectory || !tables.edits.isEmpty {
      try handOverEdits(resume, &block)
    }
    memory.store(block, at: PhysicalAddress(UInt32(STUB_RESUME)))
    let exit = try enter()
    guard case .output(UInt16(STUB_PORT), 4, UInt32(STUB_FRAME)) = exit else {
      return try trap(after: exit, registers)
    }
    return takeTrap(UInt32(STUB_FRAME), registers)
  }

  /// Deals with exits until ring 3 has trapped.
  @inline(never)
  private mutating func trap(
    after first: VCPU.Exit, _ registers: RegisterFile
  ) throws(ProcessorError) -> Trap {
    var exit = first
    while true {
      if case .output(UInt16(STUB_PORT), 4, let address) = exit {
        return takeTrap(try placeOfFrame(address, registers), registers)
      }
      try attend(to: exit, registers)
      exit = try enter()
    }
  }
}

extension KVMProcessor {
  /// The clock's own signal ends the sleep, as Ctrl-C does; and a tick that came just before it is
  /// noticed a tick later.
  public mutating func waitForTick() -> UInt32? {
    guard tickMicroseconds > 0 else { return nil }
    if waitingClock > 0, (try? startClock()) == nil { return nil }
    var ticks = ticksDue &+ vcpu.takeTicks()
    ticksDue = 0
    if ticks == 0 {
      usleep(tickMicroseconds)
      ticks = vcpu.takeTicks()
    }
    return ticks
  }
}

// MARK: - Into the guest

extension KVMProcessor {
  /// x87 and SSE state changes place only when the process does: a trap that returns to the same
  /// process costs nothing, a switch one fxsave and one fxrstor, and no process pays a #NM.
  @inline(never)
  private mutating func switchFPU(_ resume: Resume, _ block: inout stub_resume) {
    let isLoaded = memory.loadedFPUArea == resume.fpuArea
    if resume.hasFreshFPU { StubImage.resetFPUArea(resume.fpuArea, in: memory) }
    if let loaded = memory.loadedFPUArea, !isLoaded {
      block.fpu_save = StubImage.address(of: loaded).rawValue
    }
    block.fpu_restore = StubImage.address(of: resume.fpuArea).rawValue
    memory.loadedFPUArea = resume.fpuArea
  }

  /// Gives the stub the edits and decides whether CR3 is loaded: when it changes, when somebody
  /// asked for it, and when it is cheaper than invalidating page by page.
  @inline(never)
  private mutating func handOverEdits(
    _ resume: Resume, _ block: inout stub_resume
  ) throws(ProcessorError) {
    let loadsDirectory =
      resume.directory != tables.loadedDirectory || tables.edits.requiresDirectoryReload
      || tables.edits.invalidatedPageCount > PageTableEdits.invalidationLimit
    if loadsDirectory {
      block.cr3 = resume.directory.rawValue
      tables.loadedDirectory = resume.directory
    }
    let count = tables.edits.list.count
    var position = 0
    while count - position > PageTableEdits.capacity {
      let part = position..<position + PageTableEdits.capacity
      try carryOut(part, invalidating: !loadsDirectory, resume.registers)
      position += PageTableEdits.capacity
    }
    write(position..<count, invalidating: !loadsDirectory)
    block.edit_count = UInt32(count - position)
    tables.edits.removeAll()
  }

  private func write(_ part: Range<Int>, invalidating: Bool) {
    var address = PhysicalAddress(UInt32(STUB_EDITS))
    for index in part {
      let edit = tables.edits.list[index]
      let linear = invalidating ? edit.linear.rawValue : 0
      memory.store(
        stub_edit(entry: edit.entry.rawValue, count: edit.count, linear: linear), at: address)
      address = address + UInt32(STUB_EDIT_BYTES)
    }
  }

  /// Has the stub carry out a full list and come back without running the process.
  private mutating func carryOut(
    _ part: Range<Int>, invalidating: Bool, _ registers: RegisterFile
  ) throws(ProcessorError) {
    write(part, invalidating: invalidating)
    var block = stub_resume()
    block.edit_count = UInt32(part.count)
    block.flags = UInt32(STUB_RESUME_FLUSH)
    memory.store(block, at: PhysicalAddress(UInt32(STUB_RESUME)))
    while true {
      let exit = try enter()
      if case .output(UInt16(STUB_PORT), 4, UInt32(STUB_EDITS_DONE)) = exit { break }
      try attend(to: exit, registers)
    }
    exits.editFlush &+= 1
  }

  @inline(never)
  private mutating func startClock() throws(ProcessorError) {
    do {
      try vcpu.startTicking(hertz: waitingClock)
    } catch {
      throw .kvm(error)
    }
    waitingClock = 0
  }

  /// Mutating, or the compiler would lend it a copy of the whole processor.
  @inline(__always)
  private mutating func enter() throws(ProcessorError) -> VCPU.Exit {
    do {
      return try vcpu.run()
    } catch {
      throw .kvm(error)
    }
  }
}

// MARK: - Out of the guest

extension KVMProcessor {
  /// Deals with an exit that is not the stub's.
  ///
  /// - Parameter registers: those that the guest was last resumed with, for the report when it shuts down.
  private mutating func attend(
    to exit: VCPU.Exit, _ registers: RegisterFile
  ) throws(ProcessorError) {
    switch exit {
    case .interrupted:
      // The shared page still belongs to the stub: the guest goes on where it stood.
      exits.timerKick &+= 1
      ticksDue &+= vcpu.takeTicks()
      kicksInARow &+= 1
      guard kicksInARow < Self.kickLimit else {
        throw .stuckInRing0(kicks: kicksInARow, lastFrame: registers.frame)
      }
      try preempt()
    case .interruptWindowOpen:
      exits.timerKick &+= 1
      try preempt()
    case .shutdown:
      exits.other &+= 1
      throw .tripleFault(lastFrame: registers.frame)
    default:
      exits.other &+= 1
      throw .unexpectedExit(exit.description, lastFrame: registers.frame)
    }
  }

  /// After so many kicks without a trap the guest is lost. Ring 3 traps at the next one, and the stub
  /// takes microseconds; a VM in ring 3 that has overwritten it may never come back.
  static var kickLimit: UInt32 { 300 }

  /// Injects the preemption vector if ring 3 can take it now; else asks to be told when it can. An
  /// injection without that test lands in the stub.
  private func preempt() throws(ProcessorError) {
    guard vcpu.isReadyForInterrupt else {
      vcpu.requestsInterruptWindow = true
      return
    }
    vcpu.requestsInterruptWindow = false
    do {
      try vcpu.interrupt(vector: UInt8(STUB_VECTOR_PREEMPT))
    } catch {
      throw .kvm(error)
    }
  }

  /// - Parameter place: where its frame is.
  @inline(__always)
  private mutating func takeTrap(_ place: UInt32, _ registers: RegisterFile) -> Trap {
    // A tick that comes due at a trap needs no injection any more.
    let ticks = ticksDue &+ vcpu.takeTicks()
    ticksDue = 0
    kicksInARow = 0
    vcpu.requestsInterruptWindow = false
    registers.frame = memory.load(TrapFrame.self, at: PhysicalAddress(place)) ?? TrapFrame()
    registers.frame.eflags &= ~Eflags.resume
    exits.count(Vector(UInt8(truncatingIfNeeded: registers.frame.vector)))
    return Trap(ticks: ticks, isVirtual8086: place != UInt32(STUB_FRAME))
  }

  /// Where the frame of a trap is. One that does not end at the stack's top: in virtual-8086 mode the CPU
  /// pushes four data segments more; from ring 0 it pushes no stack pointer, and the run is over.
  private mutating func placeOfFrame(
    _ address: UInt32, _ registers: RegisterFile
  ) throws(ProcessorError) -> UInt32 {
    if address == UInt32(STUB_FRAME) { return address }
    let inStub = address >= UInt32(STUB_RESUME) && address < UInt32(STUB_STACK_TOP)
    let frame = inStub ? memory.load(TrapFrame.self, at: PhysicalAddress(address)) : nil
    guard let frame else {
      exits.other &+= 1
      throw .unexpectedExit(
        "the stub's exit with a frame at \(hexadecimal(address))",
        lastFrame: registers.frame)
    }
    if address == UInt32(STUB_FRAME) - 16, frame.eflags & Eflags.virtual8086 != 0 {
      return address
    }
    exits.other &+= 1
    throw .stubFault(
      StubFault(
        vector: frame.vector, errorCode: frame.errorCode, cr2: frame.cr2, eip: frame.eip,
        cs: frame.cs & 0xFFFF, eflags: frame.eflags))
  }
}

extension ExitCounts {
  /// Counts one of the stub's exits.
  @inline(__always)
  mutating func count(_ vector: Vector) {
    if vector == .pageFault {
      pageFault &+= 1
    } else {
      countOther(vector)
    }
  }

  private mutating func countOther(_ vector: Vector) {
    switch Int32(vector.rawValue) {
    case STUB_VECTOR_IPC: ipc &+= 1
    case STUB_VECTOR_KERNEL_CALL: kernelCall &+= 1
    case STUB_VECTOR_PREEMPT: preemption &+= 1
    case 0..<32: exception &+= 1
    default: other &+= 1
    }
  }
}
