public import Kernel
import VMServer

/// VM when it is resident, in an allocation of its own that never moves.
@safe
@usableFromInline final class ResidentVM {
  private let pointer: UnsafeMutablePointer<VMServer<KernelVMGate>>

  init(_ server: consuming VMServer<KernelVMGate>) {
    unsafe pointer = .allocate(capacity: 1)
    unsafe pointer.initialize(to: server)
  }

  deinit {
    unsafe pointer.deinitialize(count: 1)
    unsafe pointer.deallocate()
  }

  var server: VMServer<KernelVMGate> {
    unsafeAddress { unsafe UnsafePointer(pointer) }
    unsafeMutableAddress { unsafe pointer }
  }

  /// The same for the run loop, which comes by for every page fault and must not count references.
  @usableFromInline var lent: Lent { unsafe Lent(pointer) }

  /// It is good as long as whoever has lent it.
  @safe
  @usableFromInline struct Lent {
    private let pointer: UnsafeMutablePointer<VMServer<KernelVMGate>>

    fileprivate init(_ pointer: UnsafeMutablePointer<VMServer<KernelVMGate>>) {
      unsafe self.pointer = pointer
    }

    /// Hands VM what it has received.
    @usableFromInline
    func handle(_ delivery: Kernel.Delivery) {
      unsafe pointer.pointee.handle(delivery.message, status: delivery.status)
    }
  }
}
