import I386
import Kernel
import Machine
import MinixABI
import VMServer

/// VM's way to the kernel when VM is resident: plain calls through the kernel's own doors.
struct KernelVMGate: KernelGate {
  let kernel: Kernel
  let tables: PageTables

  func kernelCall(_ message: inout Message) -> ResultCode {
    kernel.kernelCall(&message, from: .vm)
  }

  func reply(_ message: Message, to endpoint: Endpoint) {
    kernel.sendWithoutBlocking(message, from: .vm, to: endpoint)
  }

  func loadEntry(at address: PhysicalAddress) -> UInt32 {
    tables.load(address)
  }

  func storeEntry(
    _ value: UInt32, at address: PhysicalAddress, translating page: LinearAddress,
    in directory: PhysicalAddress
  ) {
    tables.store(value, at: address, translating: page, in: directory)
  }

  func clearTable(_ table: PhysicalAddress) {
    tables.clearTable(table)
  }

  func clearDirectory(_ directory: PhysicalAddress) {
    tables.clearDirectory(directory)
  }
}
