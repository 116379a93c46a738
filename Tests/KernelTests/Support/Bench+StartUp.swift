import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// VM's start-up handshake, made by hand.
extension Bench {
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

  /// A SYS_VMCTL about VM, in VM's name: whoever plays it, and whether or not it can run yet.
  func startCall(_ parameter: VMControl, _ value: UInt32) -> ResultCode {
    callAsVM(Message(parameter, who: .vm, value: value))
  }

  /// VMCTL_KERN_MAP_REPLY.
  func reply(_ index: UInt32, _ address: UInt32) -> ResultCode {
    var message = Message(.kernelMapReply, who: .itself, value: index)
    message[word: 20] = address
    return callAsVM(message)
  }

  /// A kernel call of VM's that is answered at once.
  func callAsVM(_ request: Message) -> ResultCode {
    var message = request
    guard case .reply(let result) = kernel.dispatch(&message, from: Endpoint.vm.slot) else {
      Issue.record("VM gets no reply")
      return .edontreply
    }
    return result
  }

  /// What VMCTL_ENABLE_PAGING reads, in VM's memory.
  func placePagingArgument(limit: UInt32 = .max, map: UInt32? = nil) -> UInt32 {
    let isResident = kernel.processes[Endpoint.vm.slot].isResident
    let start = isResident ? ResidentMemory.start.rawValue : Place.pair
    let words = [map ?? start + 8, limit] + AddressSpaceLayout.flatSegmentMap
    if isResident {
      let memory = ResidentMemory(byteCount: 64)
      kernel.attach(memory, to: .vm)
      return memory.store(words)
    }
    let bytes = words.flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
    write(bytes, to: Guest(endpoint: .vm), at: start)
    return start
  }
}
