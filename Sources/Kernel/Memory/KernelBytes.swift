import I386
import MinixABI

extension Kernel {
  /// Copies the kernel's bytes to a process, whole or not at all: how small structures (segment maps,
  /// signal contexts, privilege structures) get there. ``fetchBytes(of:at:byteCount:)`` brings them.
  func storeBytes(
    _ bytes: [UInt8], of slot: ProcessSlot, at address: LinearAddress
  ) -> Result<Void, CopyFault> {
    copy(
      from: .kernel(KernelBuffer(bytes)), to: .process(slot, address),
      byteCount: UInt32(bytes.count))
  }
}
