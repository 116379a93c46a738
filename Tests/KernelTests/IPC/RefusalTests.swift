import MinixABI
import Testing

@testable import Kernel

/// ABI 3.4: the tests that every IPC trap passes, in their order.
@Suite struct RefusalTests {
  /// Who calls, what, whom, and what it is answered.
  struct Row: Sendable, CustomTestStringConvertible {
    var isSystem: Bool
    var call: UInt32
    var peer: Endpoint
    var result: ResultCode
    var testDescription: String { "\(isSystem ? "system" : "user") \(call) \(peer): \(result)" }
  }

  static let sender: [UInt32] = [1, 3, 4, 5]
  /// An endpoint that names nobody: pseudo endpoints, empty slots, other generations, wild numbers.
  static let dead: [Endpoint] = [
    .none, .itself, .rs, .ds, Endpoint(rawValue: 60), Endpoint(rawValue: 12),
    Endpoint(generation: 2, slot: ProcessSlot(rawValue: 12)),
    Endpoint(generation: 1, slot: .init(rawValue: 0)), Endpoint(rawValue: -5),
    Endpoint(rawValue: .min), Endpoint(rawValue: .max), Endpoint(rawValue: 96),
  ]
  static let other = Endpoint(generation: 1, slot: ProcessSlot(rawValue: 12))

  static var rows: [Row] {
    var rows: [Row] = []
    func add(_ systems: [Bool], _ calls: [UInt32], _ peers: [Endpoint], _ result: ResultCode) {
      for isSystem in systems {
        for call in calls {
          for peer in peers {
            rows.append(Row(isSystem: isSystem, call: call, peer: peer, result: result))
          }
        }
      }
    }
    let both = [false, true]
    // 1: the number comes before everything else, a dead peer and ANY included.
    add(both, [0, 6, 7, 15, 17, 0x80, 0x8000_0001, .max], [.pm, .any, .none], .ebadcall)
    // 2 and 3: SENDA's "peer" is a count; its size is tested before the right to use it.
    add(both, [16], [Endpoint(rawValue: 4161), Endpoint(rawValue: -1)], .edom)
    add([false], [16], [Endpoint(rawValue: 4160), Endpoint(rawValue: 0)], .eperm)
    // 4 and 5: a user's trap mask does not matter yet.
    add(both, sender, [.any], .einval)
    add(both, sender + [2], dead, .edeadsrcdst)
    // 6: whom the caller may send to; RECEIVE is not concerned.
    add([false], sender, [other, .initProcess, .system, .clock], .ecalldenied)
    add([true], sender, [other, .initProcess], .ecalldenied)
    // 7: the trap mask.
    add([false], [1, 4, 5], [.pm, .vfs, .vm], .etrapdenied)
    add([false], [2], [.any, .pm, .system, other], .etrapdenied)
    // 8: only SENDREC and RECEIVE may name a kernel task.
    add([true], [1, 4, 5], [.idle, .clock, .system, .kernel], .etrapdenied)
    return rows
  }

  @Test(arguments: rows) func isRefusedAtOnce(_ row: Row) throws {
    let bench = try Bench()
    let caller = row.isSystem ? try bench.system(11) : try bench.user(11)
    _ = try bench.user(12)
    _ = bench.resume(caller)
    let before = bench.misc(caller)
    #expect(bench.ipc(caller, row.call, row.peer) == row.result)
    #expect(bench.rts(caller).isEmpty)
    #expect(bench.misc(caller) == before)
    #expect(bench.deliveries.isEmpty)
    bench.checkInvariants()
  }

  /// "A RECEIVE that fails immediately returns status 0."
  @Test func aRefusedReceiveClearsTheStatus() throws {
    let bench = try Bench()
    let caller = try bench.system(11)
    #expect(bench.ipc(caller, .receive, .none) == .edeadsrcdst)
    #expect(bench.status(caller) == 0)
  }

  /// A kernel task never receives: SENDREC passes the tests and waits for ever.
  @Test func sendrecToATaskWaitsForEver() throws {
    let bench = try Bench()
    let caller = try bench.system(11)
    bench.send(caller, .sendrec, .system, type: 1)
    #expect(bench.rts(caller) == [.sending, .receiving])
    bench.checkInvariants()
    #expect(bench.resume(caller) == nil)
  }

  /// The masks that the boot leaves: users to PM, VFS and VM; servers back to them; services to all.
  @Test func masks() throws {
    let bench = try Bench()
    let service = try bench.system(11)
    let user = try bench.user(12)
    func mask(_ slot: ProcessSlot) -> UInt32 {
      bench.kernel.privileges[bench.kernel.processes[slot].privilege].ipcTo
    }
    #expect(mask(user.slot) == 0x1030)
    for server in [Endpoint.pm, .vfs, .vm] {
      #expect(mask(server.slot) & PrivilegeID.user.bit != 0)
      #expect(mask(server.slot) & 1 << 15 != 0, "the service may be answered")
      #expect(mask(service.slot) & PrivilegeID(ofBootProcess: server.slot).bit != 0)
    }
    #expect(mask(service.slot) & PrivilegeID.user.bit == 0)
  }
}
