import I386
import Machine
import MinixABI
import VMServer

/// Puts programs into address spaces that the resident VM makes for them.
struct Loader {
  let memory: GuestMemory

  /// Makes a program's address space and fills it.
  func load(
    _ layout: ProgramLayout, of program: RunConfiguration.Program, as endpoint: Endpoint,
    _ vm: inout VMServer<KernelVMGate>
  ) throws(SessionError) {
    vm.createAddressSpace(for: endpoint, isSystem: program.isSystem)
    for region in layout.regions {
      let added = vm.addRegion(
        start: region.start, byteCount: region.byteCount, isWritable: region.isWritable,
        to: endpoint)
      precondition(added, "overlapping ranges in the layout of \(program.name)")
    }
    guard vm.populate(endpoint) else { throw tooSmall(program) }
    for page in layout.filledPages {
      guard let frame = vm.presentPage(page, of: endpoint) else {
        throw tooSmall(program)
      }
      layout.fill(page, at: frame, of: memory)
    }
    vm.activate(endpoint)
  }

  private func tooSmall(_ program: RunConfiguration.Program) -> SessionError {
    .memoryTooSmall(program: program.name, memoryByteCount: memory.ramByteCount)
  }
}
