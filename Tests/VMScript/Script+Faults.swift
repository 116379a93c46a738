import FlightRecorder
import I386
import MinixABI
import VMServer

/// Page faults, and what looks like them.
extension Script {
  /// One fault, or under the old delivery up to three.
  mutating func fault() {
    let victim = tenant()
    switch delivery {
    case .message:
      let isReal = !draw.oneIn(25)
      let fault = fault(of: victim)
      vm.handle(fault, status: IPCStatus(call: isReal ? .send : .sendrec, fromKernel: isReal))
    case .signal:
      for _ in 0...draw.below(3) { kernel.faults.append(answer(to: fault(of: tenant()))) }
      notify(pageFaultBit)
    }
  }

  private var pageFaultBit: UInt32 { delivery.signals.pageFault?.bit ?? 0 }

  /// As the kernel sends it on a process's behalf.
  private mutating func fault(of victim: Tenant) -> Message {
    var code: PageFaultErrorCode = [.user]
    if draw.oneIn(2) { code.insert(.write) }
    if draw.oneIn(3) { code.insert(.protection) }
    let address = draw.address(of: victim)
    var message = Message(pageFaultAt: address, errorCode: code.rawValue)
    message.source = victim.endpoint
    kernel.recorder.recordTrap(
      by: victim.endpoint, vector: UInt32(Vector.pageFault.rawValue), errorCode: code.rawValue,
      eip: Tenant.text.start, cr2: address, at: 0)
    return message
  }

  /// The same as VMCTL_GET_PAGEFAULT answers it.
  private func answer(to fault: Message) -> Message {
    var message = Message(type: ResultCode.ok.rawValue)
    message[endpoint: 8] = fault.source
    message[word: 12] = fault.pageFaultAddress
    message[word: 16] = fault.pageFaultErrorCode
    return message
  }

  /// Memory requests of every type, up to three at once.
  mutating func askForMemory() {
    for _ in 0...draw.below(3) { kernel.memoryRequests.append(memoryRequest()) }
    notify(delivery.signals.memory.bit)
  }

  private mutating func memoryRequest() -> Message {
    let types: [Int32] = [1, 1, 1, 3, 3, 3, 4, 4, 2]
    let type = draw.element(of: types) ?? 1
    // What has been mapped goes again.
    if type == 4, !draw.oneIn(4), var request = draw.element(of: mapRequests) {
      request.type = type
      return request
    }
    var request = memoryRequest(type: type)
    // What has been mapped is passed on.
    if type == 3, draw.oneIn(3), let earlier = draw.element(of: mapRequests) {
      request[endpoint: 20] = earlier[endpoint: 8]
      request[word: 24] = earlier[word: 12]
    }
    if type == 3 { mapRequests = mapRequests.suffix(7) + [request] }
    return request
  }

  private mutating func memoryRequest(type: Int32) -> Message {
    let (target, source) = (tenant(), tenant())
    var message = Message(type: type)
    let isWholePages = type != 1 && !draw.oneIn(10)
    message[endpoint: 8] = target.endpoint
    message[word: 12] = isWholePages ? draw.page(of: target) : draw.address(of: target)
    message[word: 16] = isWholePages ? (1 + draw.below(5)) << 12 : draw.below(0x4000)
    if draw.oneIn(40) { message[word: 16] = draw.anything() }
    // Up to the last user address, and not a byte further.
    if draw.oneIn(20) {
      message[word: 12] = Tenant.top.start
      message[word: 16] = Tenant.top.byteCount
    }
    message[endpoint: 20] = source.endpoint
    message[word: 24] = draw.page(of: source)
    message[endpoint: 28] = tenant().endpoint
    message[short: 32] = draw.oneIn(2) ? 1 : 0
    return message
  }
}
