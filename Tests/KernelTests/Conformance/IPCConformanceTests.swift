import MinixABI
import Testing

@testable import Kernel

/// The ABI's IPC primitives (3.4 to 3.11): the success and every documented error of each, and the
/// flags and queues of both processes afterwards.
@Suite struct IPCConformanceTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var call: IPCCall
    var what: String
    var result: ResultCode
    /// Whether the caller is an ordinary user.
    var isUser = false
    var peer = Self.peer
    var buffer = Place.message
    /// The flags of caller and peer afterwards; nil: as before.
    var caller: RTSFlags = []
    var callersMisc: MiscFlags?
    var after: RTSFlags?
    var peersMisc: MiscFlags?
    /// Whether the caller then stands in the peer's queue.
    var isQueued = false
    /// What the peer does before.
    var before: @Sendable (Bench, Guest, Guest) throws -> Void = { _, _, _ in }

    static let peer = Endpoint(generation: 1, slot: ProcessSlot(rawValue: 12))
    var testDescription: String { "\(call.name), \(what): \(result)" }
  }

  private static let waits: @Sendable (Bench, Guest, Guest) throws -> Void = { bench, _, peer in
    bench.ipc(peer, .receive, .any)
  }

  private static let sendsToCaller: @Sendable (Bench, Guest, Guest) throws -> Void = {
    bench, caller, peer in
    bench.send(peer, .send, caller.endpoint, type: 7)
  }

  /// Flags of every guest of the bench that has run.
  private static let usual: MiscFlags = [.fullVM, .fpuInitialized]
  private static let gets = usual.union(.deliverMessage)
  private static let asks = usual.union(.replyPend)

  static let rows: [Row] = refusals + send + receive + notify + senda

  private static let refusals: [Row] = [IPCCall.send, .sendrec, .sendnb, .notify].flatMap { call in
    [
      Row(call: call, what: "ANY", result: .einval, peer: .any),
      Row(call: call, what: "nobody", result: .edeadsrcdst, peer: .none),
      Row(call: call, what: "a dead one", result: .edeadsrcdst, peer: Endpoint(rawValue: 12)),
      Row(call: call, what: "not allowed", result: .ecalldenied, peer: .initProcess),
      Row(call: call, what: "a user to a stranger", result: .ecalldenied, isUser: true),
    ]
      + (call == .sendrec
        ? []
        : [
          Row(call: call, what: "a user to PM", result: .etrapdenied, isUser: true, peer: .pm),
          Row(call: call, what: "a task", result: .etrapdenied, peer: .clock),
        ])
  }

  private static let send: [Row] = [
    Row(call: .sendrec, what: "one who may only receive", result: .etrapdenied) {
      bench, caller, _ in
      bench.kernel.privileges[bench.kernel.processes[caller.slot].privilege].trapMask = .task
    },
    Row(
      call: .send, what: "to one who waits", result: .ok, after: [], peersMisc: gets, before: waits),
    Row(
      call: .send, what: "to one who is busy", result: .ok, caller: .sending, isQueued: true),
    Row(
      call: .sendnb, what: "to one who waits", result: .ok, after: [], peersMisc: gets,
      before: waits),
    Row(call: .sendnb, what: "to one who is busy", result: .enotready),
    Row(call: .sendnb, what: "to one who sends", result: .enotready, before: sendsToCaller),
    Row(
      call: .sendrec, what: "to one who waits", result: .ok, caller: .receiving, callersMisc: asks,
      after: [], peersMisc: gets, before: waits),
    Row(
      call: .sendrec, what: "to one who is busy", result: .ok, caller: [.sending, .receiving],
      callersMisc: asks, isQueued: true),
    Row(call: .send, what: "in a circle", result: .elocked, before: sendsToCaller),
    Row(
      call: .sendrec, what: "in a circle", result: .elocked, callersMisc: asks,
      before: sendsToCaller),
    Row(
      call: .send, what: "from outside", result: .efault, buffer: 0xF000_0000, before: waits),
    Row(
      call: .sendnb, what: "from outside", result: .efault, buffer: 0xF000_0000, before: waits),
    Row(
      call: .sendrec, what: "from outside", result: .efault, buffer: 0xF000_0000,
      callersMisc: asks, before: waits),
    Row(
      call: .send, what: "from outside, to one who is busy", result: .efault, buffer: 0xFFFF_FFF0),
  ]

  private static let receive: [Row] = [
    Row(call: .receive, what: "from anyone", result: .ok, peer: .any, caller: .receiving),
    Row(call: .receive, what: "from one who is busy", result: .ok, caller: .receiving),
    Row(
      call: .receive, what: "from one who sends", result: .ok, callersMisc: gets, after: [],
      before: sendsToCaller),
    Row(
      call: .receive, what: "from anyone, and one sends", result: .ok, peer: .any,
      callersMisc: gets, after: [], before: sendsToCaller),
    Row(
      call: .receive, what: "from one who has asked", result: .ok, callersMisc: gets,
      after: .receiving
    ) { bench, caller, peer in
      bench.send(peer, .sendrec, caller.endpoint, type: 7)
    },
    Row(
      call: .receive, what: "from anyone, after a notification", result: .ok, peer: .any,
      callersMisc: gets
    ) { bench, caller, peer in
      bench.ipc(peer, .notify, caller.endpoint)
    },
    Row(call: .receive, what: "from nobody", result: .edeadsrcdst, peer: .none),
    Row(call: .receive, what: "a user", result: .etrapdenied, isUser: true, peer: .any),
    Row(call: .receive, what: "outside", result: .efault, peer: .any, buffer: 0xEFFF_FFDD),
    Row(call: .receive, what: "in a circle", result: .elocked) { bench, caller, peer in
      bench.ipc(peer, .receive, caller.endpoint)
    },
  ]

  private static let notify: [Row] = [
    Row(
      call: .notify, what: "one who waits", result: .ok, after: [], peersMisc: gets, before: waits),
    Row(call: .notify, what: "one who is busy", result: .ok),
    Row(call: .notify, what: "one who sends", result: .ok, before: sendsToCaller),
    Row(call: .notify, what: "one who asks", result: .ok) { bench, caller, peer in
      let third = try bench.system(13)
      bench.ipc(third, .receive, .any)
      bench.send(peer, .sendrec, third.endpoint, type: 1)
    },
  ]

  private static let senda: [Row] = [
    Row(call: .senda, what: "nothing", result: .ok, peer: Endpoint(rawValue: 0)),
    // One message for the peer, at the start of the page.
    Row(
      call: .senda, what: "to one who waits", result: .ok, peer: Endpoint(rawValue: 1),
      buffer: Place.pair, after: [], peersMisc: gets, before: waits),
    Row(
      call: .senda, what: "to one who is busy", result: .ok, peer: Endpoint(rawValue: 1),
      buffer: Place.pair, peersMisc: usual.union(.asyncMessage)),
    Row(
      call: .senda, what: "too much", result: .edom, peer: Endpoint(rawValue: 4161),
      buffer: Place.pair),
    Row(
      call: .senda, what: "a user", result: .eperm, isUser: true, peer: Endpoint(rawValue: 1),
      buffer: Place.pair),
    Row(
      call: .senda, what: "garbage", result: .einval, peer: Endpoint(rawValue: 1),
      buffer: Place.pair + 4, before: waits),
    Row(
      call: .senda, what: "from outside", result: .efault, peer: Endpoint(rawValue: 1),
      buffer: 0xF000_0000, before: waits),
  ]

  @Test(arguments: rows) func row(_ row: Row) throws {
    let bench = try Bench()
    let caller = row.isUser ? try bench.user(11) : try bench.system(11)
    let peer = try bench.system(12)
    let bystander = try bench.system(20)
    for guest in [caller, peer, bystander] { _ = bench.resume(guest) }
    let entry: [UInt32] = [1, UInt32(bitPattern: peer.endpoint.rawValue), 0]
    let bytes = entry.flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
    }
    bench.write(bytes + Message(type: 0x700).bytes, to: caller, at: Place.pair)
    try row.before(bench, caller, peer)
    _ = bench.resume(caller)
    let before = (bench.rts(peer), bench.misc(peer), bench.misc(caller))
    bench.write(Message(type: 0x55), to: caller, at: Place.message)
    #expect(bench.ipc(caller, row.call, row.peer, at: row.buffer) == row.result)
    #expect(bench.rts(caller) == row.caller)
    #expect(bench.misc(caller) == row.callersMisc ?? before.2)
    #expect(bench.rts(peer) == row.after ?? before.0)
    #expect(bench.misc(peer) == row.peersMisc ?? before.1)
    let head = bench.kernel.processes[peer.slot].callerQueueHead
    #expect(head == (row.isQueued ? caller.slot : .none))
    #expect((bench.rts(bystander), bench.misc(bystander)) == ([], Self.usual))
    #expect(bench.memoryRequest() == nil)
    bench.checkInvariants()
  }

  /// Nothing is left out. EBADCALL is nobody's: `RefusalTests` has it.
  @Test func theTableIsComplete() {
    let sender: Set<ResultCode> = [
      .ok, .einval, .edeadsrcdst, .ecalldenied, .etrapdenied, .elocked, .efault,
    ]
    let documented: [IPCCall: Set<ResultCode>] = [
      .send: sender, .sendrec: sender,
      .sendnb: sender.subtracting([.elocked]).union([.enotready]),
      .notify: sender.subtracting([.elocked, .efault]),
      .receive: [.ok, .edeadsrcdst, .etrapdenied, .efault, .elocked],
      .senda: [.ok, .edom, .eperm, .einval, .efault],
    ]
    for (call, results) in documented {
      #expect(Set(Self.rows.filter { $0.call == call }.map(\.result)) == results, "\(call.name)")
    }
  }
}
