import I386
import MinixABI
import TestSupport
import Testing

@testable import VMServer

/// ABI 9.2: NOTIFY_SIG and QUERY_EXIT; 9.1: a ping.
@Suite struct ExitNoticeTests {
  let bench = VMBench()
  let server = Endpoint(generation: 1, slot: ProcessSlot(rawValue: 13))

  init() { bench.vm.createAddressSpace(for: server, isSystem: true) }

  private func notify(_ dying: Endpoint, _ server: Endpoint, from caller: Endpoint = .pm) -> Int32?
  {
    var request = Message(type: VMCallNumber.notifySignal.messageType)
    request[endpoint: 8] = dying
    request[endpoint: 12] = server
    return bench.call(caller, request)?.type
  }

  /// The next endpoint, and whether there are more.
  private func query() -> (Endpoint, Int32)? {
    guard let reply = bench.call(server, Message(type: VMCallNumber.queryExit.messageType)),
      reply.type == 0
    else { return nil }
    return (reply[endpoint: 8], reply[int: 12])
  }

  private static func endpoint(_ number: Int32) -> Endpoint {
    Endpoint(generation: 1, slot: ProcessSlot(rawValue: number))
  }

  @Test func firstInFirstOut() throws {
    #expect(try #require(query()) == (.none, 0))
    for number: Int32 in [20, 21, 22] { #expect(notify(Self.endpoint(number), server) == 0) }
    #expect(bench.kernel.notified == [server, server, server])
    #expect(try #require(query()) == (Self.endpoint(20), 1))
    #expect(notify(Self.endpoint(20), server) == 0)
    #expect(try #require(query()) == (Self.endpoint(21), 1))
    #expect(try #require(query()) == (Self.endpoint(22), 1))
    #expect(try #require(query()) == (Self.endpoint(20), 0))
    #expect(try #require(query()) == (.none, 0))
  }

  /// Nobody is woken where there is no server, or when it is the one that dies.
  @Test func whoIsWoken() throws {
    #expect(notify(Self.endpoint(20), Endpoint(rawValue: 0)) == 0)
    #expect(notify(Self.endpoint(21), .none) == 0)
    #expect(notify(server, server) == 0)
    #expect(bench.kernel.notified == [])
    #expect(try #require(query()) == (Self.endpoint(20), 1))
    #expect(try #require(query()) == (Self.endpoint(21), 1))
    #expect(try #require(query()) == (server, 0))
  }

  @Test func full() throws {
    // From every place of the ring, so that it goes round.
    for round: Int32 in 0..<3 {
      for number in 0..<256 { #expect(notify(Self.endpoint(round + Int32(number)), .none) == 0) }
      let before = bench.snapshot()
      let woken = bench.kernel.notified
      #expect(notify(Self.endpoint(9), server) == ResultCode.enomem.rawValue)
      #expect(bench.kernel.notified == woken && bench.snapshot() == before)
      for number in 0..<256 {
        #expect(
          try #require(query()) == (Self.endpoint(round + Int32(number)), number == 255 ? 0 : 1))
      }
      #expect(notify(Self.endpoint(1), .none) == 0 && query()?.0 == Self.endpoint(1))
    }
  }

  @Test func whoMay() {
    let user = bench.process(11)
    let before = bench.snapshot()
    #expect(notify(user, server, from: server) == ResultCode.enosys.rawValue)
    #expect(notify(user, server, from: user) == ResultCode.enosys.rawValue)
    #expect(
      bench.call(user, Message(type: VMCallNumber.queryExit.messageType))?.type
        == ResultCode.enosys.rawValue)
    #expect(bench.snapshot() == before)
  }

  /// A notification from RS is answered by one; others are ignored.
  @Test func pings() {
    for source in [Endpoint.rs, .pm, server, .clock] {
      var message = Message(type: 0x1002)
      message.source = source
      bench.vm.handle(message, status: IPCStatus(call: .notify))
    }
    #expect(bench.kernel.notified == [.rs])
    #expect(bench.kernel.takeReplies().isEmpty && bench.kernel.takeCalls() == [])
  }
}
