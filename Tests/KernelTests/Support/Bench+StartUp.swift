import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// VM's start-up handshake, made by hand.
extension Bench {
  /// Who makes VM's calls: PM, if VM is the one that can't run yet.
  var vmOrPM: Endpoint { kernel.processes[Endpoint.vm.slot].isResident ? .vm : .pm }

  /// Where the kernel's page is in every address space of the bench.
  static var kernelPage: UInt32 { AddressSpaceLayout.kernelMappings }

  func mapKernelPage(in directory: PhysicalAddress) {
    map(Self.kernelPage, to: GuestMemory.kernelPage, isWritable: false, in: directory)
  }

  /// A directory with nothing but the kernel's page.
  func emptyDirectory() -> PhysicalAddress {
    let directory = takeTable()
    mapKernelPage(in: directory)
    return directory
  }

  /// The whole handshake.
  func startPaging() {
    #expect(reply(0, Self.kernelPage) == .ok)
    if kernel.processes[Endpoint.vm.slot].directory.rawValue == 0 {
      #expect(startCall(.setCR3, emptyDirectory().rawValue) == .ok)
    }
    #expect(startCall(.enablePaging, placePagingArgument()) == .ok)
  }

  /// A SYS_VMCTL about VM.
  func startCall(_ parameter: VMControl, _ value: UInt32) -> ResultCode {
    call(vmOrPM, Message(parameter, who: .vm, value: value))
  }

  /// VMCTL_KERN_MAP_REPLY.
  func reply(_ index: UInt32, _ address: UInt32) -> ResultCode {
    var message = Message(.kernelMapReply, who: .itself, value: index)
    message[word: 20] = address
    return call(vmOrPM, message)
  }

  /// What VMCTL_ENABLE_PAGING reads, in the caller's memory.
  func placePagingArgument(limit: UInt32 = .max, map: UInt32? = nil) -> UInt32 {
    let memory = ResidentMemory(byteCount: 64)
    kernel.attach(memory, to: vmOrPM)
    let start = ResidentMemory.start.rawValue
    return memory.store([map ?? start + 8, limit] + AddressSpaceLayout.flatSegmentMap)
  }
}
