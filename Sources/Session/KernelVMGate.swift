import FlightRecorder
import I386
import Kernel
import Machine
import MinixABI
import VMServer

/// VM's way to the kernel when VM is resident: plain calls through the kernel's own doors.
struct KernelVMGate: KernelGate {
  let kernel: Kernel
  let tables: PageTables
  /// What kernel calls by VM can reach: its own memory, as far as they are concerned. VM_INFO's answer
  /// is the longest, 64 records of 20 bytes.
  private let memory = ResidentMemory(byteCount: 2048)

  init(kernel: Kernel, tables: PageTables) {
    self.kernel = kernel
    self.tables = tables
    kernel.attach(memory, to: .vm)
  }

  func place(_ words: [UInt32]) -> UInt32 { memory.store(words) }

  func placedWord(_ index: Int) -> UInt32 { memory.word(at: index * 4) }

  func kernelCall(_ message: inout Message) -> ResultCode {
    kernel.kernelCall(&message, from: .vm)
  }

  @inline(__always)
  func clearPageFault(of endpoint: Endpoint) { kernel.clearPageFault(of: endpoint) }

  @inline(__always)
  func zeroPage(_ frame: PhysicalAddress) { kernel.zeroPage(frame) }

  func reply(_ message: Message, to endpoint: Endpoint) {
    kernel.sendWithoutBlocking(message, from: .vm, to: endpoint)
  }

  func notify(_ endpoint: Endpoint) { kernel.notify(from: .vm, to: endpoint) }

  func loadEntry(at address: PhysicalAddress) -> UInt32 {
    tables.load(address)
  }

  func loadEntries(
    _ count: UInt32, at address: PhysicalAddress, into entries: inout [UInt32]
  ) {
    tables.load(count, at: address, into: &entries)
  }

  func leadingAbsentCount(_ count: UInt32, at address: PhysicalAddress) -> UInt32 {
    tables.leadingAbsentCount(count, at: address)
  }

  func trailingAbsentCount(_ count: UInt32, at address: PhysicalAddress) -> UInt32 {
    tables.trailingAbsentCount(count, at: address)
  }

  func storeEntry(
    _ value: UInt32, at address: PhysicalAddress, translating page: LinearAddress,
    in directory: PhysicalAddress
  ) {
    tables.store(value, at: address, translating: page, in: directory)
  }

  func copyEntries(_ run: EntryRun, in directory: PhysicalAddress, isReadOnly: Bool) {
    tables.copyEntries(
      run.count, from: run.source, to: run.target, translating: run.page, in: directory,
      isReadOnly: isReadOnly)
  }

  func changeEntries(
    _ count: UInt32, at address: PhysicalAddress, translating page: LinearAddress,
    in directory: PhysicalAddress, keeping kept: UInt32, adding added: UInt32
  ) {
    tables.changeEntries(
      count, at: address, translating: page, in: directory, keeping: kept, adding: added)
  }

  func clearTable(_ table: PhysicalAddress) {
    tables.clearTable(table)
  }

  func clearDirectory(_ directory: PhysicalAddress) {
    tables.clearDirectory(directory)
  }

  func noteRegion(
    _ region: VirtualRegion, isNew: Bool, in directory: PhysicalAddress, of endpoint: Endpoint
  ) {
    tables.recorder.recordRegion(
      from: region.start, byteCount: region.byteCount, flags: region.flags.rawValue, isNew: isNew,
      in: directory, of: endpoint)
  }

  func noteEnd(of directory: PhysicalAddress, of endpoint: Endpoint) {
    tables.recordPages(of: endpoint, in: directory)
  }
}
