import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// VM grants a memory request, and the memory isn't there: it is asked again, but not for ever. The
/// server's word could otherwise keep the whole system busy.
@Suite struct EmptyPromiseTests {
  let bench: Bench
  let caller: Guest
  let peer: Guest

  init() throws {
    bench = try Bench()
    (caller, peer) = (try bench.system(11), try bench.system(12))
  }

  /// The ways to wait for VM.
  enum Wait: CaseIterable, Sendable {
    case kernelCall, request, reply, send, delivery, receive
  }

  /// Where the memory is missing.
  private func place(_ wait: Wait) -> UInt32 { wait == .reply ? Place.readOnly : Place.absent }

  private func begin(_ wait: Wait) {
    switch wait {
    case .kernelCall:
      bench.call(
        caller,
        .copy(.virtualCopy, from: (1, .itself, Place.absent), to: (1, .itself, Place.pair), 4))
    case .request: bench.trapKernelCall(caller, at: Place.absent)
    case .reply: bench.call(caller, Message(.getCR3, who: .itself), at: Place.readOnly)
    case .send: bench.ipc(caller, .send, peer.endpoint, at: Place.absent)
    case .delivery:
      bench.ipc(caller, .receive, .any, at: Place.absent)
      bench.send(peer, .send, caller.endpoint, type: 7)
      _ = bench.resume(caller)
    case .receive:
      let id = bench.kernel.processes[peer.slot].privilege
      let table = AsyncTable(start: LinearAddress(Place.absent), count: 1)
      bench.kernel.privileges[id].asyncTable = table
      bench.kernel.processes[caller.slot].misc.insert(.asyncMessage)
      bench.ipc(caller, .receive, .any)
    }
  }

  /// VM says yes, and does nothing.
  private func promise(_ wait: Wait) {
    #expect(bench.rts(caller).contains(.vmRequest))
    #expect(bench.memoryRequest()?[word: 12] == place(wait))
    #expect(bench.answer(caller.endpoint, .ok) == .ok)
    _ = bench.resume(caller)
    bench.checkInvariants()
  }

  @Test(arguments: Wait.allCases) func itEnds(_ wait: Wait) {
    begin(wait)
    for _ in 0...FaultWatchdog.limit { promise(wait) }
    #expect(bench.memoryRequest() == nil)
    let rts = bench.rts(caller)
    switch wait {
    case .kernelCall:
      #expect(rts.isEmpty && bench.read(caller).type == ResultCode.efault.rawValue)
    case .request, .reply: #expect(rts.isEmpty)
    case .send: #expect(rts.isEmpty && bench.result(caller) == .efault)
    case .delivery: #expect(bench.fetchSignal() == (caller.endpoint, Signal.segmentation.bit))
    case .receive:
      #expect(rts == .receiving)
      let id = bench.kernel.processes[peer.slot].privilege
      #expect(bench.kernel.privileges[id].asyncTable.count == 0)
    }
    bench.checkInvariants()
  }

  /// A promise that is kept at last is kept; and the next operation begins to count anew.
  @Test(arguments: [Wait.kernelCall, .delivery, .send, .reply]) func lateButDone(_ wait: Wait)
    throws
  {
    for _ in 0..<3 {
      begin(wait)
      for _ in 1..<FaultWatchdog.limit { promise(wait) }
      bench.map(place(wait), of: caller, to: bench.physical(caller, place(wait)))
      promise(wait)
      #expect(bench.fetchSignal().victim == .none)
      #expect(!bench.rts(caller).contains(.vmRequest))
      if wait == .send {
        #expect(bench.rts(caller) == .sending)
        #expect(bench.ipc(peer, .receive, caller.endpoint) == .ok)
        #expect(bench.resume(peer) != nil)
      }
      if wait == .kernelCall { #expect(bench.read(caller).type == 0) }
      if wait == .delivery { #expect(bench.read(caller, at: Place.absent).type == 7) }
      unmap(place(wait), isReadOnly: wait == .reply)
    }
    bench.checkInvariants()
  }

  private func unmap(_ page: UInt32, isReadOnly: Bool) {
    if isReadOnly {
      let frame = bench.physical(caller, page)
      return bench.map(page, of: caller, isWritable: false, to: frame)
    }
    let linear = LinearAddress(page)
    let directory = bench.kernel.processes[caller.slot].directory
    let entry = PageDirectoryEntry(
      rawValue: bench.tables.load(directory + linear.directoryIndex * 4))
    bench.tables.store(
      0, at: entry.table + linear.tableIndex * 4, translating: linear, in: directory)
  }

  /// A process without a page table: VM finds the page in its books, and the kernel finds none.
  @Test func withoutAPageTable() {
    bench.ipc(caller, .receive, .any)
    bench.send(peer, .send, caller.endpoint, type: 7)
    bench.vmControl(.setCR3, caller.endpoint, 0)
    _ = bench.resume(caller)
    var requests = 0
    while bench.memoryRequest() != nil, requests < 1000 {
      requests += 1
      bench.answer(caller.endpoint, .ok)
      _ = bench.resume(caller)
    }
    #expect(requests == Int(FaultWatchdog.limit) + 1)
    #expect(bench.fetchSignal() == (caller.endpoint, Signal.segmentation.bit))
    #expect(!bench.misc(caller).contains(.deliverMessage))
    bench.checkInvariants()
  }
}
