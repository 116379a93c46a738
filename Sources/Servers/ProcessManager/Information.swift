import I386
import Kernel
import MinixABI

/// The break, machine contexts, and questions about the system. Source: POSIX sheet 2.1 and 2.8.
extension ProcessManager {
  /// BRK: VM's to say.
  func setBreak(_ request: Message, _ caller: ProcessSlot) {
    let address = request[word: 20]
    callVM(.brk) {
      $0[endpoint: 8] = roster[caller].endpoint
      $0[word: 20] = address
    } then: { [self] reply in
      answer(reply.type, caller) { $0[word: 28] = reply.type == 0 ? address : .max }
    }
  }

  /// GETMCONTEXT and SETMCONTEXT.
  func exchangeContext(
    _ call: KernelCallNumber, _ request: Message, _ caller: ProcessSlot
  ) {
    callKernel(call) {
      $0[endpoint: 8] = roster[caller].endpoint
      $0[word: 20] = request[word: 20]
    } then: { [self] reply in
      answer(reply.type, caller)
    }
  }

  /// SYSUNAME.
  func answerSystemName(_ request: Message, _ caller: ProcessSlot) {
    guard request[int: 8] == 0, let name = Self.systemName(request[int: 12]),
      request[int: 16] >= 0
    else { return answer(.einval, caller) }
    let bytes = (Array(name.utf8) + [0]).prefix(Int(request[int: 16]))
    copyOut(bytes, to: roster[caller].endpoint, at: request[word: 20]) { [self] result in
      answer(result == .ok ? Int32(bytes.count) : result.rawValue, caller)
    }
  }

  private static func systemName(_ field: Int32) -> String? {
    switch field {
    case 0: "i386"
    case 2: "i686"
    case 4: "noname"
    case 5: "3"
    case 6: "1.7"
    case 7: "Minix"
    default: nil
    }
  }

  /// GETSYSINFO_UP: the load, the clock rate, the idle time.
  func answerPublicInformation(_ request: Message, _ caller: ProcessSlot) {
    let information: InformationRequest
    let byteCount: Int
    switch request[int: 8] {
    case 1: (information, byteCount) = (.load, 308)
    case 2: (information, byteCount) = (.ticksPerSecond, 4)
    case 3: (information, byteCount) = (.idleCycles, 8)
    default: return answer(.einval, caller)
    }
    guard request[int: 12] >= 0 else { return answer(.einval, caller) }
    callKernel(.getInfo) {
      $0[int: 16] = information.rawValue
      $0[word: 24] = ResidentMemory.start.rawValue
    }
    let bytes = Array(memory.prefix(min(byteCount, Int(request[int: 12]))))
    copyOut(bytes[...], to: roster[caller].endpoint, at: request[word: 28]) { [self] result in
      answer(result == .ok ? Int32(byteCount) : result.rawValue, caller)
    }
  }

  /// GETEPINFO.
  func answerEndpointInformation(_ request: Message, _ caller: ProcessSlot) {
    guard roster[caller].identity.isRoot else { return answer(.eperm, caller) }
    guard let slot = roster.slot(of: request[endpoint: 8]) else { return answer(.esrch, caller) }
    let identity = roster[slot].identity
    answer(roster[slot].pid, caller) {
      $0[int: 8] = Int32(identity.effectiveUser)
      $0[int: 12] = Int32(identity.effectiveGroup)
    }
  }

  /// GETPROCNR: an endpoint by pid, by name, or the caller's own; only root may ask for others.
  func answerEndpoint(_ request: Message, _ caller: ProcessSlot) {
    let (pid, nameByteCount) = (request[int: 8], request[int: 12])
    guard pid >= 0 || nameByteCount > 0 else {
      let isRoot = roster[caller].identity.isRoot
      return answerEndpoint(of: caller, parent: isRoot ? nil : Endpoint.none, caller)
    }
    guard roster[caller].identity.isRoot else { return answer(.eperm, caller) }
    guard pid < 0 else {
      guard let slot = roster.slot(ofPID: pid) else { return answer(.esrch, caller) }
      return answerEndpoint(of: slot, caller)
    }
    guard nameByteCount <= Self.nameLimit else { return answer(.esrch, caller) }
    copyIn(Int(nameByteCount), from: roster[caller].endpoint, at: request[word: 20]) {
      [self] bytes in
      switch bytes {
      case .failure(let error): answer(error, caller)
      case .success(let bytes):
        let name = String(decoding: bytes.prefix { $0 != 0 }.prefix(7), as: UTF8.self)
        guard
          let slot = roster.occupied.first(where: {
            kernel.name(of: roster[$0].endpoint) == name
          })
        else { return answer(.esrch, caller) }
        answerEndpoint(of: slot, caller)
      }
    }
  }

  /// `PROC_NAME_LEN`.
  private static var nameLimit: Int32 { 16 }

  private func answerEndpoint(
    of slot: ProcessSlot, parent: Endpoint? = nil, _ caller: ProcessSlot
  ) {
    answer(0, caller) {
      $0[endpoint: 8] = roster[slot].endpoint
      $0[endpoint: 12] = parent ?? roster[roster[slot].parent].endpoint
    }
  }
}
