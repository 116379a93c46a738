import I386
import MinixABI

/// What VM knows of a process (`struct vmproc`).
struct AddressSpace: BitwiseCopyable {
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
  /// Its data and its heap.
  var data = DataSegment()
  /// Who is filling it since VM_EXEC_NEWMEM, and where.
  var loading = Loading()
  /// The calls it may make to VM; a child has its parent's.
  var calls = CallSet()
  /// What became of its faults.
  var faults = FaultCounts()
  /// The slot of the program whose forks have led to it, or whose own it is; -1 for nobody's.
  var founder = -1
  /// Whether it is that program itself.
  var isFounder = false
}

/// What VM_BRK is about: the last of a program's regions, and the heap behind it.
struct DataSegment: BitwiseCopyable {
  /// Where the last region begins.
  var start = LinearAddress(AddressSpaceLayout.userStart)
  /// Where it ends and the heap begins.
  var heapStart = LinearAddress(AddressSpaceLayout.userStart)
  /// The break, in whole pages.
  var end = LinearAddress(AddressSpaceLayout.userStart)
  /// Up to where there is memory: the highest break so far.
  var heapEnd = LinearAddress(AddressSpaceLayout.userStart)

  init() {}

  /// Without a heap yet.
  init(start: LinearAddress, end: LinearAddress) {
    self.start = start
    (heapStart, self.end, heapEnd) = (end, end, end)
  }
}

/// The time between VM_EXEC_NEWMEM and a program's first instruction: who made the call may write
/// into read-only regions as well.
struct Loading: BitwiseCopyable {
  /// Whoever made the call; none when the time is over.
  var loader = Endpoint.none
  /// The range of its last request, in which pages of read-only regions may be writable.
  var start = LinearAddress(0)
  var end = LinearAddress(0)
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

  static func += (sum: inout Self, other: Self) {
    sum.zeroFill &+= other.zeroFill
    sum.copyOnWrite &+= other.copyOnWrite
    sum.protection &+= other.protection
    sum.segv &+= other.segv
    sum.outOfMemory &+= other.outOfMemory
  }

  /// All of them.
  public var total: UInt64 { zeroFill + copyOnWrite + protection + segv + outOfMemory }
}
