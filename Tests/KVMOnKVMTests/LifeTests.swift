import KVM
import Testing

/// Birth and death of machines, and what is refused.
@Suite struct LifeTests {
  @Test func requirementsAreMet() throws {
    let system = try System()
    try system.checkRequirements()
    #expect(try system.reportedAPIVersion() == System.apiVersion)
    for capability in Capability.allCases where capability.isRequired {
      #expect(try system.value(of: capability) > 0, "\(capability.name)")
    }
  }

  @Test func twoVCPUsNeedTwoIdentifiers() throws {
    let machine = try System().makeVirtualMachine()
    let first = try machine.makeVCPU(identifier: 0)
    #expect(throws: KVMError(request: .createVCPU, errno: 17)) {
      _ = try machine.makeVCPU(identifier: 0)
    }
    _ = try machine.makeVCPU(identifier: 1)
    _ = try first.registers()
  }

  /// KVM counts references: what is left works.
  @Test func vcpuSurvivesItsMachine() throws {
    let vcpu = try System().makeVirtualMachine().makeVCPU()
    #expect(try vcpu.registers().eflags == 2)
  }

  /// In a process of its own, where no other test opens descriptors.
  @Test func endedMachinesLeaveNoDescriptor() async {
    await #expect(processExitsWith: .success) {
      for _ in 0..<3 {
        let guest = try RealModeGuest(code: [0xF4])
        #expect(try guest.vcpu.run() == .halted)
        #expect(KVMDescriptors.open() == ["anon_inode:kvm-vcpu:0", "anon_inode:kvm-vm"])
      }
      #expect(KVMDescriptors.open() == [])
    }
  }

  /// An exception without an interrupt table to take it.
  @Test func tripleFaultIsAShutdown() throws {
    // ud2
    let guest = try RealModeGuest(code: [0x0F, 0x0B])
    var special = try guest.vcpu.specialRegisters()
    special.cr0 |= 1
    special.cs = .flatCode(selector: 0x08, privilegeLevel: 0)
    special.ss = .flatData(selector: 0x10, privilegeLevel: 0)
    special.ds = special.ss
    special.es = special.ss
    special.interruptTable = DescriptorTable(base: 0, limit: 0)
    try guest.vcpu.setSpecialRegisters(special)
    #expect(try guest.vcpu.run() == .shutdown)
  }
}
