import MinixABI
import Testing

@testable import Kernel

/// VM's and PM's kernel calls, made by hand.
extension Bench {
  /// VMCTL_MEMREQ_GET: the request, or nil for ESRCH.
  func memoryRequest() -> Message? {
    var message = Message(.memoryRequestGet, who: .itself)
    let result = kernel.kernelCall(&message, from: .vm)
    guard result.rawValue == 1 else {
      #expect(result == .esrch)
      return nil
    }
    return message
  }

  /// VMCTL_MEMREQ_REPLY.
  @discardableResult
  func answer(_ requestor: Endpoint, _ result: ResultCode) -> ResultCode {
    vmControl(.memoryRequestReply, requestor, UInt32(bitPattern: result.rawValue))
  }

  /// Fetches the only memory request, compares it with what it should say, and answers it.
  func serveMemoryRequest(
    of requestor: Guest, at address: UInt32, byteCount: UInt32, isWrite: Bool,
    target: Guest? = nil, _ result: ResultCode
  ) {
    guard let request = memoryRequest() else {
      Issue.record("there is no memory request")
      return
    }
    #expect(request[endpoint: 8] == (target ?? requestor).endpoint)
    #expect(request[word: 12] == address)
    #expect(request[word: 16] == byteCount)
    #expect(request[short: 32] == (isWrite ? 1 : 0))
    #expect(request[endpoint: 28] == requestor.endpoint)
    #expect(memoryRequest() == nil)
    #expect(answer(requestor.endpoint, result) == .ok)
  }

  /// A kernel call of a resident server.
  @discardableResult
  func call(_ caller: Endpoint, _ request: Message) -> ResultCode {
    var message = request
    return kernel.kernelCall(&message, from: caller)
  }

  /// SYS_GETKSIG by PM.
  func fetchSignal() -> (victim: Endpoint, signals: UInt32) {
    var message = Message(type: KernelCallNumber.getKernelSignal.messageType)
    #expect(kernel.kernelCall(&message, from: .pm) == .ok)
    return (message[endpoint: 8], message[word: 20])
  }
}
