import GuestImage
import I386
import Kernel
import Machine
import MinixABI
import VMServer

/// Puts programs into address spaces: regions, the pages that the file fills, the start-up stack.
/// bss is left to demand-zero faults.
struct Loader {
  let kernel: Kernel
  let memory: GuestMemory

  /// Makes a program's address space and fills it.
  func load(
    _ program: RunConfiguration.Program, _ stack: StartStack, as endpoint: Endpoint,
    _ vm: inout VMServer<KernelVMGate>
  ) throws(SessionError) {
    let noMemory = SessionError.memoryTooSmall(
      program: program.name, memoryByteCount: memory.ramByteCount)
    guard vm.createAddressSpace(for: endpoint) else { throw noMemory }
    for range in program.image.layout() {
      let added = vm.addRegion(
        start: LinearAddress(range.pages.address), byteCount: UInt32(range.pages.pageCount) * 4096,
        isWritable: range.isWritable, to: endpoint)
      precondition(added, "overlapping ranges in the layout of \(program.name)")
      for span in range.filled {
        for page in span.pageAddresses {
          guard let frame = vm.presentPage(LinearAddress(page), of: endpoint) else {
            throw noMemory
          }
          _ = memory.withMutableBytes(at: frame, byteCount: 4096) { bytes in
            program.image.fillPage(at: page, into: &bytes)
          }
        }
      }
    }
    try loadStack(stack, of: endpoint, &vm, noMemory)
    vm.activate(endpoint)
  }

  private func loadStack(
    _ stack: StartStack, of endpoint: Endpoint, _ vm: inout VMServer<KernelVMGate>,
    _ noMemory: SessionError
  ) throws(SessionError) {
    let byteCount = AddressSpaceLayout.stackRegionByteCount
    let added = vm.addRegion(
      start: LinearAddress(AddressSpaceLayout.stackTop - byteCount), byteCount: byteCount,
      isWritable: true, to: endpoint)
    precondition(added, "the stack overlaps the program")
    var address = stack.pointer
    var rest = stack.bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(Int(4096 - address.pageOffset))
      guard let frame = vm.presentPage(address.pageStart, of: endpoint) else { throw noMemory }
      memory.write(part, at: frame + address.pageOffset)
      rest = rest.dropFirst(part.count)
      address = address + UInt32(part.count)
    }
  }
}
