import MinixABI

extension Kernel {
  /// VM is dead, and nobody will resolve a fault or answer a memory request any more: whoever waits
  /// for that hears what he would if VM had refused.
  func giveUpOnVM() {
    for slot in processes.livingSlots {
      if processes[slot].rts.contains(.pageFault) {
        forgetPageFault(of: slot)
        processes.unset(.pageFault, on: slot)
        raise(.segmentation, on: slot)
      }
      if processes[slot].rts.contains(.vmRequest) { refuseMemoryRequest(of: slot) }
    }
  }

  private func refuseMemoryRequest(of slot: ProcessSlot) {
    if unlistMemoryRequest(of: slot) { releaseTarget(of: processes[slot].request) }
    processes[slot].request.result = .vmSuspend
    var refusal = Message(
      .memoryRequestReply, who: processes[slot].endpoint,
      value: UInt32(bitPattern: ResultCode.efault.rawValue))
    _ = vmControl(&refusal, Endpoint.system.slot)
  }
}
