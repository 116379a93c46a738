import I386
import Machine
import MinixABI

/// What a kernel call wants VM to map or unmap.
struct MapRequest {
  var type: MemoryRequestType
  var isWritable: Bool
  /// The mapping's place in the kernel's table.
  var record: Int
}

/// Memory requests that map pages of one process into another, or take them away.
///
/// Source: minix `kernel/system.c`, `map_invoke_vm`; ABI 7 and 8.7, read by 13.13.
extension Kernel {
  /// `map_invoke_vm`: blocks the caller until VM has answered, and the process whose mappings change
  /// until VM has fetched the request.
  func invokeVM(_ request: MapRequest, for caller: ProcessSlot, _ message: Message) {
    guard let map = safeMaps[request.record], let target = processes.slot(of: map.grantee) else {
      return
    }
    processes[caller].request.type = request.type
    processes[caller].request.savedMessage = message
    processes[caller].request.target = map.grantee
    processes[caller].request.start = map.address
    processes[caller].request.source = map.owner
    processes[caller].request.sourceStart = map.source
    processes[caller].request.byteCount = map.byteCount
    processes[caller].request.isWrite = request.isWritable
    processes[caller].request.record = Int8(request.record)
    if request.type == .unmap { safeMaps[request.record] = nil }
    enlist(caller, kind: .kernelCall)
    processes.set(.vmRequestTarget, on: target)
  }

  /// VM has fetched a map request: its target may run again, unless another one waits for it.
  func releaseTarget(of request: MemoryRequest) {
    guard request.type != .check, let target = processes.slot(of: request.target) else { return }
    var slot = memoryRequests
    while slot != .none {
      let other = processes[slot].request
      if other.type != .check, other.target == request.target { return }
      slot = other.next
    }
    processes.unset(.vmRequestTarget, on: target)
  }

  /// What a map request's call answers: VM's result; and a call that takes away mappings goes on with
  /// the next one.
  func finishMapping(_ slot: ProcessSlot, _ request: MemoryRequest) {
    processes[slot].request.type = .check
    let isDone = request.result.rawValue >= 0
    if request.type == .unmap, isDone {
      var message = request.savedMessage
      let outcome = dispatch(&message, from: slot)
      return finishKernelCall(slot, message, outcome)
    }
    let index = Int(request.record)
    if request.type == .map, let map = safeMaps[index], map.grantee == request.target,
      map.address == request.start, !map.isEstablished
    {
      // Unless its owner has died meanwhile, and the record with him.
      if isDone { safeMaps[index]?.isEstablished = true } else { safeMaps[index] = nil }
    }
    answerKernelCall(slot, request.savedMessage, request.result)
  }

  /// A process dies: what it has mapped, and what others have mapped of it, can't be taken back any
  /// more; and whoever waits for VM on its account goes on, to hear that it is gone.
  func forgetMappings(of slot: ProcessSlot) {
    let endpoint = processes[slot].endpoint
    safeMaps.removeAll { map in
      map.granter == endpoint || map.owner == endpoint || map.grantee == endpoint
    }
    var waiter = memoryRequests
    while waiter != .none {
      let request = processes[waiter].request
      let isAboutIt =
        request.target == endpoint || request.type != .check && request.source == endpoint
      if isAboutIt, request.kind == .kernelCall {
        unlistMemoryRequest(of: waiter)
        processes[waiter].request.type = .check
        processes[waiter].request.result = .ok
        processes[waiter].misc.insert(.kernelCallResume)
        processes.unset(.vmRequest, on: waiter)
        releaseTarget(of: request)
      }
      waiter = request.next
    }
  }
}
