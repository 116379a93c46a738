import FlightRecorder
import Machine
import MinixABI
import Testing

@testable import Kernel

/// A short way leaves behind exactly what the long one does: two kernels, one of which may not take any,
/// are the same after every step of the same random run.
@Suite struct ShortWayTests {
  @Test(arguments: RandomRunTests.seeds) func bothWaysLeadToTheSame(_ seed: UInt64) throws {
    print("kernel short ways: FAULTLINE_SEED=\(seed)")
    var short = try RandomRun(seed: seed)
    var long = try RandomRun(seed: seed)
    long.bench.kernel.mayTakeShortWays = false
    for step in 0..<4_000 {
      try short.step()
      try long.step()
      let place = "after step \(step) of FAULTLINE_SEED=\(seed): \(short.history)"
      guard events(short) == events(long), flags(short) == flags(long) else {
        Issue.record("\(events(short)), not \(events(long)), \(place)")
        return
      }
      guard step % 25 == 0 else { continue }
      guard processes(short) == processes(long) else {
        let pairs = zip(processes(short), processes(long))
        let difference = pairs.first { $0 != $1 }
        Issue.record("\(String(describing: difference)) \(place)")
        return
      }
      #expect(counts(short) == counts(long), "\(place)")
    }
  }

  /// What has happened last, but for the times.
  private func events(_ run: RandomRun) -> [Event] {
    run.bench.kernel.recorder.tail(20).map { event in
      guard event.kind == .trap || event.kind == .run else { return event }
      var event = event
      (event.e, event.f) = (0, 0)
      return event
    }
  }

  private func flags(_ run: RandomRun) -> [UInt16] {
    let kernel = run.bench.kernel
    return kernel.processes.allSlots.map { slot in
      kernel.processes[slot].rts.rawValue ^ kernel.processes[slot].misc.rawValue
    }
  }

  /// Every field of every entry, but for the times.
  private func processes(_ run: RandomRun) -> [String] {
    let kernel = run.bench.kernel
    return kernel.processes.allSlots.map { slot in
      var process = kernel.processes[slot]
      process.trappedAt = 0
      return "\(process)"
    }
  }

  /// Everything that is counted, but for the times.
  private func counts(_ run: RandomRun) -> [[UInt64]] {
    let statistics = run.bench.kernel.statistics
    return [
      statistics.kernelCalls, statistics.vmControls, statistics.messages,
      statistics.notifications, statistics.signals,
      [statistics.replies, statistics.otherMessages, statistics.badRequests],
      run.bench.kernel.processes.allSlots.flatMap { slot in
        let own = statistics[slot]
        return [own.pageFaults, own.exceptions, own.kernelCalls, own.messages]
      },
    ]
  }

  /// It was no comparison of the long way with itself.
  @Test func theShortWaysAreTaken() throws {
    let bench = try Bench()
    let (client, server) = (try bench.user(11), try bench.system(12))
    _ = bench.resume(client)
    bench.kernel.processes.entry(client.slot).process.frame.vector = 14
    #expect(bench.kernel.takesShortWay(bench.kernel.processes.entry(client.slot)))
    #expect(bench.take(.vm).count == 1)
    bench.vmControl(.clearPageFault, client.endpoint)
    for (guest, call, peer) in [
      (server, IPCCall.receive, Endpoint.any), (client, .sendrec, .pm),
    ] {
      _ = bench.resume(guest)
      let entry = bench.kernel.processes.entry(guest.slot)
      entry.process.frame.vector = UInt32(TrapVector.ipc)
      entry.process.frame.ecx = call.rawValue
      entry.process.frame.eax = UInt32(bitPattern: peer.rawValue)
      entry.process.frame.ebx = Place.message
      #expect(bench.kernel.takesShortWay(entry), "\(call)")
    }
    bench.checkInvariants()
  }
}
