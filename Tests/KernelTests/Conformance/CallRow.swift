import MinixABI
import Testing

@testable import Kernel

/// A row of the ABI's table of kernel calls (8.3): what comes before, the request, its answer, and
/// how both processes stand afterwards.
struct CallRow: Sendable, CustomTestStringConvertible {
  var call: KernelCallNumber
  var what: String
  /// The answer; nil for a call that gets none.
  var result: ResultCode?
  /// The flags of the process that the call is about, afterwards; nil if the call must not touch them.
  var rts: RTSFlags?
  var misc: MiscFlags?
  /// The caller's flags afterwards.
  var callerRTS: RTSFlags = []
  /// Prepares what the row is about.
  var request: @Sendable (Scene) throws -> Message

  var testDescription: String { "\(call.name), \(what): \(result?.description ?? "no reply")" }

  init(
    _ call: KernelCallNumber, _ what: String, _ result: ResultCode?, rts: RTSFlags? = nil,
    misc: MiscFlags? = nil, callerRTS: RTSFlags = [],
    _ request: @escaping @Sendable (Scene) throws -> Message
  ) {
    (self.call, self.what, self.result) = (call, what, result)
    (self.rts, self.misc, self.callerRTS) = (rts, misc, callerRTS)
    self.request = request
  }

  /// One after the other.
  static func join(_ parts: [CallRow]...) -> [CallRow] { parts.flatMap { $0 } }

  /// Answers `result` for each of the endpoints that the word at an offset may name.
  static func endpoints(
    _ call: KernelCallNumber, at offset: Int, _ rows: [(Endpoint, ResultCode)],
    _ request: @escaping @Sendable (Scene) throws -> Message
  ) -> [CallRow] {
    rows.map { endpoint, result in
      CallRow(call, "of \(endpoint)", result) { scene in
        var message = try request(scene)
        message[endpoint: offset] = endpoint
        return message
      }
    }
  }

  /// Nobody: no process, a wrong generation, an empty slot, no slot.
  static func nobody(_ result: ResultCode) -> [(Endpoint, ResultCode)] {
    [.none, Endpoint(rawValue: 12), .rs, Endpoint(rawValue: -7)].map { ($0, result) }
  }
}

/// A service that calls, a user that the call is mostly about, and another service.
final class Scene {
  let bench: Bench
  let caller: Guest
  let user: Guest
  let other: Guest
  /// Whom the row's expectations are about.
  var target: Guest

  init() throws {
    bench = try Bench()
    (caller, user, other) = (try bench.system(11), try bench.user(12), try bench.system(13))
    target = user
    for guest in [caller, user, other] { _ = bench.resume(guest) }
  }

  /// A request by words at offsets.
  func request(_ call: KernelCallNumber, _ words: (Int, Int32)...) -> Message {
    var message = Message(type: call.messageType)
    for (offset, word) in words { message[int: offset] = word }
    return message
  }

  var me: Int32 { caller.endpoint.rawValue }
  var them: Int32 { user.endpoint.rawValue }

  func privilege(_ guest: Guest) -> PrivilegeID { bench.kernel.processes[guest.slot].privilege }

  /// A service that is none: the calls that need SYS_PROC refuse it.
  func demote() { bench.kernel.privileges[privilege(caller)].flags.remove(.systemProcess) }

  /// The user waits for PM's reply, as in a fork or an exec.
  func userWaits() {
    bench.send(user, .sendrec, .pm, type: 2)
    _ = bench.take(.pm)
  }

  /// The other service takes the user's place.
  func aboutOther() { target = other }

  /// The other service waits to send to a third one.
  func otherSends(_ call: IPCCall) throws {
    aboutOther()
    let third = try bench.system(14)
    bench.send(other, call, third.endpoint, type: 1)
  }

  func disallowOther() {
    aboutOther()
    bench.kernel.processes.set(.noPriv, on: other.slot)
  }

  func signalUser() { bench.call(.pm, Message(.kill, user.endpoint, 15)) }
}

/// An address as a word of a request.
func word(_ place: UInt32) -> Int32 { Int32(bitPattern: place) }
