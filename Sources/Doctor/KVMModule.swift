/// The kernel module that does KVM's work on this processor.
public struct KVMModule: Equatable, Sendable {
  /// Its name: "kvm_amd", "kvm_intel", "kvm_pvm".
  public let name: String

  /// Whether it lets the processor walk nested tables (`npt`, `ept`): the fast way, and the one
  /// without shadow page tables. Nil for a module without that choice.
  public let nestedPaging: Bool?

  /// Describes a module.
  public init(name: String, nestedPaging: Bool?) {
    self.name = name
    self.nestedPaging = nestedPaging
  }

  /// The modules that we know, with their parameter for nested paging; hardware's before kvm_pvm,
  /// which only loads where there is none.
  private static let known: [(name: String, parameter: String?)] = [
    ("kvm_amd", "npt"), ("kvm_intel", "ept"), ("kvm_pvm", nil),
  ]

  /// Looks which module is loaded or built in.
  ///
  /// - Parameter directory: /sys/module, or a copy of it for tests.
  /// - Returns: nil where there is none.
  public static func detect(in directory: String = "/sys/module") -> KVMModule? {
    for (name, parameter) in known where SmallFile.exists("\(directory)/\(name)") {
      let value = parameter.flatMap { SmallFile.text(of: "\(directory)/\(name)/parameters/\($0)") }
      return KVMModule(name: name, nestedPaging: value.flatMap(flag(of:)))
    }
    return nil
  }

  /// Reads a module parameter's truth value: the kernel writes Y or N for some, 1 or 0 for others.
  private static func flag(of text: String) -> Bool? {
    switch text.first {
    case "Y", "1": true
    case "N", "0": false
    default: nil
    }
  }
}

extension KVMModule: CustomStringConvertible {
  /// "kvm_amd npt=1", as the run summary names an engine.
  public var description: String {
    guard let nestedPaging else { return name }
    let parameter = name == "kvm_intel" ? "ept" : "npt"
    return "\(name) \(parameter)=\(nestedPaging ? 1 : 0)"
  }
}
