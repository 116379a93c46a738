import FlightRecorder
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
    guard let server = resident(endpoint) else { return }
    switch request {
    case .receive(let source): receive(server, from: source)
    case .sendrec(let message, let peer):
      load(server, .sendrec, peer, message)
      makeIPCCall(server.process.slot)
    case .send(let message, let peer):
      load(server, .send, peer, message)
      makeIPCCall(server.process.slot)
    case .kernelCall: return
    }
  }

  /// The most frequent one: a server that has done its work waits for the next. And who runs next.
  @inline(__always)
  public func goOnReceiving(_ endpoint: Endpoint) -> Next {
    recorder.makeRoom()
    if let server = resident(endpoint), !waitsAtOnce(server) { receive(server, from: .any) }
    return choose()
  }

  @inline(never)
  private func receive(_ server: ProcessEntry, from source: Endpoint) {
    load(server, .receive, source, nil)
    makeIPCCall(.receive, server)
  }

  /// SENDNB by a resident server: a reply that nobody waits for is dropped. Source: ABI 13.15.
  @discardableResult
  public func sendWithoutBlocking(
    _ message: Message, from endpoint: Endpoint, to peer: Endpoint
  ) -> ResultCode {
    guard let server = resident(endpoint) else { return .einval }
    load(server, .sendnb, peer, message)
    makeIPCCall(server.process.slot)
    return ResultCode(rawValue: Int32(bitPattern: server.process.frame.eax))
  }

  /// NOTIFY by a resident server.
  @discardableResult
  public func notify(from endpoint: Endpoint, to peer: Endpoint) -> ResultCode {
    guard let server = resident(endpoint) else { return .einval }
    load(server, .notify, peer, nil)
    makeIPCCall(server.process.slot)
    return ResultCode(rawValue: Int32(bitPattern: server.process.frame.eax))
  }

  /// A kernel call by a resident server: the reply replaces the request, as it does in a guest.
  @discardableResult
  public func kernelCall(_ message: inout Message, from endpoint: Endpoint) -> ResultCode {
    guard let server = resident(endpoint) else { return .einval }
    message.source = endpoint
    let outcome = dispatch(&message, from: server)
    switch outcome {
    case .reply(let code): message.type = code.rawValue
    case .noReply: message.type = ResultCode.ok.rawValue
    case .suspended, .mapping:
      suspend(server.process.slot, on: outcome, message)
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
  private func resident(_ endpoint: Endpoint) -> ProcessEntry? {
    guard let server = processes.entry(of: endpoint), server.process.isResident else { return nil }
    return server
  }

  @inline(__always)
  private func load(
    _ server: ProcessEntry, _ call: IPCCall, _ peer: Endpoint, _ message: Message?
  ) {
    server.process.frame.ecx = call.rawValue
    server.process.frame.eax = UInt32(bitPattern: peer.rawValue)
    if let message { server.process.sendMessage = message }
  }
}
