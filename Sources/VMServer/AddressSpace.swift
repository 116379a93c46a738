import I386
import MinixABI

/// What VM knows of a process (`struct vmproc`).
struct AddressSpace {
  /// `VMF_INUSE`: the slot has a process.
  var isInUse = false
  /// `VMF_EXITING`: PM has announced its end.
  var isExiting = false
  /// `VMF_HAS_DMA`: a device may write to its memory.
  var hasDMA = false
  var endpoint = Endpoint.none
  /// The page directory.
  var directory = PhysicalAddress(0)
  /// Its regions.
  var regions = RegionTree.Root()
  /// The calls it may make to VM; a child has its parent's.
  var calls = CallSet()
  /// What became of its faults.
  var faults = FaultCounts()
}

/// A process's page faults, by what became of them.
public struct FaultCounts: Equatable, Sendable, BitwiseCopyable {
  /// The first touch of an anonymous page.
  public var zeroFill: UInt64 = 0
  /// A write to a page that others share: copied.
  public var copyOnWrite: UInt64 = 0
  /// A present page of its own whose entry was stricter than its region: the entry was put right.
  public var protection: UInt64 = 0
  /// No region, or one that forbids the access: SIGSEGV.
  public var segv: UInt64 = 0
  /// No memory left: SIGSEGV.
  public var outOfMemory: UInt64 = 0

  public init() {}

  /// All of them.
  public var total: UInt64 { zeroFill + copyOnWrite + protection + segv + outOfMemory }
}
