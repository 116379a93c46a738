extension RestartModel {
  /// What goes to ring 1 by a gate: an interrupt, an exception, a call.
  mutating func deliver(_ instruction: RestartInstruction) {
    let next = registers.eip &+ UInt32(code.bytes.count)
    if instruction == .boundRange {
      // The bounds, which are there.
      touch(registers.edi, 2 * size, .read)
    }
    guard let vector = instruction.vector else {
      touch(RestartSelector.descriptor(RestartSelector.callGate), 8, .read, isSystem: true)
      enterRing1(returningTo: next, withFlags: false)
      return
    }
    let (gates, _) = RestartDescriptors.register(true, of: shape)
    touch(gates &+ vector * 8, 8, .read, isSystem: true)
    // Faults begin the instruction anew, traps and interrupts go on behind it.
    let isTrap =
      instruction == .softwareInterrupt || instruction == .breakpoint || instruction == .overflow
    enterRing1(returningTo: isTrap ? next : code.start, withFlags: true)
    // RF of the flags on the stack: processors differ, and hypervisors that play the delivery.
    openMemory.append(registers.esp &+ 10)
    if let error = instruction.errorCode {
      push(instruction == .pageFault ? pageFaultError : error, isSystem: true)
    }
    if instruction == .pageFault { becomeDoubleFaultIfInterrupted() }
  }

  /// Of a read where nothing is.
  private var pageFaultError: UInt32 { shape.ring == 3 ? 4 : 0 }

  private mutating func enterRing1(returningTo eip: UInt32, withFlags: Bool) {
    let old = registers
    if old.cs & 3 == 3 {
      touch(RestartRegion.taskState.boundary, 6, .read, isSystem: true)
      registers.esp = shape.ring1Stack
      pushSelector(old.ss, isSystem: true)
      push(old.esp, isSystem: true)
      registers.ss = RestartSelector.ring1Data
    }
    if withFlags { push(old.eflags, isSystem: true) }
    pushSelector(old.cs, isSystem: true)
    push(eip, isSystem: true)
    registers.cs = RestartSelector.ring1Code
    registers.eip = code.landing
  }

  /// A page fault while a page fault is delivered: the double fault's gate goes to ring 0, whose stack
  /// is there.
  private mutating func becomeDoubleFaultIfInterrupted() {
    let lacks = (0..<4 as Range<UInt32>).contains { shape.lack($0) != .nothing }
    if lacks {
      endStep()
      raise(8, isAbort: true)
    }
  }
}
