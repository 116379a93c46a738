import ArgumentParser
import Confinement
import Doctor
import KVM
import Lab

/// What a run may ask for.
enum EngineChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, kvm, lab
}

/// What a run gets.
enum Engine: ~Copyable {
  /// This machine's KVM, open, with the privileges already given up.
  case kvm(OpenKVM)
  /// The lab, and in one line why, if nobody asked for it.
  case lab(String?)

  /// Opens what the choice says. Only `auto` falls back.
  ///
  /// The device is the one thing that is opened with the caller's privileges; they are gone when
  /// this returns, before any file that the user names is touched.
  static func choose(_ choice: EngineChoice) throws -> Engine {
    if choice == .lab, !LabRun.isInside {
      _ = try Confinement.apply()
      return .lab(nil)
    }
    do {
      let system = try System()
      try system.checkRequirements()
      if choice == .auto, !LabRun.isInside, PagingProbe.run(on: system) != .works {
        _ = try Confinement.apply()
        return .lab("this machine's KVM can't run i386 paging; running in the lab")
      }
      let confinement = try Confinement.apply()
      return .kvm(OpenKVM(system: system, confinement: confinement))
    } catch let error as KVMError {
      guard choice == .auto, !LabRun.isInside else { throw error }
      _ = try Confinement.apply()
      return .lab("\(error.problem); running in the lab")
    }
  }
}

/// The open device and what is left of the privileges.
struct OpenKVM: ~Copyable {
  let system: System
  let confinement: ConfinementReport

  /// "kvm_amd npt=1 (lab)".
  static var name: String {
    let module = KVMModule.detect().map { "\($0)" } ?? "kvm"
    return LabRun.isInside ? "\(module) (lab)" : module
  }
}
