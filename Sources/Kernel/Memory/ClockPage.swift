import I386
import Machine
import MinixABI

/// The kernel's own page, which VM maps in every address space for all to read: the time without a
/// trap. The kernel writes it at the address that VM has promised.
///
/// | offset | word |
/// | --- | --- |
/// | 0 | ticks since the start |
/// | 4 | ticks a second |
/// | 8 | the time of day at the start, in seconds |
extension Kernel {
  /// Writes the page, if paging is on.
  func updateClockPage() {
    guard let page = paging.page, let vm = processes.slot(of: .vm) else { return }
    guard isKernelPage(page, in: processes[vm].directory) else {
      failure = failure ?? .kernelPageLost(address: page.rawValue)
      return
    }
    memory.storeWord(uptime, at: GuestMemory.kernelPage)
    memory.storeWord(ticksPerSecond, at: GuestMemory.kernelPage + 4)
    memory.storeWord(UInt32(bitPattern: bootTime), at: GuestMemory.kernelPage + 8)
  }

  /// Whether an address space has the kernel's page at an address.
  func isKernelPage(_ address: LinearAddress, in directory: PhysicalAddress) -> Bool {
    tables.translate(address, in: directory, isWrite: false) == .mapped(GuestMemory.kernelPage)
  }
}
