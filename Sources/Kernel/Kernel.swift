public import FlightRecorder
import I386
public import Machine
public import MinixABI

/// MINIX's kernel, played on the host: the process table, IPC, scheduling, kernel calls, traps.
///
/// It never runs a process itself. The run loop asks ``next()`` who runs, runs it, and brings the
/// outcome back: ``handle(_:)`` for ring 3's trap, ``complete(_:with:)`` for a resident server's
/// next IPC call.
public final class Kernel {
  // What every trap touches comes first, so that it lies together.
  let memory: GuestMemory
  let tables: PageTables
  /// What happened last; see ``FlightRecorder``.
  public let recorder: FlightRecorder
  let privileges = PrivilegeTable()
  var processes: ProcessTable
  /// What is counted at the two doors, messages' and kernel calls'.
  var counters = Counters()
  /// How page faults reach VM.
  public let delivery: FaultDelivery
  /// `proc_ptr`: the process that runs, or IDLE.
  var current = ProcessSlot(rawValue: Endpoint.idle.rawValue)
  /// `bill_ptr`: who is charged for the time of processes that are not billable.
  var billed = ProcessSlot(rawValue: Endpoint.idle.rawValue)
  /// How far VM's start-up handshake has come.
  var paging = PagingStart()
  /// Whether what is nearly always the case may be done in one go; see `ShortWays`. Tests compare.
  package var mayTakeShortWays = true
  /// Whether there is a ``failure`` or an end.
  private(set) var isOver = false

  /// What the privilege structures say of devices, by privilege id.
  var resources = Array(repeating: PrivilegeResources(), count: Int(PrivilegeID.count))
  /// `irq_hooks`.
  var irqHooks: [IRQHook?] = Array(repeating: nil, count: IRQHook.capacity)
  /// What is left of those whom the run was started with when their slots have new tenants.
  var records: [Endpoint: ProcessRecord] = [:]
  /// The same, all together, for those who descend from a process that the run was started with.
  var familyRecords: [Endpoint: FamilyRecord] = [:]
  /// `vmrequest`: the memory requests that VM has not fetched, last come first.
  var memoryRequests = ProcessSlot.none
  /// `pagefaults`: under the old delivery, the faults that VM has not fetched, last come first.
  var pageFaults = ProcessSlot.none
  /// `map_info`: what is mapped by grants.
  var safeMaps = SafeMapTable()
  /// `kmess`: what the kernel has printed.
  var messages = KernelMessages()
  /// Where that goes besides.
  public var console: (any KernelConsole)?
  /// `loadinfo`.
  var load = LoadHistory()
  /// Memory of the resident servers that have some, by slot.
  var residentMemories: [Int32: ResidentMemory] = [:]
  /// `realtime`: ticks since the start.
  public internal(set) var uptime: UInt32 = 0
  /// `boottime`: the time of day at which the system started, in seconds, as SYS_STIME set it.
  public internal(set) var bootTime: Int32 = 0
  /// Clock ticks a second (`system_hz`).
  let ticksPerSecond: UInt32
  /// `shutdown_timer`: the end of the system, if somebody has asked for it.
  var shutdown: Shutdown?
  /// How the system has ended, if it has.
  var ended: ShutdownKind? { didSet { isOver = failure != nil || ended != nil } }
  /// `next_timeout`: no timer expires before this tick.
  var nextTimeout = Int64.max
  /// Why the run cannot go on, if so: something happened that MINIX answers with a panic.
  public internal(set) var failure: KernelFailure? {
    didSet { isOver = failure != nil || ended != nil }
  }

  /// An empty system: the kernel tasks, and nobody else.
  ///
  /// - Parameters:
  ///   - tables: the page tables and, in them, the guest's memory.
  ///   - recorder: where events go.
  ///   - processCapacity: `NR_PROCS`.
  ///   - delivery: how page faults reach VM.
  ///   - ticksPerSecond: `system_hz`; MINIX's 60.
  public init(
    tables: PageTables, recorder: FlightRecorder, processCapacity: Int32 = 256,
    delivery: FaultDelivery = .message, ticksPerSecond: UInt32 = 60
  ) {
    self.ticksPerSecond = ticksPerSecond
    self.tables = tables
    self.delivery = delivery
    memory = tables.memory
    self.recorder = recorder
    processes = ProcessTable(capacity: processCapacity, recorder: recorder)
    bootTasks()
  }
}

extension Kernel {
  /// What was counted at the two doors, messages' and kernel calls'.
  public var statistics: KernelStatistics {
    KernelStatistics(counters, processes: processes.allSlots.map { processes[$0].statistics })
  }

  /// The guest's memory.
  public var guestMemory: GuestMemory { memory }

  /// The own time of a slot's tenant, in ticks.
  public func userTicks(of slot: ProcessSlot) -> UInt32 { processes[slot].userTicks }
}

/// Something that MINIX's kernel answers with a panic, and we with the end of the run.
public enum KernelFailure: Error, Equatable, Sendable {
  /// A fault came again and again although it was resolved each time.
  case noProgress(process: String, frameDump: String, repeats: UInt32)
  /// A server without which the system can't go on raised a lethal signal: VM, or whoever manages his
  /// own signals.
  case serverDied(process: String, signal: Signal)
  /// A process without which page faults cannot be resolved faulted itself.
  case pageFaultInVM(address: UInt32, eip: UInt32)
  /// A process faulted although VM has not enabled paging.
  case pageFaultBeforePaging(process: String, address: UInt32, eip: UInt32)
  /// VM has unmapped the kernel's own page.
  case kernelPageLost(address: UInt32)
}

extension KernelFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noProgress(let process, let dump, let repeats):
      "\(process): the same page fault came \(repeats) times although it was resolved each time\n"
        + dump
    case .serverDied(let process, let signal):
      "\(process), without which nothing goes on, raised \(signal)"
    case .pageFaultInVM(let address, let eip):
      "VM itself faulted at \(hexadecimal(address)), instruction \(hexadecimal(eip))"
    case .pageFaultBeforePaging(let process, let address, let eip):
      "\(process) faulted at \(hexadecimal(address)), instruction \(hexadecimal(eip)), before VM "
        + "had called VMCTL_ENABLE_PAGING"
    case .kernelPageLost(let address):
      "VM no longer maps the kernel's page at \(hexadecimal(address))"
    }
  }
}
