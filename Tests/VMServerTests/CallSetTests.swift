import I386
import MinixABI
import Testing

@testable import VMServer

/// ABI 2.3 and 9.1: who may make which calls to VM.
@Suite struct CallSetTests {
  private static let basic: Set<Int32> = [10, 15, 16, 17, 19]

  /// What each process may call, by index.
  private static let sets: [(Endpoint, Set<Int32>)] = [
    (.pm, basic.union([0, 1, 2, 3, 4, 5, 12, 13, 14, 39])),
    (.rs, basic.union([37, 41])),
    (.vm, []),
    (.vfs, basic), (.memory, basic), (.log, basic), (.tty, basic), (.ds, basic), (.mfs, basic),
    (.pfs, basic), (.initProcess, basic),
  ]

  @Test(arguments: sets) func theBootImage(_ caller: Endpoint, _ expected: Set<Int32>) {
    let bench = VMBench()
    #expect(Set((0..<42).filter { bench.mayCall($0, caller) }) == expected)
    // The same with an address space: a guest in the server's place.
    bench.vm.createAddressSpace(for: caller)
    #expect(Set((0..<42).filter { bench.mayCall($0, caller) }) == expected)
  }

  @Test func programs() {
    let bench = VMBench()
    let user = bench.process(11)
    let service = Endpoint(generation: 3, slot: ProcessSlot(rawValue: 12))
    bench.vm.createAddressSpace(for: service, isSystem: true)
    #expect(Set((0..<42).filter { bench.mayCall($0, user) }) == Self.basic)
    #expect(
      Set((0..<42).filter { bench.mayCall($0, service) })
        == Self.basic.union([33, 34, 35, 36, 38, 40]))
    // Unknown to VM: nothing.
    for stranger in [
      Endpoint(generation: 2, slot: user.slot), Endpoint(generation: 1, slot: service.slot),
      Endpoint(generation: 1, slot: Endpoint.pm.slot), .system, .none, .any, .itself,
    ] { #expect((0..<42).allSatisfy { !bench.mayCall($0, stranger) }) }
  }

  private func setPrivilege(
    _ bench: VMBench, _ who: Endpoint, _ buffer: UInt32, from caller: Endpoint = .rs
  ) -> Int32? {
    var request = Message(type: VMCallNumber.rsSetPrivilege.messageType)
    request[endpoint: 8] = who
    request[word: 20] = buffer
    return bench.call(caller, request)?.type
  }

  @Test func setByRS() {
    let bench = VMBench()
    let process = bench.process(11)
    bench.kernel.copiedIn = [0x8000_0401, 0xFFFF_0202]
    #expect(setPrivilege(bench, process, 0x2000) == 0)
    // Bits 0, 10, 31, 33 and 41; what lies behind the six bytes does not count.
    #expect((0..<42).filter { bench.mayCall($0, process) } == [0, 10, 31, 33, 41])
    #expect(bench.kernel.takeCalls() == ["VIRCOPY RS SELF 6"])
    #expect(setPrivilege(bench, .vfs, 0x2000) == 0)
    #expect(bench.mayCall(0, .vfs) && !bench.mayCall(17, .vfs))
    // A new process in the slot begins anew.
    #expect(bench.end(process) == [0, 0])
    let next = bench.process(11)
    #expect(Set((0..<42).filter { bench.mayCall($0, next) }) == Self.basic)
  }

  @Test func setByRSRefused() {
    let bench = VMBench()
    let process = bench.process(11)
    let before = bench.snapshot()
    bench.kernel.copiedIn = [.max, .max]
    for who in [Endpoint.none, .itself, .system, Endpoint(generation: 2, slot: process.slot)] {
      #expect(setPrivilege(bench, who, 0x2000) == ResultCode.einval.rawValue)
    }
    #expect(setPrivilege(bench, process, 0) == 0)
    #expect(setPrivilege(bench, process, 0x2000, from: process) == ResultCode.enosys.rawValue)
    bench.kernel.copyResult = .efault
    #expect(setPrivilege(bench, process, 0x2000) == ResultCode.efault.rawValue)
    #expect(bench.snapshot() == before)
  }

  /// A guest in RS's place, whose buffer is not there yet, or is in no region.
  @Test func setByAGuest() {
    let bench = VMBench()
    let process = bench.process(11)
    bench.vm.createAddressSpace(for: .rs)
    #expect(
      bench.add(
        VirtualRegion(start: LinearAddress(0x5000), byteCount: 0x2000, flags: .anonymous), to: .rs))
    bench.kernel.copiedIn = [1, 0]
    #expect(setPrivilege(bench, process, 0x5FFD) == 0)
    #expect(
      bench.kernel.takeCalls() == ["MEMSET 1000 4096", "MEMSET 2000 4096", "VIRCOPY RS SELF 6"])
    let before = bench.snapshot()
    for buffer: UInt32 in [0x4FFF, 0x6FFB, 0x7000, 0xEFFF_FFFF, 0xFFFF_FFFF] {
      #expect(setPrivilege(bench, process, buffer) == ResultCode.efault.rawValue)
    }
    #expect(bench.snapshot() == before)
  }
}

extension VMBench {
  /// Whether a call by its number gets past the ACL.
  fileprivate func mayCall(_ index: Int32, _ caller: Endpoint) -> Bool {
    guard let call = VMCallNumber(rawValue: index) else { return false }
    return vm.mayMake(call, caller)
  }
}
