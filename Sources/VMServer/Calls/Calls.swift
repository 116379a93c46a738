import I386
import MinixABI

extension VMServer {
  /// Serves a request: the table of VM's calls, behind the caller's ACL. A number without handler,
  /// and one that the caller may not use, answers ENOSYS; so does a forged VM_PAGEFAULT.
  ///
  /// Source: minix `servers/vm/main.c`; ABI 9.1 and 9.2.
  mutating func serveCall(_ request: Message) {
    if let slot = slot(of: request.source) { endLoading(of: slot) }
    var reply = request
    let result = carryOut(request, &reply)
    guard result != .suspend else { return }
    reply.type = result.rawValue
    gate.reply(reply, to: request.source)
  }

  private mutating func carryOut(_ request: Message, _ reply: inout Message) -> ResultCode {
    let index = request.type &- VMCallNumber.base
    guard index >= 0, index < VMCallNumber.count, let call = VMCallNumber(rawValue: index),
      mayMake(call, request.source)
    else { return .enosys }
    switch call {
    case .fork: return fork(request, &reply)
    case .brk: return brk(request)
    case .execNewMemory: return execNewMemory(request, &reply)
    case .pushSignal: return pushSignal(request, &reply)
    case .willExit: return willExit(request[endpoint: 8])
    case .exit: return exit(request[endpoint: 8])
    case .mmap: return mmap(request, &reply)
    case .munmap, .munmapText: return munmap(request)
    case .addDMA: return addDMA(request)
    case .deleteDMA: return deleteDMA(request)
    case .getDMA: return getDMA(&reply)
    case .mapPhysical: return mapPhysical(request, &reply)
    case .unmapPhysical: return unmapPhysical(request)
    case .remap: return remap(request, &reply)
    case .sharedUnmap: return sharedUnmap(request)
    case .getPhysical: return getPhysical(request, &reply)
    case .getReference: return getReference(request, &reply)
    case .rsSetPrivilege: return setPrivilege(request)
    case .queryExit: return queryExit(&reply)
    case .notifySignal: return notifySignal(request)
    case .info: return info(request, &reply)
    case .rsUpdate: return update(request)
    default: return .enosys
    }
  }
}
