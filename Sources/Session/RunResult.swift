public import I386
public import Kernel
public import Machine
public import MinixABI
public import Servers
public import VMServer

/// How a run ended, and what was counted on the way.
public struct RunResult: Sendable {
  public var end: RunEnd
  /// The programs, in the configuration's order.
  public var processes: [ProcessResult] = []
  public var exits = ExitCounts()
  public var kernel: KernelStatistics
  /// nil when a guest was in VM's place: only it knows.
  public var memory: MemoryResult?
  /// Guest RAM.
  public var memoryByteCount: UInt64 = 0
  /// From the first instruction to the end.
  public var duration: Duration = .zero
  /// What a cycle of the host's counter took, by which the kernel has measured page faults.
  public var nanosecondsPerCycle = 0.0
  /// The last events, oldest first; for a run that failed.
  public var lastEvents: [String] = []
}

/// Why a run ended.
public enum RunEnd: Sendable {
  /// Every program has ended.
  case finished
  /// Nobody can run and no timer is pending.
  case stuck([Wait])
  /// SYS_ABORT: the system was told to end.
  case shutDown(ShutdownKind)
  /// The time that the run was given is over.
  case timeout
  /// A signal to the host's process.
  case interrupted(signal: Int32)
  /// The guest or the host cannot go on.
  case processorFailed(ProcessorError)
  /// Something that MINIX's kernel answers with a panic.
  case kernelFailed(KernelFailure)
}

/// What became of one program.
public struct ProcessResult: Sendable {
  public var name: String
  public var endpoint: Endpoint
  /// nil for one that had not ended when the run did.
  public var end: ProcessEnd?
  /// Its page faults by what became of them; nil when a guest was in VM's place.
  public var faults: FaultCounts?
  public var statistics: ProcessStatistics
  public var userTicks: UInt32 = 0
  /// The processes that descend from it by fork, all together, and their page faults.
  public var descendants = FamilyRecord()
  public var descendantFaults: FaultCounts?
  /// The trap that killed it, if one did.
  public var fatalTrap: FatalTrap?
}

/// The exception that a process did not survive.
public struct FatalTrap: Sendable, Equatable {
  public var vector: Vector
  /// CR2; meaningful for #PF.
  public var address: LinearAddress
  public var errorCode: UInt32
  public var eip: LinearAddress
  /// The symbol that EIP lies in, such as `main+0x12`.
  public var symbol: String?
  /// The source line that EIP lies in, such as `hello.c:12`.
  public var source: String?
}

/// Memory at the end of a run.
public struct MemoryResult: Sendable, Equatable {
  /// The most physical pages in use at once.
  public var physicalPagesPeak: UInt32 = 0
  /// The most page tables and directories in use at once.
  public var pageTablePagesPeak: UInt32 = 0
  /// Pages that are still in use although their process is gone: always 0, or VM has a leak.
  public var leakedPages: UInt32 = 0
}
