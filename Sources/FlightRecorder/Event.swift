public import MinixABI

/// One thing that happened, or a part of it, in 32 bytes: a head, whom it is about, and six words
/// whose meaning depends on the kind.
///
/// Every slot says what it is, so that a ring can forget from any place. What needs more than six
/// words, such as a message, takes two slots, the second of which follows at once.
@frozen
public struct Event: BitwiseCopyable, Sendable, Equatable {
  /// What kind of thing. The numbers are those of trace files, and never change.
  @frozen
  public enum Kind: UInt32, Sendable, BitwiseCopyable, CaseIterable {
    /// Nothing was recorded here.
    case empty = 0
    /// Ring 3 trapped: a vector, b error code, c EIP, d CR2, e and f the host's cycles.
    case trap = 1
    /// Somebody goes on: a the page directory or 0 for a resident server, e and f the host's cycles.
    case run = 2
    /// A message was delivered: a receiver, b type, c…f the payload's words 8…20; the sender is who, the
    /// head's detail the IPC status.
    case message = 3
    /// The rest of it, unless the kernel has made it: a…c the payload's words 24…32; the sender is who.
    case messageRest = 4
    /// A kernel call begins: a…f the request's words 8…28; the head's detail is its type.
    case kernelCall = 5
    /// The rest of the request of a call that has more: a the word 32.
    case kernelCallRest = 6
    /// What a kernel call came to: a result, b type, c…f the reply's words 8…20. A call that says OK
    /// and nothing else has none.
    case kernelResult = 7
    /// A guest's run-time flags changed: a before, b after. A resident server's are RTS_RECEIVING when
    /// it does not run, and nothing is told of them.
    case flags = 8
    /// A page-table or directory entry was stored: who the directory, a the entry's physical address,
    /// b the old and c the new entry, d the page that it translates.
    case edit = 9
    /// Present entries were copied: who the source's directory, a source, b target, c count, d the
    /// first page, e whether both became read-only.
    case copiedEntries = 10
    /// A page table (b 0) or the user half of a directory (b 1) at a was emptied.
    case emptied = 11
    /// Bytes of page tables were overwritten: a where, b how many.
    case overwritten = 12
    /// A region came (d 1) or went (d 0): a start, b bytes, c flags, e the page
    /// directory.
    case region = 13
    /// A signal was raised: a number.
    case signal = 14
    /// A process is there: a how (``Origin``), b its parent, c and d its name's eight bytes.
    case process = 15
    /// How a fatal page fault's address is translated: a CR2, b page directory, c its entry, d where
    /// the page's entry stands, e that entry.
    case walk = 16
    /// The instruction of a fatal exception: a…d its first 16 bytes, e how many of them are there.
    case code = 17
    /// What neighbouring pages had come to at the end: a the first, b count, c the entries' flags, d the
    /// page directory.
    case pages = 18
  }

  /// How a process came about.
  @frozen
  public enum Origin: UInt32, Sendable, BitwiseCopyable {
    /// A resident server, a program of the run, a child, a program that EXEC has put in its place.
    case resident = 0
    case program = 1
    case fork = 2
    case exec = 3
  }

  /// The kind's number in the low eight bits, and a detail in the others.
  public var head: UInt32 = 0
  /// Whom the event is about: trapped, sender, caller, victim, picked.
  public var who: Int32 = 0
  public var a: UInt32 = 0
  public var b: UInt32 = 0
  public var c: UInt32 = 0
  public var d: UInt32 = 0
  public var e: UInt32 = 0
  public var f: UInt32 = 0

  @inlinable
  public init() {}

  @inlinable @inline(__always)
  public init(
    _ kind: Kind, detail: UInt32 = 0, _ who: Endpoint, _ a: UInt32 = 0, _ b: UInt32 = 0,
    _ c: UInt32 = 0,
    _ d: UInt32 = 0, _ e: UInt32 = 0, _ f: UInt32 = 0
  ) {
    head = kind.rawValue | detail &<< 8
    self.who = who.rawValue
    (self.a, self.b, self.c, self.d, self.e, self.f) = (a, b, c, d, e, f)
  }

  /// The size of an event in memory and in trace files, in bytes.
  @inlinable public static var byteCount: Int { 32 }

  /// What it is; nil for a number that this version does not know.
  @inlinable public var kind: Kind? { Kind(rawValue: head & 0xFF) }

  /// What stands besides the kind.
  @inlinable public var detail: UInt32 { head &>> 8 }

  /// ``who`` as an endpoint.
  @inlinable public var endpoint: Endpoint { Endpoint(rawValue: who) }

  /// The host's cycles of an event that has them.
  @inlinable public var cycles: UInt64 { UInt64(f) &<< 32 | UInt64(e) }
}
