internal import CKVM

/// A way to the x87 and SSE state that is on a vCPU, for those who need it between two runs and do
/// not hold the vCPU.
///
/// It names the vCPU without owning it: whoever keeps one forgets it before the vCPU ends.
public struct FXSAVESource: Sendable {
  private let vcpu: Int32

  init(vcpu: Int32) {
    self.vcpu = vcpu
  }

  /// The size of an image in bytes.
  public static var byteCount: Int { 512 }

  /// KVM_GET_XSAVE: stores what `fxsave` would.
  ///
  /// - Parameter image: at least ``byteCount`` bytes; a precondition.
  public func save(to image: inout MutableRawSpan) throws(KVMError) {
    precondition(image.byteCount >= Self.byteCount, "FXSAVE image of \(image.byteCount) bytes")
    let descriptor = vcpu
    let result = unsafe image.withUnsafeMutableBytes { bytes in
      unsafe ckvm_get_fxsave_image(descriptor, bytes.baseAddress)
    }
    try KVMError.check(result, .getXSAVE)
  }
}

extension VCPU {
  /// A way to the vCPU's x87 and SSE state, valid as long as the vCPU lives.
  public var fxsaveSource: FXSAVESource { FXSAVESource(vcpu: descriptor.rawValue) }
}
