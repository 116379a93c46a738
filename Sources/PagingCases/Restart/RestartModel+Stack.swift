extension RestartModel {
  mutating func push(_ value: UInt32, _ byteCount: UInt32 = 4, isSystem: Bool = false) {
    touch(registers.esp &- byteCount, byteCount, .write, isSystem: isSystem)
    registers.esp &-= byteCount
    poke(value, registers.esp, byteCount)
  }

  /// A selector on a slot of four bytes, of which the upper two may hold anything.
  mutating func pushSelector(_ selector: UInt32, isSystem: Bool = false) {
    push(selector, isSystem: isSystem)
    openMemory += [registers.esp &+ 2, registers.esp &+ 3]
  }

  mutating func pop(_ byteCount: UInt32 = 4) -> UInt32 {
    let value = read(registers.esp, byteCount)
    registers.esp &+= byteCount
    return value
  }

  mutating func executeOnStack(_ instruction: RestartInstruction) {
    switch instruction {
    case .push: push(registers.eax, size)
    case .pushImmediate: push(Self.immediate, size)
    case .pushSegment: push(registers.fs, 2)
    case .pushFlags: push(registers.eflags, size)
    case .pushAll: pushAll()
    case .pushMemory: push(operand(), size)
    case .enter: enter(level: 0, allocation: 0)
    case .enterNested: enter(level: 2, allocation: 0)
    case .enterAllocating: enter(level: 0, allocation: Self.allocation)
    case .callRelative, .callRegister:
      push(registers.eip)
      registers.eip = code.landing
    case .callMemory:
      let target = operand()
      push(registers.eip)
      registers.eip = target
    case .callFar, .callFarMemory:
      if instruction == .callFarMemory { touch(registers.edi, 6, .read) }
      pushSelector(registers.cs)
      push(registers.eip)
      registers.eip = code.landing
    case .pop: registers.ecx = merged(registers.ecx, pop(size))
    case .popFlags: loadFlags(pop(size))
    case .popAll: popAll()
    case .popMemory: write(pop(size), registers.edi, size)
    case .popSegment: registers.fs = loadData(pop(2))
    case .leave:
      registers.esp = registers.ebp
      registers.ebp = pop()
    case .returnNear: registers.eip = pop()
    case .returnAndRelease:
      registers.eip = pop()
      registers.esp &+= 8
    case .returnFar, .returnToOuter: returnFar()
    case .interruptReturn, .interruptReturnToOuter: interruptReturn()
    default: executeTransfer(instruction)
    }
  }

  private mutating func pushAll() {
    let esp = registers.esp
    for value in [
      registers.eax, registers.ecx, registers.edx, registers.ebx, esp, registers.ebp,
      registers.esi, registers.edi,
    ] {
      push(value, size)
    }
  }

  private mutating func popAll() {
    for index in [7, 6, 5, 4, 3, 2, 1, 0] {
      let value = pop(size)
      // What stands there for ESP is left out.
      if index != 4 { registers[index] = merged(registers[index], value) }
    }
  }

  private mutating func enter(level: UInt32, allocation: UInt32) {
    var frame = registers.ebp
    push(frame)
    let start = registers.esp
    if level > 0 {
      for _ in 1..<level {
        frame &-= 4
        push(read(frame, 4))
      }
      push(start)
    }
    registers.ebp = start
    registers.esp &-= allocation
    if allocation > 0 { touch(registers.esp, 4, .probe) }
  }

  /// Neither IF nor IOPL: no ring but 0 may change them.
  private mutating func loadFlags(_ image: UInt32) {
    let changed: UInt32 = 0x0000_4DD5
    registers.eflags = registers.eflags & ~changed | image & changed
  }

  private mutating func returnFar() {
    let target = pop()
    loadCode(pop())
    registers.eip = target
    if shape.instruction == .returnToOuter { returnToOuterStack() }
  }

  private mutating func interruptReturn() {
    let target = pop()
    let selector = pop()
    let flags = pop()
    loadCode(selector)
    registers.eip = target
    loadFlags(flags)
    if shape.instruction == .interruptReturnToOuter { returnToOuterStack() }
  }

  /// These are popped while the inner ring's rights still count.
  private mutating func returnToOuterStack() {
    touch(registers.esp, 8, .read, isSystem: true)
    registers.ss = peek(registers.esp &+ 4, 4)
    registers.esp = peek(registers.esp, 4)
  }
}
