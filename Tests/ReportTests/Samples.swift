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
    var result = RunResult(end: end, kernel: KernelStatistics(processCapacity: 256))
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
    eip: LinearAddress(0x0804_8123), symbol: "segv_write_instruction")

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
    result.processes[1].faults?.segv = 1
    result.processes[1].statistics.messages = 1
    result.exits.pageFault = 10_011
    result.exits.ipc = 23
    result.exits.timerKick = 1
    count(in: &result.kernel)
    result.memory?.physicalPagesPeak = 10_050
    result.memory?.pageTablePagesPeak = 1
    result.duration = .milliseconds(1234) + .microseconds(500)
    return result
  }

  private static func count(in statistics: inout KernelStatistics) {
    let vm = Endpoint.vm.slot
    for _ in 0..<10_010 {
      statistics.count(.vmControl, Message(.clearPageFault, who: .none), .ok, by: vm)
    }
    let request = Message(.memoryRequestGet, who: .none)
    statistics.count(.vmControl, request, .esrch, by: vm)
    var unknown = Message(.clearPageFault, who: .none)
    unknown[int: 12] = 9
    statistics.count(.vmControl, unknown, .einval, by: vm)
    for parameter in [-1, 32, Int32.max] {
      unknown[int: 12] = parameter
      statistics.count(.vmControl, unknown, .einval, by: vm)
    }
    statistics.count(.clear, Message(type: KernelCallNumber.clear.messageType), .ok, by: vm)
    statistics.count(nil, Message(type: 0x611), .ebadrequest, by: vm)
    countMessages(in: &statistics)
    statistics.countSignal(.segmentation)
  }

  private static func countMessages(in statistics: inout KernelStatistics) {
    let send = IPCStatus(rawValue: IPCCall.send.rawValue)
    let notify = IPCStatus(rawValue: IPCCall.notify.rawValue)
    let sender = ProcessSlot(rawValue: 11)
    for _ in 0..<10_011 {
      let message = Message(pageFaultAt: 0, errorCode: 6)
      statistics.count(message, status: send, isReply: false, from: sender)
    }
    for type in [1, 4, 4, 0xC0A, 0xC00, 0xF01, 0x611, 0, -5, 0x2000] as [Int32] {
      statistics.count(Message(type: type), status: send, isReply: false, from: sender)
    }
    statistics.count(Message(type: 4), status: send, isReply: true, from: Endpoint.vfs.slot)
    for number in [-2, 11, 300] as [Int32] {
      let source = ProcessSlot(rawValue: number)
      let message = Message(type: Notification.type(from: source))
      statistics.count(message, status: notify, isReply: false, from: sender)
    }
  }
}
