import MinixABI

/// One field of a message: its name, where it stands, and what its number means.
struct MessageField {
  enum Kind { case number, short, address, endpoint, signal, result, errorCode }

  let name: String
  let offset: Int
  let kind: Kind

  init(_ name: String, _ offset: Int, _ kind: Kind = .number) {
    (self.name, self.offset, self.kind) = (name, offset, kind)
  }
}

/// The fields that requests have, by their types. A request that is in no table shows none.
enum MessageFields {
  private static let process = MessageField("who", 8, .endpoint)

  /// Requests to VM, to PM and VFS, and the kernel's to a scheduler.
  static func ofMessage(_ type: Int32) -> [MessageField] {
    if let call = VMCallNumber(rawValue: type &- VMCallNumber.base) { return ofVMCall(call) }
    if type == SchedulingMessage.noQuantum {
      return [process, .init("priority", 12), .init("quantum", 16)]
    }
    return ofPosixCall(type)
  }

  private static func ofVMCall(_ call: VMCallNumber) -> [MessageField] {
    switch call {
    case .pageFault: [.init("address", 8, .address), .init("error", 12, .errorCode)]
    case .exit, .willExit, .pushSignal, .rsSetPrivilege: [process]
    case .fork: [process, .init("slot", 12)]
    case .brk: [process, .init("address", 20, .address)]
    case .execNewMemory: [process, .init("bytes", 12), .init("argument", 20, .address)]
    case .mmap:
      [
        .init("address", 20, .address), .init("bytes", 24), .init("prot", 8, .short),
        .init("flags", 10, .short), .init("fd", 12), .init("offset", 16),
      ]
    case .munmap, .munmapText: [.init("address", 20, .address), .init("bytes", 8)]
    case .mapPhysical: [process, .init("bytes", 12), .init("physical", 24, .address)]
    case .unmapPhysical: [process, .init("address", 20, .address)]
    case .remap:
      [
        .init("to", 8, .endpoint), .init("from", 12, .endpoint), .init("bytes", 16),
        .init("wanted", 20, .address), .init("address", 24, .address),
      ]
    case .addDMA, .deleteDMA: [process, .init("start", 20, .address), .init("bytes", 24)]
    default: []
    }
  }

  private static func ofPosixCall(_ type: Int32) -> [MessageField] {
    switch type {
    case 1: [.init("status", 8)]
    case 3, 4: [.init("fd", 8), .init("bytes", 12), .init("buffer", 20, .address)]
    case 7: []
    case 11: [.init("pid", 8), .init("options", 12)]
    case 17: [.init("address", 20, .address)]
    case 27: [.init("seconds", 8)]
    case 37: [.init("pid", 8), .init("signal", 12, .signal)]
    case 59:
      [.init("path", 20, .address), .init("frame", 24, .address), .init("frameBytes", 12)]
    case 71: [.init("signal", 12, .signal)]
    case 89: [.init("which", 8), .init("of", 12), .init("value", 16)]
    default: []
    }
  }

  /// Requests to the kernel.
  static func ofCall(_ call: KernelCallNumber) -> [MessageField] {
    switch call {
    case .vmControl: [process, .init("value", 16, .address)]
    case .fork: [process, .init("slot", 12), .init("flags", 16)]
    case .exec: [process, .init("stack", 20, .address), .init("entry", 28, .address)]
    case .clear, .endKernelSignal, .scheduleControl, .trace: [process]
    case .schedule: [process, .init("priority", 12), .init("quantum", 16)]
    case .privilegeControl: [process, .init("request", 12)]
    case .kill: [process, .init("signal", 12, .signal)]
    case .signalSend, .signalReturn: [process, .init("context", 28, .address)]
    case .newMap: [process, .init("map", 20, .address)]
    case .memset:
      [.init("physical", 28, .address), .init("bytes", 20), .init("pattern", 24)]
    case .virtualCopy, .physicalCopy:
      [
        .init("from", 12, .endpoint), .init("source", 20, .address), .init("to", 16, .endpoint),
        .init("destination", 24, .address), .init("bytes", 28),
      ]
    case .umap: [.init("who", 12, .endpoint), .init("address", 20, .address), .init("bytes", 28)]
    case .setAlarm: [.init("ticks", 20), .init("absolute", 12)]
    case .times: [process]
    case .getInfo: [.init("request", 16), .init("buffer", 24, .address)]
    case .safeCopyFrom, .safeCopyTo:
      [
        .init("granter", 8, .endpoint), .init("grant", 16), .init("offset", 20),
        .init("address", 28, .address), .init("bytes", 24),
      ]
    case .setGrant: [.init("entries", 12), .init("table", 28, .address)]
    case .runControl: [process, .init("action", 12), .init("flags", 16)]
    case .safeMap:
      [
        .init("granter", 8, .endpoint), .init("grant", 12), .init("address", 20, .address),
        .init("bytes", 24),
      ]
    case .virtualTimer: [.init("who", 24, .endpoint), .init("which", 8), .init("value", 20)]
    default: []
    }
  }
}
