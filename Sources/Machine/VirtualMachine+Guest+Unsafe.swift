import I386
import KVM
import Stub

extension VirtualMachine {
  /// A machine whose slots are RAM, the stub and the arena.
  ///
  /// `memory` is unmapped by its class, which the processor keeps for as long as the machine lives.
  static func guest(
    of system: borrowing System, around memory: GuestMemory
  ) throws(KVMError) -> VirtualMachine {
    let machine = try system.makeVirtualMachine()
    try machine.reserveIntelPages(at: 0xFFFB_C000)
    unsafe try machine.setMemory(slot: 0, at: 0, to: memory.ram)
    unsafe try machine.setMemory(slot: 1, at: UInt64(STUB_BASE), to: memory.stub)
    unsafe try machine.setMemory(slot: 2, at: UInt64(STUB_ARENA), to: memory.arena)
    return machine
  }
}
