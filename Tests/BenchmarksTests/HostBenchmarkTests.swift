import Kernel
import MinixABI
import Session
import Testing

@testable import Benchmarks

/// What the cases measure is what they say: so many messages and calls an operation, however many
/// processes there are.
@Suite struct HostBenchmarkTests {
  /// Everything that the kernel has counted during some rounds.
  private struct Count: Equatable, CustomStringConvertible {
    var faults = 0
    var requests = 0
    var replies = 0
    var kernelCalls = 0

    init(_ statistics: KernelStatistics, processes: Int) {
      requests = Int(statistics.messages.reduce(0, +))
      replies = Int(statistics.replies)
      kernelCalls = Int(
        statistics.kernelCalls.reduce(0, +) + statistics.vmControls.reduce(0, +))
      faults = (0..<processes + 16).reduce(0) { sum, slot in
        sum + Int(statistics[ProcessSlot(rawValue: Int32(slot))].pageFaults)
      }
    }

    init(faults: Int = 0, requests: Int, replies: Int = 0, kernelCalls: Int = 0) {
      self.faults = faults
      self.requests = requests
      self.replies = replies
      self.kernelCalls = kernelCalls
    }

    static func - (a: Count, b: Count) -> Count {
      Count(
        faults: a.faults - b.faults, requests: a.requests - b.requests,
        replies: a.replies - b.replies, kernelCalls: a.kernelCalls - b.kernelCalls)
    }

    var description: String {
      "\(faults) faults, \(requests) requests, \(replies) replies, \(kernelCalls) calls"
    }
  }

  private func count(_ hostCase: HostCase, _ processes: Int, _ rounds: Int) throws -> Count {
    let session = try HostBenchmark(hostCase, processes: processes, rounds: rounds).play()
    #expect(session.processor.parts.count == 100)
    return Count(session.statistics, processes: processes)
  }

  @Test(
    arguments: [
      (.zeroFill, Count(faults: 100, requests: 100, kernelCalls: 200)),
      (.copyOnWrite, Count(faults: 100, requests: 100, kernelCalls: 200)),
      (.sendReceive, Count(requests: 100)),
      (.sendrec, Count(requests: 100, replies: 100)),
      (.sendrecToResident, Count(requests: 100, replies: 100)),
    ] as [(HostCase, Count)], [2, 5, 100])
  private func anOperation(_ expected: (HostCase, Count), _ processes: Int) throws {
    let (hostCase, count) = expected
    let short = try self.count(hostCase, processes, 100)
    #expect(try self.count(hostCase, processes, 200) - short == count)
  }

  /// One process alone: the others' number is what the figures must not depend on.
  @Test(
    arguments: [
      (.zeroFill, Count(faults: 100, requests: 100, kernelCalls: 200)),
      (.copyOnWrite, Count(faults: 100, requests: 100, kernelCalls: 200)),
      (.sendrecToResident, Count(requests: 100, replies: 100)),
    ] as [(HostCase, Count)])
  private func alone(_ hostCase: HostCase, _ count: Count) throws {
    let short = try self.count(hostCase, 1, 100)
    #expect(try self.count(hostCase, 1, 200) - short == count)
  }

  /// EXEC has no answer but the new program, VM_EXEC_NEWMEM has one.
  @Test(arguments: [1, 5]) func execs(_ processes: Int) throws {
    let rounds = try count(.exec, processes, 200) - count(.exec, processes, 100)
    #expect(rounds.requests >= 200 && rounds.kernelCalls >= 400, "\(rounds)")
    let short = try HostBenchmark(.exec, processes: processes, rounds: 100).play().statistics
    let long = try HostBenchmark(.exec, processes: processes, rounds: 300).play().statistics
    let call = Int(KernelCallNumber.exec.rawValue)
    #expect(long.kernelCalls[call] - short.kernelCalls[call] == 200)
  }

  /// FORK, EXIT and WAIT by PM, with VM's and the kernel's part.
  @Test(arguments: [1, 300, 3000]) func forks(_ pages: Int) throws {
    func count(_ rounds: Int) throws -> Count {
      let benchmark = HostBenchmark(.fork, processes: 2, rounds: rounds, size: pages)
      return Count(try benchmark.play().statistics, processes: 245 - 16)
    }
    let rounds = try count(200) - count(100)
    #expect(rounds.faults == 0)
    // Of the child's and the parent's calls one has no answer; VM_FORK, VM_WILLEXIT, VM_EXIT have.
    #expect(rounds.requests >= 500 && rounds.kernelCalls >= 500, "\(rounds)")
  }

  /// The stub's work and the exits for FORK, EXIT and WAIT: by page tables, not by pages.
  @Test(arguments: [256, 1024, 4096, 16384]) func forksByTables(_ pages: Int) throws {
    let small = try HostBenchmark(.fork, processes: 2, rounds: 100, size: 1).run()
    let large = try HostBenchmark(.fork, processes: 2, rounds: 100, size: pages).run()
    #expect(large.exitsPerOperation == 3)
    #expect(small.exitsPerOperation == 3)
    // Made read-only, made writable, emptied: three runs for each further table.
    let more = large.editOperationsPerOperation - small.editOperationsPerOperation
    #expect(more > 0 || pages == 256)
    #expect(more <= Double(3 * (pages / 1024 + 1)), "\(more) more for \(pages) pages")
  }

  /// One fault, one call, two calls, whatever the number of regions.
  @Test(
    arguments: [
      (.lookup, Count(faults: 100, requests: 100, kernelCalls: 200)),
      (.split, Count(requests: 100, replies: 100)),
      (.map, Count(requests: 200, replies: 200)),
    ] as [(HostCase, Count)], [1, 10, 1000])
  private func inRegions(_ expected: (HostCase, Count), _ regions: Int) throws {
    func count(_ rounds: Int) throws -> Count {
      let benchmark = HostBenchmark(expected.0, processes: 2, rounds: rounds, size: regions)
      return Count(try benchmark.play().statistics, processes: 2)
    }
    #expect(try count(200) - count(100) == expected.1)
  }

  /// One message and one SYS_SCHEDULE for each quantum; and another when PM moves up again who has
  /// moved down, every 100 ticks, in which 13 can do so.
  @Test(arguments: [2, 16, 100]) func quanta(_ processes: Int) throws {
    let rounds = try count(.schedule, processes, 400) - count(.schedule, processes, 200)
    #expect(rounds.requests == 200)
    #expect((200...413).contains(rounds.kernelCalls), "\(rounds)")
  }

  @Test func everyProcessTakesItsTurn() throws {
    let session = try HostBenchmark(.schedule, processes: 64, rounds: 640).play()
    let messages = (11..<75).map { session.statistics[ProcessSlot(rawValue: $0)].messages }
    #expect(messages.allSatisfy { $0 >= 20 }, "\(messages)")
  }

  @Test func percentiles() {
    let measurement = HostMeasurement(
      .zeroFill, processes: 2, rounds: 100, parts: (0..<100).reversed().map { Double($0) })
    #expect(
      measurement.nanosecondsPerOperation
        == Percentiles(p50: 49, p95: 94, p99: 98))
  }
}
