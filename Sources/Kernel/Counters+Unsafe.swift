import MinixABI

/// What the kernel counts at its doors, in one allocation that is made at start: counting is an
/// increment in place. Whoever wants to know gets a ``KernelStatistics``.
@safe
final class Counters {
  /// The tables, one after the other: kernel calls, SYS_VMCTL's parameters, messages by type,
  /// notifications, signals.
  enum Table {
    case kernelCalls, vmControls, messages, notifications, signals

    @inline(__always) var start: Int {
      switch self {
      case .kernelCalls: 0
      case .vmControls: 64
      case .messages: 96
      case .notifications: 96 + KernelStatistics.messageTypeLimit
      case .signals: 96 + KernelStatistics.messageTypeLimit + 256
      }
    }

    @inline(__always) var count: Int {
      switch self {
      case .kernelCalls: Int(KernelCallNumber.count)
      case .vmControls, .signals: 32
      case .messages: KernelStatistics.messageTypeLimit
      case .notifications: 256
      }
    }
  }

  private let counts: UnsafeMutablePointer<UInt64>
  private let processes: UnsafeMutablePointer<ProcessStatistics>
  private let processCount: Int
  private let latencies: UnsafeMutablePointer<UInt64>
  /// Requests that name no kernel call.
  var badRequests: UInt64 = 0
  /// Replies, and messages of a type that no table has.
  var replies: UInt64 = 0
  var otherMessages: UInt64 = 0
  /// Kernel calls that did not answer OK.
  var errors: [KernelCallError: UInt64] = [:]

  init(processCapacity: Int32) {
    let count = Table.signals.start + Table.signals.count
    processCount = Int(processCapacity + Endpoint.taskCount)
    unsafe counts = .allocate(capacity: count)
    unsafe counts.initialize(repeating: 0, count: count)
    unsafe latencies = .allocate(capacity: FaultLatencies.bucketCount)
    unsafe latencies.initialize(repeating: 0, count: FaultLatencies.bucketCount)
    unsafe processes = .allocate(capacity: processCount)
    unsafe processes.initialize(repeating: ProcessStatistics(), count: processCount)
  }

  deinit {
    unsafe counts.deallocate()
    unsafe processes.deallocate()
    unsafe latencies.deallocate()
  }

  /// Counts one in a table; an index beyond it is a precondition.
  @inline(__always)
  func count(_ table: Table, _ index: Int) {
    precondition(UInt(bitPattern: index) < UInt(table.count), "no such counter")
    unsafe counts[table.start &+ index] &+= 1
  }

  /// Counts a page fault whose process goes on after so many cycles.
  @inline(__always)
  func countLatency(_ cycles: UInt64) {
    unsafe latencies[FaultLatencies.bucket(of: cycles)] &+= 1
  }

  /// A process's own counts.
  subscript(slot: ProcessSlot) -> ProcessStatistics {
    @inline(__always) unsafeAddress {
      unsafe UnsafePointer(processes + index(slot))
    }
    @inline(__always) unsafeMutableAddress {
      unsafe processes + index(slot)
    }
  }

  @inline(__always)
  private func index(_ slot: ProcessSlot) -> Int {
    let index = Int(slot.rawValue) &+ Int(Endpoint.taskCount)
    precondition(UInt(bitPattern: index) < UInt(bitPattern: processCount), "no such slot")
    return index
  }

  /// A table's counts.
  func values(of table: Table) -> [UInt64] {
    (0..<table.count).map { unsafe counts[table.start + $0] }
  }

  var faultLatencies: FaultLatencies {
    FaultLatencies((0..<FaultLatencies.bucketCount).map { unsafe latencies[$0] })
  }

  /// Everybody's counts, tasks first.
  var processValues: [ProcessStatistics] { (0..<processCount).map { unsafe processes[$0] } }
}
