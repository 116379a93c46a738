import I386
package import KVM
import Stub

/// A guest like all others, but for its ring 0: that does nothing but leave, by the stub's own exit.
/// What an exit costs by itself is measured with it.
package struct ExitLoop: ~Copyable {
  package let vcpu: VCPU
  private let machine: VirtualMachine
  /// The machine's slots are mapped from it.
  private let memory: GuestMemory

  package init(on system: borrowing System) throws(KVMError) {
    let memory = try GuestMemory(ramByteCount: GuestMemory.minimumRAMByteCount)
    StubImage.install(in: memory)
    // outl %eax, $STUB_PORT; jmp to it
    let code: [UInt8] = [0xE7, UInt8(STUB_PORT), 0xEB, 0xFC]
    memory.write(code[...], at: PhysicalAddress(stub_start_address()))
    let machine = try VirtualMachine.guest(of: system, around: memory)
    vcpu = try VCPU.guest(in: machine, of: system)
    self.machine = machine
    self.memory = memory
  }
}
