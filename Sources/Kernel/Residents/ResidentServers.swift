import Machine
public import MinixABI

/// What a resident server does when its Swift code has run: its next IPC call, which may block.
public enum IPCRequest {
  /// RECEIVE.
  case receive(from: Endpoint)
  /// SENDREC: a call to another server; the reply comes with the next delivery.
  case sendrec(Message, to: Endpoint)
  /// SEND.
  case send(Message, to: Endpoint)
  /// None yet: its last kernel call answered VMSUSPEND, and the reply comes with the next delivery.
  case kernelCall
}

extension Kernel {
  /// Makes a resident server's next IPC call: the counterpart of a guest's trap.
  public func complete(_ endpoint: Endpoint, with request: IPCRequest) {
    guard let slot = processes.slot(of: endpoint), processes[slot].isResident else { return }
    switch request {
    case .receive(let source): load(slot, .receive, source, nil)
    case .sendrec(let message, let peer): load(slot, .sendrec, peer, message)
    case .send(let message, let peer): load(slot, .send, peer, message)
    case .kernelCall: return
    }
    makeIPCCall(slot)
  }

  /// SENDNB by a resident server: a reply that nobody waits for is dropped. Source: ABI 13.15.
  @discardableResult
  public func sendWithoutBlocking(
    _ message: Message, from endpoint: Endpoint, to peer: Endpoint
  ) -> ResultCode {
    guard let slot = processes.slot(of: endpoint), processes[slot].isResident else {
      return .einval
    }
    load(slot, .sendnb, peer, message)
    makeIPCCall(slot)
    return ResultCode(rawValue: Int32(bitPattern: processes[slot].frame.eax))
  }

  /// NOTIFY by a resident server.
  @discardableResult
  public func notify(from endpoint: Endpoint, to peer: Endpoint) -> ResultCode {
    guard let slot = processes.slot(of: endpoint), processes[slot].isResident else {
      return .einval
    }
    load(slot, .notify, peer, nil)
    makeIPCCall(slot)
    return ResultCode(rawValue: Int32(bitPattern: processes[slot].frame.eax))
  }

  /// A kernel call by a resident server: the reply replaces the request, as it does in a guest.
  @discardableResult
  public func kernelCall(_ message: inout Message, from endpoint: Endpoint) -> ResultCode {
    guard let slot = processes.slot(of: endpoint), processes[slot].isResident else {
      return .einval
    }
    message.source = endpoint
    switch dispatch(&message, from: slot) {
    case .reply(let code): message.type = code.rawValue
    case .noReply: message.type = ResultCode.ok.rawValue
    case .suspended(let fault):
      suspend(slot, on: fault, kind: .kernelCall)
      processes[slot].request.savedMessage = message
      message.type = ResultCode.vmSuspend.rawValue
    case .mapping(let request):
      invokeVM(request, for: slot, message)
      message.type = ResultCode.vmSuspend.rawValue
    }
    message.source = .system
    return ResultCode(rawValue: message.type)
  }

  /// Gives a resident server memory that kernel calls can name.
  public func attach(_ memory: ResidentMemory, to endpoint: Endpoint) {
    residentMemories[endpoint.slot.rawValue] = memory
  }

  @inline(__always)
  private func load(
    _ slot: ProcessSlot, _ call: IPCCall, _ peer: Endpoint, _ message: Message?
  ) {
    processes[slot].frame.ecx = call.rawValue
    processes[slot].frame.eax = UInt32(bitPattern: peer.rawValue)
    if let message { processes[slot].sendMessage = message }
  }
}
