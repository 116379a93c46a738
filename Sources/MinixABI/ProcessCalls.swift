/// `PR_FORK_FLAGS` of SYS_FORK. Source: minix `include/minix/com.h`.
@frozen
public struct ForkFlags: OptionSet, Sendable, BitwiseCopyable {
  /// The word as it stands in the message.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `PFF_VMINHIBIT` 1: the child does not run before VM has given it a page table.
  @inlinable public static var vmInhibit: ForkFlags { ForkFlags(rawValue: 1) }
}

/// The fields of the calls that make processes. Source: ABI 8.3, appendix C.
extension Message {
  /// `PR_ENDPT`@8.
  @inlinable public var processEndpoint: Endpoint {
    get { self[endpoint: 8] }
    set { self[endpoint: 8] = newValue }
  }
  /// `PR_SLOT`@12 of SYS_FORK.
  @inlinable public var processSlot: ProcessSlot { ProcessSlot(rawValue: self[int: 12]) }
  /// `PR_FORK_FLAGS`@16.
  @inlinable public var forkFlags: ForkFlags { ForkFlags(rawValue: self[word: 16]) }
  /// `PR_MEM_PTR`@20: a segment map in the caller's memory.
  @inlinable public var processMapAddress: UInt32 { self[word: 20] }
  /// `PR_FORK_MSGADDR`@20 of the reply: where the parent wants its message.
  @inlinable public var forkMessageAddress: UInt32 {
    get { self[word: 20] }
    set { self[word: 20] = newValue }
  }
  /// `PR_STACK_PTR`@20 of SYS_EXEC.
  @inlinable public var execStackPointer: UInt32 { self[word: 20] }
  /// `PR_NAME_PTR`@24.
  @inlinable public var execNameAddress: UInt32 { self[word: 24] }
  /// `PR_IP_PTR`@28.
  @inlinable public var execEntry: UInt32 { self[word: 28] }
}
