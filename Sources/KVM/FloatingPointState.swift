public import CKVM

/// The x87 and SSE state of a vCPU (`struct kvm_fpu`), to be saved and put back whole.
public struct FloatingPointState: Sendable {
  /// KVM's own form; eight 80-bit registers, sixteen XMM registers, control words.
  public var rawValue: kvm_fpu

  /// The x87 control word; 0x37F after FNINIT.
  public var controlWord: UInt16 {
    get { rawValue.fcw }
    set { rawValue.fcw = newValue }
  }

  /// MXCSR; 0x1F80 after a reset.
  public var mxcsr: UInt32 {
    get { rawValue.mxcsr }
    set { rawValue.mxcsr = newValue }
  }

  /// The state after FNINIT and with MXCSR at its reset value.
  public init() {
    rawValue = kvm_fpu()
    rawValue.fcw = 0x37F
    rawValue.mxcsr = 0x1F80
  }
}

extension VCPU {
  /// KVM_GET_FPU.
  public borrowing func floatingPointState() throws(KVMError) -> FloatingPointState {
    let result = ckvm_get_fpu(descriptor.rawValue)
    try KVMError.check(result.error, .getFPU)
    var state = FloatingPointState()
    state.rawValue = result.value
    return state
  }

  /// KVM_SET_FPU.
  public borrowing func setFloatingPointState(_ state: FloatingPointState) throws(KVMError) {
    try KVMError.check(ckvm_set_fpu(descriptor.rawValue, state.rawValue), .setFPU)
  }
}
