import I386
import MinixABI
import Testing

@testable import VMServer

/// ABI 9.2: ADDDMA, DELDMA and GETDMA, read by 13.19.
@Suite struct DMATests {
  let bench = VMBench()
  let (process, driver): (Endpoint, Endpoint)

  init() { (process, driver) = (bench.process(11), bench.process(12)) }

  private func call(
    _ number: VMCallNumber, _ owner: Endpoint, at start: UInt32 = 0x4000,
    _ byteCount: UInt32 = 0x2000, by requestor: Endpoint? = nil, from caller: Endpoint = .pm
  ) -> Int32? {
    var request = Message(type: number.messageType)
    request[endpoint: 8] = owner
    request[endpoint: 12] = requestor ?? driver
    request[word: 20] = start
    request[word: 24] = byteCount
    return bench.call(caller, request)?.type
  }

  private func orphan() -> Message? { bench.call(.pm, Message(type: 0xC00 + 14)) }
  private func hasDMA(_ process: Endpoint) -> Bool {
    bench.snapshot().hasDMA[Int(process.slot.rawValue)]
  }

  @Test func whileItLives() {
    #expect(orphan()?.type == ResultCode.eagain.rawValue)
    #expect(call(.addDMA, process) == 0)
    #expect(hasDMA(process) && !hasDMA(driver))
    #expect(call(.addDMA, process, at: 0x8000, 0x1000, by: process) == 0)
    #expect(orphan()?.type == ResultCode.eagain.rawValue)
    #expect(call(.deleteDMA, process) == 0)
    #expect(hasDMA(process), "there is another one")
    #expect(call(.deleteDMA, process, at: 0x8000, 0x1000, by: process) == 0)
    #expect(!hasDMA(process))
    #expect(call(.deleteDMA, process) == ResultCode.esrch.rawValue)
  }

  /// A process with DMA dies like any other. What it had is told until it has been deleted.
  @Test func afterItsEnd() {
    _ = bench.fault(process, VMBench.heap, [.user, .write])
    #expect(call(.addDMA, process) == 0 && call(.addDMA, driver, at: 0x9000) == 0)
    #expect(call(.addDMA, process, at: 0x7000, 0x1000) == 0)
    #expect(bench.end(process) == [0, 0])
    #expect(bench.pagesUsed == 0)
    for (start, count) in [(0x4000, 0x2000), (0x7000, 0x1000)] as [(UInt32, UInt32)] {
      for _ in 0..<2 {
        let reply = orphan()
        #expect(reply?.type == 0 && reply?[endpoint: 8] == process)
        #expect(reply?[word: 20] == start && reply?[word: 24] == count)
      }
      // The slot's next tenant has nothing to do with it.
      let next = Endpoint(generation: 2, slot: process.slot)
      #expect(call(.deleteDMA, next, at: start, count) == ResultCode.esrch.rawValue)
      #expect(call(.deleteDMA, process, at: start, count) == 0)
    }
    #expect(orphan()?.type == ResultCode.eagain.rawValue)
    #expect(hasDMA(driver))
    #expect(!hasDMA(bench.process(11)))
  }

  @Test func refused() {
    for page: UInt32 in 0..<16 { #expect(call(.addDMA, process, at: page * 4096) == 0) }
    let before = bench.snapshot()
    #expect(call(.addDMA, driver) == ResultCode.enospc.rawValue)
    #expect(!hasDMA(driver))
    let stranger = Endpoint(generation: 2, slot: process.slot)
    for owner in [stranger, .none, .itself, .vfs, .system] {
      #expect(call(.addDMA, owner) == ResultCode.einval.rawValue)
      #expect(call(.deleteDMA, owner) == ResultCode.esrch.rawValue)
    }
    for (start, count) in [(0, 0), (0xFFFF_F000, 0x1001), (2, .max)] as [(UInt32, UInt32)] {
      #expect(call(.addDMA, process, at: start, count) == ResultCode.einval.rawValue)
      #expect(call(.deleteDMA, process, at: start, count) == ResultCode.esrch.rawValue)
    }
    for (start, count, by) in [
      (0x1_0000, 0x2000, driver), (0x4000, 0x1000, driver), (0x4000, 0x2000, process),
    ] as [(UInt32, UInt32, Endpoint)] {
      #expect(
        call(.deleteDMA, process, at: start, count, by: by) == ResultCode.esrch.rawValue)
    }
    for number in [VMCallNumber.addDMA, .deleteDMA, .getDMA] {
      #expect(call(number, process, from: driver) == ResultCode.enosys.rawValue)
    }
    #expect(bench.snapshot() == before)
    #expect(call(.deleteDMA, process) == 0 && call(.addDMA, driver) == 0)
  }
}
