import I386
import MinixABI

extension Kernel {
  /// SYS_NEWMAP: gives a process a new segment map. It is kept, and the flat segments stay.
  ///
  /// Source: minix `kernel/system/do_newmap.c`; ABI 8.4 and 17.
  func newMap(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    guard let slot = processes.slot(of: message.processEndpoint) else { return .reply(.einval) }
    guard !slot.isKernelTask else { return .reply(.eperm) }
    switch fetchSegmentMap(of: caller, at: message.processMapAddress) {
    case .failure(let fault): return outcome(of: fault, caller)
    case .success(let map):
      processes[slot].segments = map
      return .reply(.ok)
    }
  }

  /// A segment map in a caller's memory.
  func fetchSegmentMap(of caller: ProcessSlot, at address: UInt32) -> Result<SegmentMap, CopyFault>
  {
    fetchBytes(of: caller, at: LinearAddress(address), byteCount: SegmentMap.byteCount)
      .map { SegmentMap(KernelImage(bytes: $0)) }
  }
}
