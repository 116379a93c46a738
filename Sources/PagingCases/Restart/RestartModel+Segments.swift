extension RestartModel {
  /// Reads a descriptor, as the processor does by itself; one that is loaded is marked as accessed.
  private mutating func descriptor(_ selector: UInt32, isLoaded: Bool) {
    let place = RestartSelector.descriptor(selector)
    let type = peek(place &+ 5, 1)
    let marks = isLoaded && type & 1 == 0
    touch(place, 8, marks ? .readAndWrite : .read, isSystem: true)
    if marks { poke(type | 1, place &+ 5, 1) }
  }

  /// A data segment's selector, loaded.
  mutating func loadData(_ selector: UInt32) -> UInt32 {
    descriptor(selector, isLoaded: true)
    return selector
  }

  mutating func loadCode(_ selector: UInt32) {
    descriptor(selector, isLoaded: true)
    registers.cs = selector
  }

  mutating func executeTransfer(_ instruction: RestartInstruction) {
    switch instruction {
    case .jumpMemory: registers.eip = read(registers.edi, 4)
    case .jumpFarMemory:
      touch(registers.edi, 6, .read)
      loadCode(peek(registers.edi &+ 4, 2))
      registers.eip = peek(registers.edi, 4)
    case .loadDS: registers.ds = loadData(registers.eax)
    case .loadES: registers.es = loadData(registers.eax)
    case .loadFS: registers.fs = loadData(registers.eax)
    case .loadGS: registers.gs = loadData(registers.eax)
    case .loadSS: registers.ss = loadData(registers.eax)
    case .loadSegmentFromMemory: registers.fs = loadData(read(registers.edi, 2))
    case .loadFarDS, .loadFarES, .loadFarSS, .loadFarFS, .loadFarGS: loadFar(instruction)
    case .loadAccessRights:
      descriptor(registers.eax, isLoaded: false)
      registers.ecx = peek(RestartSelector.descriptor(registers.eax) &+ 4, 4) & 0x00F0_FF00
      registers.eflags |= RestartFlags.zero
    case .loadLimit:
      descriptor(registers.eax, isLoaded: false)
      registers.ecx = .max
      registers.eflags |= RestartFlags.zero
    case .verifyRead, .verifyWrite:
      descriptor(registers.eax, isLoaded: false)
      registers.eflags |= RestartFlags.zero
    case .loadGDTR, .loadIDTR: touch(registers.edi, 6, .read)
    case .loadLDTR: touch(registers.edi, 2, .read)
    default: break
    }
  }

  private mutating func loadFar(_ instruction: RestartInstruction) {
    touch(registers.edi, 6, .read)
    let selector = loadData(peek(registers.edi &+ 4, 2))
    let offset = peek(registers.edi, 4)
    switch instruction {
    case .loadFarDS: registers.ds = selector
    case .loadFarES: registers.es = selector
    case .loadFarFS: registers.fs = selector
    case .loadFarGS: registers.gs = selector
    default:
      (registers.ss, registers.esp) = (selector, offset)
      return
    }
    registers.eax = offset
  }
}
