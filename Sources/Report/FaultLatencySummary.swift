import Histogram
import Kernel
import Session

/// `faultLatency`: in nanoseconds, from a page fault's trap to the resume of its process.
struct FaultLatencySummary: Encodable {
  let count: UInt64
  let p50: UInt64
  let p95: UInt64
  let p99: UInt64
  let max: UInt64

  /// nil if no fault was resolved, or no time passed.
  init?(_ result: RunResult) {
    guard result.nanosecondsPerCycle > 0 else { return nil }
    var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
    for (cycles, count) in result.kernel.faultLatencies.counts {
      histogram.record(UInt64(Double(cycles) * result.nanosecondsPerCycle), count: count)
    }
    guard histogram.totalCount > 0 else { return nil }
    count = histogram.totalCount
    p50 = histogram.valueAtPercentile(50)
    p95 = histogram.valueAtPercentile(95)
    p99 = histogram.valueAtPercentile(99)
    max = histogram.maxRecorded
  }
}
