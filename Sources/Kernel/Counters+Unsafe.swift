import MinixABI

/// What the kernel counts at its doors, in tables that are made at start: counting is an increment in
/// place. Whoever wants to know gets a ``KernelStatistics``. Processes' own counts are in the process
/// table.
@safe
struct Counters: ~Copyable {
  /// The tables, one after the other: messages by type, notifications, signals.
  enum Table {
    case messages, notifications, signals

    @inline(__always) var start: Int {
      switch self {
      case .messages: 0
      case .notifications: KernelStatistics.messageTypeLimit
      case .signals: KernelStatistics.messageTypeLimit + 256
      }
    }

    @inline(__always) var count: Int {
      switch self {
      case .messages: KernelStatistics.messageTypeLimit
      case .notifications: 256
      case .signals: 32
      }
    }
  }

  /// Kernel calls by index; SYS_VMCTL's, by parameter, apart. These two are on the path of a fault, and
  /// stay where the kernel is.
  var kernelCalls = InlineArray<64, UInt64>(repeating: 0)
  var vmControls = InlineArray<32, UInt64>(repeating: 0)
  private let counts: UnsafeMutablePointer<UInt64>
  private let latencies: UnsafeMutablePointer<UInt64>
  /// Requests that name no kernel call.
  var badRequests: UInt64 = 0
  /// VM_PAGEFAULT messages: of all messages the one that is counted on the path of a fault.
  var pageFaultMessages: UInt64 = 0
  /// Replies, and messages of a type that no table has.
  var replies: UInt64 = 0
  var otherMessages: UInt64 = 0
  /// Kernel calls that did not answer OK.
  var errors: [KernelCallError: UInt64] = [:]

  init() {
    let count = Table.signals.start + Table.signals.count
    unsafe counts = .allocate(capacity: count)
    unsafe counts.initialize(repeating: 0, count: count)
    unsafe latencies = .allocate(capacity: FaultLatencies.bucketCount)
    unsafe latencies.initialize(repeating: 0, count: FaultLatencies.bucketCount)
  }

  deinit {
    unsafe counts.deallocate()
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

  /// A table's counts.
  func values(of table: Table) -> [UInt64] {
    var values = (0..<table.count).map { unsafe counts[table.start + $0] }
    if table == .messages { values[Int(VMCallNumber.pageFault.messageType)] += pageFaultMessages }
    return values
  }

  var faultLatencies: FaultLatencies {
    FaultLatencies((0..<FaultLatencies.bucketCount).map { unsafe latencies[$0] })
  }
}
