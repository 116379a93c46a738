import MinixABI
import Testing

@testable import Kernel

/// SYS_STATECTL (ABI 8.4).
@Suite struct StateControlTests {
  @Test func clearsReferences() throws {
    let bench = try Bench()
    let service = try bench.system(11)
    let (sender, caller) = (try bench.system(12), try bench.system(13))
    let (receiver, notified) = (try bench.system(14), try bench.system(15))
    bench.send(sender, .send, service.endpoint, type: 1)
    bench.send(caller, .sendrec, service.endpoint, type: 1)
    bench.ipc(receiver, .receive, service.endpoint)
    #expect(bench.ipc(service, .notify, notified.endpoint) == .ok)
    #expect(bench.call(service, Message(.stateControl, .none, 1))?.type == 0)
    for guest in [sender, caller, receiver] {
      #expect(bench.rts(guest).isEmpty)
      #expect(bench.result(guest) == .edeadsrcdst)
    }
    bench.ipc(notified, .receive, .any)
    #expect(bench.rts(notified) == .receiving)
    #expect(bench.rts(service).isEmpty)
    bench.checkInvariants()
    // It is no dead process: others may turn to it again.
    #expect(bench.send(sender, .send, service.endpoint, type: 2) == .ok)
    #expect(bench.rts(sender) == .sending)
  }

  @Test(arguments: [0, 2, -1] as [Int32]) func refuses(_ request: Int32) throws {
    let bench = try Bench()
    let (service, sender) = (try bench.system(11), try bench.system(12))
    bench.send(sender, .send, service.endpoint, type: 1)
    let reply = bench.call(service, Message(.stateControl, .none, request))
    #expect(reply?.type == ResultCode.einval.rawValue)
    #expect(bench.rts(sender) == .sending)
  }
}
