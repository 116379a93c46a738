import CBenchmark
import KVM
import Machine

extension ExitLoop {
  /// Leaves the guest again and again.
  ///
  /// - Parameter count: how often.
  /// - Returns: cycles from each exit to the next.
  borrowing func round(_ count: Int) throws(KVMError) -> [UInt64] {
    let runner = unsafe vcpu.runner
    let vcpu = unsafe cbench_vcpu(descriptor: runner.descriptor, page: runner.page)
    var stamps = Array(repeating: UInt64(0), count: count + 1)
    let result = unsafe cbench_exits(vcpu, &stamps, UInt32(stamps.count))
    guard result == 0 else { throw KVMError(request: .run, errno: -result) }
    return zip(stamps, stamps.dropFirst()).map { $1 - $0 }
  }
}
