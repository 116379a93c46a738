/// Where a process's registers are: its owner's own copy, which the processor loads from and leaves the
/// trap's in, so that no trap carries 80 bytes from hand to hand.
@frozen @safe
public struct RegisterFile: BitwiseCopyable {
  @usableFromInline let address: UnsafeMutablePointer<TrapFrame>

  /// - Parameter address: valid and in nobody else's hands as long as this is used.
  @inlinable @unsafe
  public init(_ address: UnsafeMutablePointer<TrapFrame>) { unsafe self.address = address }

  /// The registers, in place.
  @inlinable public var frame: TrapFrame {
    unsafeAddress { unsafe UnsafePointer(address) }
    nonmutating unsafeMutableAddress { unsafe address }
  }
}

/// Registers that are in no process table, for whoever runs a processor without a kernel.
@safe
package final class OwnRegisters {
  private let address = UnsafeMutablePointer<TrapFrame>.allocate(capacity: 1)

  package init(_ frame: TrapFrame = TrapFrame()) { unsafe address.initialize(to: frame) }

  deinit { unsafe address.deallocate() }

  /// Good as long as this lives.
  package var file: RegisterFile { unsafe RegisterFile(address) }
}
