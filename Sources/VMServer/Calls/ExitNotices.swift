import MinixABI

/// Endpoints that PM has announced as dying, for the IPC server to ask for: first in, first out.
///
/// Source: minix `servers/vm/queryexit.c`; ABI 9.2.
struct ExitNotices {
  /// How many can wait.
  static var capacity: Int { 256 }

  private var endpoints = [Endpoint](repeating: .none, count: ExitNotices.capacity)
  private var first = 0
  private(set) var count = 0

  /// Adds one.
  ///
  /// - Returns: false if too many wait already.
  mutating func append(_ endpoint: Endpoint) -> Bool {
    guard count < Self.capacity else { return false }
    endpoints[(first + count) % Self.capacity] = endpoint
    count += 1
    return true
  }

  /// Takes the one that has waited for the longest time.
  mutating func popFirst() -> Endpoint? {
    guard count > 0 else { return nil }
    defer { (first, count) = ((first + 1) % Self.capacity, count - 1) }
    return endpoints[first]
  }
}

extension VMServer {
  /// VM_NOTIFY_SIG: remembers a process that is about to die, and wakes the IPC server, unless there is
  /// none or it is the one that dies.
  mutating func notifySignal(_ request: Message) -> ResultCode {
    let (dying, server) = (request[endpoint: 8], request[endpoint: 12])
    guard exitNotices.append(dying) else { return .enomem }
    if server.rawValue != 0, server != .none, server != dying { gate.notify(server) }
    return .ok
  }

  /// VM_QUERY_EXIT: the next of them, NONE if there is none, and whether there are more.
  mutating func queryExit(_ reply: inout Message) -> ResultCode {
    reply[endpoint: 8] = exitNotices.popFirst() ?? .none
    reply[int: 12] = exitNotices.count > 0 ? 1 : 0
    return .ok
  }
}
