import I386
import MinixABI
import Testing

@testable import VMServer

/// ABI 9.2: RS_UPDATE.
@Suite struct UpdateTests {
  let bench = VMBench()
  let (old, new): (Endpoint, Endpoint)

  init() {
    old = bench.process(11)
    new = Endpoint(generation: 1, slot: ProcessSlot(rawValue: 12))
    bench.vm.createAddressSpace(for: new, isSystem: true)
  }

  private func update(
    _ source: Endpoint, _ destination: Endpoint, from caller: Endpoint = .rs
  ) -> Int32? {
    var request = Message(type: VMCallNumber.rsUpdate.messageType)
    request[endpoint: 8] = source
    request[endpoint: 12] = destination
    return bench.call(caller, request)?.type
  }

  @Test func theyChangePlaces() {
    _ = bench.mmap(new, count: 0x2000, hint: 0x3000_0000, flags: 0x0C)
    _ = bench.fault(old, VMBench.heap, [.user, .write])
    var dma = Message(type: VMCallNumber.addDMA.messageType)
    dma[endpoint: 8] = old
    dma[word: 24] = 0x1000
    #expect(bench.call(.pm, dma)?.type == 0)
    let before = bench.snapshot()
    let (heap, mapped) = (
      bench.entry(old, VMBench.heap), bench.entry(new, 0x3000_1000)
    )
    let directories = [old, new].map { bench.directory($0) }
    _ = bench.kernel.takeCalls()

    #expect(update(old, new) == 0)
    #expect(bench.kernel.takeCalls() == ["UPDATE \(old) \(new)", "CR3 \(old)", "CR3 \(new)"])
    #expect([old, new].map { bench.directory($0) } == directories, "a slot keeps its directory")
    #expect(bench.entry(new, VMBench.heap) == heap && bench.entry(old, 0x3000_1000) == mapped)
    #expect(!bench.entry(old, VMBench.heap).isPresent)
    let after = bench.snapshot()
    #expect(after.regions[11] == before.regions[12] && after.regions[12] == before.regions[11])
    #expect(after.calls[11] == before.calls[12] && after.calls[12] == before.calls[11])
    #expect((after.hasDMA[11], after.hasDMA[12]) == (false, true))
    #expect(after.dma.map(\.owner) == [new])
    #expect(bench.faults(old).zeroFill == 1)
    // Each lives on where it is now.
    #expect(bench.fault(new, VMBench.heap + 0x1000, [.user, .write]).last == "CLEAR \(new)")
    #expect(bench.fault(old, VMBench.heap) == ["KILL \(old) 11", "CLEAR \(old)"])

    #expect(update(new, old) == 0)
    #expect(bench.entry(old, VMBench.heap) == heap)
    #expect(bench.end(old) == [0, 0])
    #expect(bench.pagesUsed == 2)
    // The slot's next tenant finds an empty directory.
    let next = bench.process(11)
    #expect(!bench.entry(next, VMBench.heap).isPresent)
    #expect(bench.entry(new, 0x3000_1000) == mapped)
    #expect(bench.end(new) == [0, 0] && bench.end(next) == [0, 0])
    #expect((bench.pagesUsed, bench.tablesUsed) == (0, 0))
  }

  @Test func withItself() {
    let before = bench.snapshot()
    #expect(update(new, new) == 0)
    #expect(bench.kernel.takeCalls() == ["UPDATE \(new) \(new)"])
    #expect(bench.snapshot() == before)
  }

  @Test func refused() {
    _ = bench.fault(old, VMBench.heap, [.user, .write])
    let before = bench.snapshot()
    let stranger = Endpoint(generation: 2, slot: old.slot)
    for someone in [stranger, .vfs, .itself, .none, .system] {
      #expect(update(someone, new) == ResultCode.einval.rawValue)
      #expect(update(new, someone) == ResultCode.einval.rawValue)
    }
    #expect(update(old, new, from: .pm) == ResultCode.enosys.rawValue)
    #expect(update(old, new, from: new) == ResultCode.enosys.rawValue)
    for result in [ResultCode.eperm, .ebusy, .einval] {
      bench.kernel.updateResult = result
      #expect(update(old, new) == result.rawValue)
    }
    #expect(bench.snapshot() == before)
  }
}

extension VMBench {
  fileprivate func directory(_ endpoint: Endpoint) -> PhysicalAddress {
    vm.spaces[Int(endpoint.slot.rawValue)].directory
  }
}
