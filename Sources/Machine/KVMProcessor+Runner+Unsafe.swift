package import KVM

extension KVMProcessor {
  /// What a loop in C runs the vCPU by, between two calls of ``run(_:)``: for measurements.
  @unsafe package var runner: VCPU.Runner { unsafe vcpu.runner }
}
