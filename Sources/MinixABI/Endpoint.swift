/// The name by which processes address one another: a slot and the generation of its tenant.
///
/// Endpoint e of generation g and slot p is `g * 36558 + p`; generation 0 belongs to the boot
/// processes, so there the endpoint is the process number.
///
/// Source: minix `include/minix/endpoint.h`.
@frozen
public struct Endpoint: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// `endpoint_t`, a signed 32-bit number.
  public var rawValue: Int32

  @inlinable
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The endpoint of a slot's tenant of the given generation.
  @inlinable
  public init(generation: Int32, slot: ProcessSlot) {
    rawValue = generation &* Self.generationSize &+ slot.rawValue
  }

  /// `_ENDPOINT_GENERATION_SIZE`: `MAX_NR_TASKS` + `SELF` + 1.
  @inlinable public static var generationSize: Int32 { 36558 }
  /// `_ENDPOINT_MAX_GENERATION`: generations wrap to 1 when they reach it.
  @inlinable public static var maxGeneration: Int32 { Int32.max / generationSize - 1 }
  /// `MAX_NR_TASKS`: the padding that keeps task numbers positive in endpoint arithmetic.
  @inlinable public static var maxTasks: Int32 { 1023 }

  /// `_ENDPOINT_P`: the slot that the endpoint names. Any raw value has one; it may not exist.
  @inlinable public var slot: ProcessSlot {
    let padded = rawValue &+ Self.maxTasks
    // In generation 0, which is the servers', a division would be for nothing.
    if UInt32(bitPattern: padded) < UInt32(Self.generationSize) {
      return ProcessSlot(rawValue: rawValue)
    }
    return ProcessSlot(rawValue: (padded % Self.generationSize) &- Self.maxTasks)
  }

  /// `_ENDPOINT_G`: the generation.
  @inlinable public var generation: Int32 { (rawValue &+ Self.maxTasks) / Self.generationSize }

  /// `ANY`: any source; RECEIVE only.
  @inlinable public static var any: Endpoint { Endpoint(rawValue: 31438) }
  /// `NONE`: no process.
  @inlinable public static var none: Endpoint { Endpoint(rawValue: 27342) }
  /// `SELF`: the caller itself; kernel and VM calls only, never in IPC traps.
  @inlinable public static var itself: Endpoint { Endpoint(rawValue: 35534) }

  /// `IDLE`, -4.
  @inlinable public static var idle: Endpoint { Endpoint(rawValue: -4) }
  /// `CLOCK`, -3.
  @inlinable public static var clock: Endpoint { Endpoint(rawValue: -3) }
  /// `SYSTEM`, -2: the source of kernel-call replies and of signal notifications.
  @inlinable public static var system: Endpoint { Endpoint(rawValue: -2) }
  /// `KERNEL` (`HARDWARE`), -1.
  @inlinable public static var kernel: Endpoint { Endpoint(rawValue: -1) }
  /// `PM_PROC_NR`, 0.
  @inlinable public static var pm: Endpoint { Endpoint(rawValue: 0) }
  /// `VFS_PROC_NR`, 1.
  @inlinable public static var vfs: Endpoint { Endpoint(rawValue: 1) }
  /// `RS_PROC_NR`, 2.
  @inlinable public static var rs: Endpoint { Endpoint(rawValue: 2) }
  /// `MEM_PROC_NR`, 3.
  @inlinable public static var memory: Endpoint { Endpoint(rawValue: 3) }
  /// `LOG_PROC_NR`, 4.
  @inlinable public static var log: Endpoint { Endpoint(rawValue: 4) }
  /// `TTY_PROC_NR`, 5.
  @inlinable public static var tty: Endpoint { Endpoint(rawValue: 5) }
  /// `DS_PROC_NR`, 6.
  @inlinable public static var ds: Endpoint { Endpoint(rawValue: 6) }
  /// `MFS_PROC_NR`, 7.
  @inlinable public static var mfs: Endpoint { Endpoint(rawValue: 7) }
  /// `VM_PROC_NR`, 8.
  @inlinable public static var vm: Endpoint { Endpoint(rawValue: 8) }
  /// `PFS_PROC_NR`, 9.
  @inlinable public static var pfs: Endpoint { Endpoint(rawValue: 9) }
  /// `INIT_PROC_NR`, 10.
  @inlinable public static var initProcess: Endpoint { Endpoint(rawValue: 10) }

  /// `NR_TASKS`: kernel tasks occupy slots -4 … -1.
  @inlinable public static var taskCount: Int32 { 4 }
}

/// A process number (`proc_nr_t`, `p_nr`): -4…-1 for kernel tasks, 0 up for everyone else.
@frozen
public struct ProcessSlot: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The process number.
  public var rawValue: Int32

  @inlinable
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `iskerneln`: kernel tasks never run and never receive.
  @inlinable public var isKernelTask: Bool { rawValue < 0 }

  @inlinable
  public static func < (a: ProcessSlot, b: ProcessSlot) -> Bool { a.rawValue < b.rawValue }

  /// The absence of a slot, for the intrusive lists.
  @inlinable public static var none: ProcessSlot { ProcessSlot(rawValue: Int32.min) }
}

extension Endpoint: CustomStringConvertible {
  /// The boot image's name where the endpoint has one, else the number.
  public var description: String {
    switch rawValue {
    case -4: "IDLE"
    case -3: "CLOCK"
    case -2: "SYSTEM"
    case -1: "KERNEL"
    case 0: "PM"
    case 1: "VFS"
    case 2: "RS"
    case 3: "MEM"
    case 4: "LOG"
    case 5: "TTY"
    case 6: "DS"
    case 7: "MFS"
    case 8: "VM"
    case 9: "PFS"
    case 10: "INIT"
    case 27342: "NONE"
    case 31438: "ANY"
    case 35534: "SELF"
    default: "\(rawValue)"
    }
  }
}
