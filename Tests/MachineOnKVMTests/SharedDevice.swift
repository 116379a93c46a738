import Foundation
import KVM
import Machine

/// The KVM device, opened once for all tests, and one idle machine that lives as long as they do:
/// where machines come and go and none stays, some nested hosts hang at random.
///
/// Everything here is the main actor's: a virtual CPU and its ticker belong to one thread.
@MainActor final class SharedDevice {
  let system: System
  private let idleMachine: VirtualMachine
  private let idleVCPU: VCPU

  private init() throws {
    system = try System()
    idleMachine = try system.makeVirtualMachine()
    idleVCPU = try idleMachine.makeVCPU()
  }

  private static let opened = Result { try SharedDevice() }

  /// The device; its error again for every test when it could not be opened.
  static func get() throws -> SharedDevice { try opened.get() }

  /// Whether KVM shadows the guest's page tables instead of letting the CPU walk them.
  ///
  /// There a page-table entry that was present stays as it was until the guest itself writes it.
  static let usesShadowPaging: Bool = {
    let parameters = ["kvm_amd/parameters/npt", "kvm_intel/parameters/ept"]
    let values = parameters.compactMap { name in
      try? String(contentsOfFile: "/sys/module/\(name)", encoding: .utf8)
    }
    return values.contains { $0.hasPrefix("N") || $0.hasPrefix("0") }
  }()
}
