import I386
import Kernel
import MinixABI
import Servers
import Session
import VMServer

/// One of `processes`.
struct ProcessSummary: Encodable {
  private let name: String
  private let endpoint: Int32
  private let exit: Nullable<ProcessExitSummary>
  private let faults: FaultSummary
  private let exceptions: UInt64
  private let kernelCalls: UInt64
  private let messages: UInt64
  private let userTicks: UInt32
  private let descendants: DescendantSummary

  init(_ process: ProcessResult) {
    name = process.name
    endpoint = process.endpoint.rawValue
    exit = Nullable(process.end.map { ProcessExitSummary($0, process.fatalTrap) })
    faults = FaultSummary(process.faults, total: process.pageFaultCount)
    exceptions = process.statistics.exceptions
    kernelCalls = process.statistics.kernelCalls
    messages = process.statistics.messages
    userTicks = process.userTicks
    descendants = DescendantSummary(process)
  }
}

/// `descendants`: the processes that come from one by fork, all together.
private struct DescendantSummary: Encodable {
  private let count: UInt64
  private let faults: FaultSummary
  private let exceptions: UInt64
  private let kernelCalls: UInt64
  private let messages: UInt64
  private let userTicks: UInt64

  init(_ process: ProcessResult) {
    count = process.descendants.count
    faults = FaultSummary(process.descendantFaults, total: process.descendantFaultCount)
    exceptions = process.descendants.statistics.exceptions
    kernelCalls = process.descendants.statistics.kernelCalls
    messages = process.descendants.statistics.messages
    userTicks = process.descendants.userTicks
  }
}

/// `exit`: a status, or a signal and the trap that raised it.
private struct ProcessExitSummary: Encodable {
  private var status: UInt8?
  private var signal: Int32?
  private var signalName: String?
  private var vector: UInt8?
  /// For page faults only: other exceptions leave CR2 as it was.
  private var cr2: UInt32?
  private var errorCode: UInt32?
  private var eip: UInt32?
  private var symbol: String?
  private var source: String?

  init(_ end: ProcessEnd, _ trap: FatalTrap?) {
    switch end {
    case .exit(let status): self.status = status
    case .signal(let signal):
      self.signal = signal.rawValue
      signalName = signal.description
      guard let trap else { return }
      vector = trap.vector.rawValue
      cr2 = trap.vector == .pageFault ? trap.address.rawValue : nil
      errorCode = trap.errorCode
      eip = trap.eip.rawValue
      symbol = trap.symbol
      source = trap.source
    }
  }
}

/// `faults`: page faults by what became of them, null where only a guest in VM's place knows.
private struct FaultSummary: Encodable {
  private let zeroFill: Nullable<UInt64>
  private let copyOnWrite: Nullable<UInt64>
  private let protection: Nullable<UInt64>
  private let segv: Nullable<UInt64>
  private let outOfMemory: Nullable<UInt64>
  private let total: UInt64

  init(_ faults: FaultCounts?, total: UInt64) {
    zeroFill = Nullable(faults?.zeroFill)
    copyOnWrite = Nullable(faults?.copyOnWrite)
    protection = Nullable(faults?.protection)
    segv = Nullable(faults?.segv)
    outOfMemory = Nullable(faults?.outOfMemory)
    self.total = total
  }
}
