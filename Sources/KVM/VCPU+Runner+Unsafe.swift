package import CKVM

extension VCPU {
  /// What a loop in C runs this vCPU by: for measurements. Valid as long as the vCPU lives.
  @unsafe package struct Runner {
    package let descriptor: Int32
    package let page: UnsafeMutablePointer<kvm_run>
  }

  @unsafe package var runner: Runner {
    unsafe Runner(descriptor: descriptor.rawValue, page: runPage.page)
  }
}
