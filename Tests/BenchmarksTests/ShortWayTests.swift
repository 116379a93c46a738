import FlightRecorder
import Kernel
import MinixABI
import Testing

@testable import Benchmarks
@testable import Session

/// What resident VM asks for by doors of its own is the same as by the kernel's common one, in every case
/// that is measured.
@Suite struct ShortWayTests {
  @Test(arguments: HostCase.allCases, [2, 7])
  func bothWaysLeadToTheSame(_ hostCase: HostCase, _ processes: Int) throws {
    let benchmark = HostBenchmark(hostCase, processes: processes, rounds: 150, size: 64)
    let short = try benchmark.play()
    let long = try benchmark.play(takesShortWays: false)
    #expect(events(short.kernel.recorder) == events(long.kernel.recorder))
    #expect(short.kernel.recorder.total == long.kernel.recorder.total)
    #expect(counts(short.statistics) == counts(long.statistics))
  }

  private func events(_ recorder: FlightRecorder) -> [Event] {
    recorder.tail(1500).map { event in
      guard event.kind == .trap || event.kind == .run else { return event }
      var event = event
      (event.e, event.f) = (0, 0)
      return event
    }
  }

  private func counts(_ statistics: KernelStatistics) -> [[UInt64]] {
    [
      statistics.kernelCalls, statistics.vmControls, statistics.messages,
      statistics.notifications, statistics.signals, [statistics.replies],
      (0..<32 as Range<Int32>).flatMap { slot in
        let own = statistics[ProcessSlot(rawValue: slot)]
        return [own.pageFaults, own.kernelCalls, own.messages]
      },
    ]
  }
}
