internal import CKVM

/// One owned file descriptor: closed when its owner ends.
///
/// KVM counts references among its files: a vCPU keeps its machine alive, so descriptors may be
/// closed in any order.
@frozen public struct Descriptor: ~Copyable {
  /// The number, valid as long as this owner lives.
  @usableFromInline let rawValue: Int32

  /// Takes ownership of what a shim call returned.
  ///
  /// - Parameters:
  ///   - result: a descriptor, or −errno.
  ///   - request: what was asked for, to name it in the error.
  init(_ result: Int32, of request: KVMError.Request) throws(KVMError) {
    self.rawValue = try KVMError.check(result, request)
  }

  deinit {
    // Linux releases the descriptor whatever close answers, and KVM's files have nothing to flush.
    _ = ckvm_close(rawValue)
  }
}
