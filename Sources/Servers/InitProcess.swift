public import Kernel
import MinixABI

/// INIT, every program's parent: it waits for children, one after the other, for ever.
///
/// Source: minix `commands/simple/init.c`, reduced to its reaping.
public struct InitProcess {
  public init() {}

  /// What INIT does at first and after every child: WAIT, to PM.
  public func handle(_ delivery: Kernel.Delivery?) -> IPCRequest {
    .sendrec(Message(type: PosixCall.wait.rawValue), to: .pm)
  }
}
