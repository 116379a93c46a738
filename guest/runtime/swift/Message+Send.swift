// Messages in Swift: the C structure, with its fields by MINIX's names.

/// A message of 36 bytes; fields are `m_source`, `m_type`, `m1_i1` and so on.
typealias Message = message

/// What a server or the kernel refused, as MINIX's positive error number.
struct MINIXError: Error {
  /// For example `EINVAL`, 22.
  let number: Int32
}

extension Message {
  /// Sends the message to `server` as request `number` and waits for the reply,
  /// which takes its place.  A negative result, of the trap or of the server,
  /// is thrown; the other is returned.
  @discardableResult
  mutating func sendrec(to server: endpoint_t, number: Int32) throws(MINIXError) -> Int32 {
    m_type = number
    let trapped = ipc_sendrec(server, &self)
    let result = trapped == OK ? m_type : trapped
    guard result >= 0 else { throw MINIXError(number: -result) }
    return result
  }
}
