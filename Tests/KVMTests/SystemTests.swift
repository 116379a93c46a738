import Glibc
import KVM
import Testing

/// Files that are not the KVM device.
@Suite struct SystemTests {
  @Test func aMissingDeviceIsAbsent() {
    #expect(throws: KVMError(request: .open, errno: ENOENT)) {
      _ = try System(path: "/nonexistent/kvm")
    }
  }

  @Test func anotherFileIsNotTheDevice() throws {
    let system = try System(path: "/dev/null")
    #expect(throws: KVMError(request: .getAPIVersion, errno: ENOTTY)) {
      try system.checkRequirements()
    }
  }

  @Test func capabilitiesHaveTheKernelsNames() {
    let names = Capability.allCases.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.hasPrefix("KVM_CAP_") })
    #expect(Capability.allCases.contains { $0.isRequired })
    #expect(Capability.allCases.contains { !$0.isRequired })
  }
}
