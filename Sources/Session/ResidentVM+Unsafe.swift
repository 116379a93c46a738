public import Kernel
import MinixABI
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

    /// VM's turn: it deals with what it has got, and waits for more.
    ///
    /// - Returns: who runs next.
    @inline(never) @usableFromInline
    func takeTurn(of kernel: Kernel) -> Kernel.Next {
      let delivery = kernel.delivery(to: .vm)
      unsafe pointer.pointee.handle(delivery.message, status: delivery.status)
      return kernel.goOnReceiving(.vm)
    }
  }
}
