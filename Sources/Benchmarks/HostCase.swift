/// What `faultline bench host` measures: the host's logic alone, from the trap that comes in to the
/// registers with which ring 3 is resumed. Ring 3 is played, so that no KVM is needed and nothing else
/// is in the figures.
public enum HostCase: String, CaseIterable, Sendable {
  /// A page fault on anonymous memory: VM_PAGEFAULT to resident VM, a zeroed page, CLEAR_PAGEFAULT.
  /// All processes fault in turn.
  case zeroFill
  /// A write to a page that is the parent's, too, since a fork: VM_PAGEFAULT, a copy of it,
  /// CLEAR_PAGEFAULT. One child writes to them all, the others sleep.
  case copyOnWrite
  /// SEND by one system process, RECEIVE by another, while all others are ready in a worse queue.
  case sendReceive
  /// SENDREC to a guest in RS's place and its answer, RECEIVE and SEND. All others call it in turn.
  case sendrec
  /// SENDREC to PM, which is resident, and its answer. All processes call it in turn.
  case sendrecToResident
  /// The tick that ends a quantum: the message to PM, SYS_SCHEDULE, the next process. All processes
  /// compute for ever.
  case schedule
  /// FORK by a process with so many pages that it may write, the child's EXIT, and WAIT: when it is
  /// over, the pages are the parent's alone and writable again.
  case fork
  /// EXEC of the program that a process already is, by way of PM: its memory is given back and made anew,
  /// the file's two pages are loaded.
  case exec
  /// A page fault as in ``zeroFill``, in one of so many regions, all over their pages.
  case lookup
  /// MUNMAP of the first page of one of so many regions, the rest of which stays.
  case split
  /// MMAP of two pages by somebody who has so many regions with a page between them, and MUNMAP.
  case map

  /// What its size is a number of; nil for a case that has none.
  public var sizeUnit: String? {
    switch self {
    case .zeroFill, .copyOnWrite, .sendReceive, .sendrec, .sendrecToResident, .schedule, .exec: nil
    case .fork: "pages"
    case .lookup, .split, .map: "regions"
    }
  }
  /// How many operations can be asked for. ``copyOnWrite`` needs a shared page for each.
  public var roundLimits: ClosedRange<Int> {
    PartClock.partCount...(self == .copyOnWrite ? 20_000 : 200_000)
  }

  /// How many processes can be asked for.
  public var processLimits: ClosedRange<Int> {
    switch self {
    case .sendReceive, .sendrec, .schedule: 2...4096
    default: 1...4096
    }
  }
}
