import I386
import KVM
import Stub

/// Puts the stub into guest memory: its code, and the descriptor tables that point into it.
enum StubImage {
  /// Writes everything that the guest's ring 0 consists of.
  static func install(in memory: GuestMemory) {
    installCode(in: memory)
    installSegments(in: memory)
    installGates(in: memory)
    StubMappings.install(in: PhysicalAddress(UInt32(STUB_BOOT_DIRECTORY)), of: memory)
  }

  /// The state of a FPU that nobody has used: FNINIT's control word, default MXCSR, zeros.
  static func resetFPUArea(_ area: FPUArea, in memory: GuestMemory) {
    let address = self.address(of: area)
    memory.fill(address, byteCount: Int(STUB_FPU_AREA_BYTES), with: 0)
    memory.storeWord(0x037F, at: address)
    memory.storeWord(0x1F80, at: address + 24)
  }

  /// Where an FPU area lies, in guest-physical and in linear terms.
  static func address(of area: FPUArea) -> PhysicalAddress {
    precondition(area.rawValue < UInt32(STUB_FPU_AREA_COUNT), "FPU area \(area.rawValue)")
    return PhysicalAddress(UInt32(STUB_FPU_AREAS) + area.rawValue * UInt32(STUB_FPU_AREA_BYTES))
  }

  private static func installSegments(in memory: GuestMemory) {
    let descriptors: [SegmentDescriptor] = [
      SegmentDescriptor(rawValue: 0),
      .flatCode(privilegeLevel: 0), .flatData(privilegeLevel: 0),
      .flatCode(privilegeLevel: 3), .flatData(privilegeLevel: 3),
      .taskState(base: UInt32(STUB_TSS)),
    ]
    precondition(descriptors.count == Int(STUB_GDT_ENTRIES))
    for (index, descriptor) in descriptors.enumerated() {
      memory.store(descriptor.rawValue, at: PhysicalAddress(UInt32(STUB_GDT)) + UInt32(index * 8))
    }
    // TSS: back link 0, so an iret with NT faults instead of switching tasks; the stack for ring 0
    // ends the shared page; the I/O map lies beyond the limit, so no port is open to ring 3.
    let taskState = PhysicalAddress(UInt32(STUB_TSS))
    memory.storeWord(UInt32(STUB_STACK_TOP), at: taskState + 4)
    memory.storeWord(UInt32(STUB_KERNEL_DATA), at: taskState + 8)
    memory.storeWord(104 << 16, at: taskState + 100)
  }

  private static func installGates(in memory: GuestMemory) {
    for vector in 0..<UInt32(34) {
      let isOpen = [3, 4, UInt32(STUB_VECTOR_KERNEL_CALL), UInt32(STUB_VECTOR_IPC)].contains(vector)
      installGate(vector, handler: vector, privilegeLevel: isOpen ? 3 : 0, in: memory)
    }
    installGate(
      UInt32(STUB_VECTOR_PREEMPT), handler: UInt32(STUB_PREEMPT_HANDLER), privilegeLevel: 0,
      in: memory)
  }

  private static func installGate(
    _ vector: UInt32, handler: UInt32, privilegeLevel: UInt8, in memory: GuestMemory
  ) {
    let gate = InterruptGate(
      handler: UInt32(STUB_CODE) + handler * UInt32(STUB_VECTOR_STRIDE),
      selector: UInt16(STUB_KERNEL_CODE), privilegeLevel: privilegeLevel)
    memory.store(gate.rawValue, at: PhysicalAddress(UInt32(STUB_IDT)) + vector * 8)
  }
}
