public import KVM

/// What was found out about this machine's KVM.
public struct KVMFindings: Equatable, Sendable {
  /// The device's state in one word; the `state` of the JSON form.
  public enum State: String, Equatable, Sendable {
    /// It opens and has what we need. Whether it pages is another question.
    case usable
    /// There is none.
    case absent
    /// This user may not open it.
    case forbidden
    /// Another hypervisor holds the processor.
    case busy
    /// It can't make a machine here.
    case unsupported
    /// The file is not the KVM device.
    case notKVM
    /// It speaks another version of its interface, or lacks a capability.
    case outdated
    /// The host refused memory or another resource.
    case exhausted
    /// Anything else.
    case failed
  }

  /// The device that was examined.
  public var device: String
  /// Its state.
  public var state: State
  /// The module behind it.
  public var module: KVMModule?
  /// KVM_GET_API_VERSION's answer.
  public var apiVersion: Int32?
  /// KVM_CHECK_EXTENSION's answers by KVM_CAP_ name, where they could be asked.
  public var capabilities: [String: Int32]
  /// What the probe guest showed; nil when it could not be tried.
  public var probe: PagingProbe.Outcome?
  /// What stood in the way before the probe.
  public var error: KVMError?

  /// Whether i386 guests run here.
  public var runsI386Paging: Bool { probe == .works }

  /// Why, or why not, in one line.
  public var reason: String {
    error?.problem ?? probe?.description ?? "not examined"
  }

  /// Describes findings.
  public init(
    device: String = System.devicePath, state: State, module: KVMModule? = nil,
    apiVersion: Int32? = nil, capabilities: [String: Int32] = [:],
    probe: PagingProbe.Outcome? = nil, error: KVMError? = nil
  ) {
    self.device = device
    self.state = state
    self.module = module
    self.apiVersion = apiVersion
    self.capabilities = capabilities
    self.probe = probe
    self.error = error
  }
}

extension KVMFindings.State {
  /// The state that a refusal amounts to.
  public init(_ error: KVMError) {
    self =
      switch error.diagnosis {
      case .absent: .absent
      case .noPermission: .forbidden
      case .busy: .busy
      case .unsupported, .pagingDropped: .unsupported
      case .notTheDevice: .notKVM
      case .wrongVersion, .missing: .outdated
      case .outOfMemory, .limitReached: .exhausted
      case .badMemory, .interrupted, .mistake: .failed
      }
  }
}

extension KVMFindings: Encodable {
  private enum Key: String, CodingKey {
    case device, state, module, npt, apiVersion, capabilities, runsI386Paging, reason
  }

  /// Writes `device`, `state` (a ``State``), `module` (a name or null), `npt` (nested paging, also
  /// kvm_intel's ept: true, false or null), `apiVersion` (a number or null), `capabilities` {name:
  /// number}, `runsI386Paging` and `reason`.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(device, forKey: .device)
    try object.encode(state.rawValue, forKey: .state)
    try object.encode(module?.name, forKey: .module)
    try object.encode(module?.nestedPaging, forKey: .npt)
    try object.encode(apiVersion, forKey: .apiVersion)
    try object.encode(capabilities, forKey: .capabilities)
    try object.encode(runsI386Paging, forKey: .runsI386Paging)
    try object.encode(reason, forKey: .reason)
  }
}
