import Confinement
import I386
import MinixABI
import Servers
import VMServer

@testable import Kernel
@testable import Machine
@testable import Session

/// Runs that never were.
enum Samples {
  /// A run of the given programs in which nothing was counted.
  static func run(_ end: RunEnd, _ processes: [ProcessResult] = []) -> RunResult {
    var result = RunResult(
      end: end, kernel: KernelStatistics(Counters()))
    result.processes = processes
    result.memoryByteCount = 256 << 20
    result.memory = MemoryResult()
    return result
  }

  static func process(
    _ name: String, _ endpoint: Int32, _ end: ProcessEnd?, _ trap: FatalTrap? = nil
  ) -> ProcessResult {
    var process = ProcessResult(
      name: name, endpoint: Endpoint(rawValue: endpoint), end: end, statistics: ProcessStatistics())
    process.fatalTrap = trap
    process.faults = FaultCounts()
    return process
  }

  /// A write to a page of text.
  static let writeToText = FatalTrap(
    vector: .pageFault, address: LinearAddress(0x0804_9000), errorCode: 7,
    eip: LinearAddress(0x0804_8123), symbol: "segv_write_instruction",
    source: "accesses.S:12")

  static let division = FatalTrap(
    vector: Vector(0), address: LinearAddress(0xDEAD), errorCode: 0,
    eip: LinearAddress(0x0804_8200), symbol: "main+0x1c")

  static let waiter = Wait(
    name: "waiter", endpoint: Endpoint(rawValue: 36569), reason: "waits to receive from PM (0)")

  /// Two programs, one of which dies by a fault; counts in every table.
  static var eventful: RunResult {
    var result = run(
      .finished,
      [
        process("touch", 36569, .exit(status: 0)),
        process("segv", 36570, .signal(.segmentation), writeToText),
      ])
    result.processes[0].faults?.zeroFill = 10_010
    result.processes[0].statistics.messages = 10_023
    result.processes[0].userTicks = 12
    result.processes[0].descendants.count = 2
    result.processes[0].descendants.statistics.exceptions = 1
    result.processes[0].descendants.statistics.messages = 44
    result.processes[0].descendants.userTicks = 7
    result.processes[0].descendantFaults = FaultCounts()
    result.processes[0].descendantFaults?.copyOnWrite = 12
    result.processes[0].descendantFaults?.zeroFill = 30
    result.processes[1].descendantFaults = FaultCounts()
    result.processes[1].faults?.segv = 1
    result.processes[1].statistics.messages = 1
    result.exits.pageFault = 10_011
    result.exits.ipc = 23
    result.exits.timerKick = 1
    result.kernel = KernelStatistics(counted)
    result.nanosecondsPerCycle = 0.5
    result.memory?.physicalPagesPeak = 10_050
    result.memory?.pageTablePagesPeak = 1
    result.duration = .milliseconds(1234) + .microseconds(500)
    return result
  }

  private static var counted: Counters {
    var counters = Counters()
    for _ in 0..<10_010 {
      counters.countKernelCall(
        .vmControl, parameter: VMControl.clearPageFault.rawValue, .ok)
    }
    let get = VMControl.memoryRequestGet.rawValue
    counters.countKernelCall(.vmControl, parameter: get, .esrch)
    for parameter in [9, -1, 32, Int32.max] {
      counters.countKernelCall(.vmControl, parameter: parameter, .einval)
    }
    counters.countKernelCall(.clear, parameter: 0, .ok)
    counters.countKernelCall(nil, parameter: 0, .ebadrequest)
    countMessages(in: &counters)
    for (cycles, count) in [(4000, 9000), (8000, 900), (20_000, 100), (1_000_000, 10)] {
      for _ in 0..<count { counters.countLatency(UInt64(cycles)) }
    }
    counters.count(.signals, Int(Signal.segmentation.rawValue))
    return counters
  }

  private static func countMessages(in counters: inout Counters) {
    let send = IPCStatus(rawValue: IPCCall.send.rawValue)
    let notify = IPCStatus(rawValue: IPCCall.notify.rawValue)
    for _ in 0..<10_011 {
      counters.countMessage(
        type: VMCallNumber.pageFault.messageType, status: send, isReply: false)
    }
    for type in [1, 4, 4, 0xC0A, 0xC00, 0xF01, 0x611, 0, -5, 0x2000] as [Int32] {
      counters.countMessage(type: type, status: send, isReply: false)
    }
    counters.countMessage(type: 4, status: send, isReply: true)
    for number in [-2, 11, 300] as [Int32] {
      let type = Notification.type(from: ProcessSlot(rawValue: number))
      counters.countMessage(type: type, status: notify, isReply: false)
    }
  }
}
