/// One thing that happens to the kernel and to its model.
enum IPCModelStep {
  /// An IPC trap but SENDA.
  case ipc(caller: Int, call: UInt32, peer: Int32, buffer: UInt32)
  /// SENDA of a table that the caller has just written.
  case senda(caller: Int, count: Int, table: [ModelEntry], address: UInt32)
  case fault(Int)
  case clearFault(Int32)
  case fetchSignals(by: Int)
  case endSignals(Int32, by: Int)
  case clearReferences(Int)
  case kill(Int32, signal: Int)
  case control(Int32, stops: Bool, delays: Bool)
  case schedule(Int32, priority: Int)
  /// CLOCK's alarm.
  case alarm(Int32)
  /// SYS_TRACE, T_STOP or T_RESUME.
  case trace(Int32, stops: Bool)
  /// SYS_PRIVCTL, DISALLOW or ALLOW.
  case privilege(Int32, allows: Bool)
  case exec(Int32)
  case death(Int32)
  case fork(Int32, slot: Int)
  case birth(slot: Int, isSystem: Bool, priority: Int, manager: Int32)
  case masks(structure: Int, traps: UInt16, ipcTo: UInt32)
}

extension IPCModelStep: CustomStringConvertible {
  var description: String {
    switch self {
    case .ipc(let caller, let call, let peer, let buffer):
      "slot \(caller): \(Self.name(of: call)) \(Self.name(of: peer)) at \(Self.hex(buffer))"
    case .senda(let caller, let count, let table, let address):
      "slot \(caller): SENDA of \(count) at \(Self.hex(address)): "
        + table.map { "\($0.flags) to \(Self.name(of: $0.destination))" }.joined(separator: ", ")
    case .fault(let slot): "slot \(slot) faults"
    case .clearFault(let endpoint): "VM clears the fault of \(endpoint)"
    case .fetchSignals(let manager): "slot \(manager): GETKSIG"
    case .endSignals(let endpoint, let manager): "slot \(manager): ENDKSIG \(endpoint)"
    case .clearReferences(let slot): "slot \(slot): STATECTL"
    case .kill(let endpoint, let signal): "KILL \(endpoint) \(signal)"
    case .control(let endpoint, let stops, let delays):
      "RUNCTL \(endpoint) \(stops ? "stop" : "resume")\(delays ? ", delayed" : "")"
    case .schedule(let endpoint, let priority): "SCHEDULE \(endpoint) into queue \(priority)"
    case .alarm(let endpoint): "CLOCK notifies \(endpoint)"
    case .trace(let endpoint, let stops): "TRACE \(endpoint) \(stops ? "stop" : "resume")"
    case .privilege(let endpoint, let allows):
      "PRIVCTL \(endpoint) \(allows ? "allow" : "disallow")"
    case .exec(let endpoint): "EXEC \(endpoint)"
    case .fork(let endpoint, let slot): "FORK \(endpoint) into slot \(slot)"
    case .death(let endpoint): "CLEAR \(endpoint)"
    case .birth(let slot, let isSystem, let priority, let manager):
      "slot \(slot) is born as a \(isSystem ? "service" : "user") in queue \(priority), "
        + "managed by \(Self.name(of: manager))"
    case .masks(let structure, let traps, let ipcTo):
      "structure \(structure) gets traps \(Self.hex(UInt32(traps))), ipc_to \(Self.hex(ipcTo))"
    }
  }

  private static func name(of call: UInt32) -> String {
    switch call {
    case ModelCall.send: "SEND"
    case ModelCall.receive: "RECEIVE"
    case ModelCall.sendrec: "SENDREC"
    case ModelCall.notify: "NOTIFY"
    case ModelCall.sendnb: "SENDNB"
    default: "call \(call)"
    }
  }

  private static func name(of endpoint: Int32) -> String {
    switch endpoint {
    case ModelEndpoint.any: "ANY"
    case ModelEndpoint.none: "NONE"
    case ModelEndpoint.itself: "SELF"
    default: "\(endpoint)"
    }
  }

  private static func hex(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }
}
