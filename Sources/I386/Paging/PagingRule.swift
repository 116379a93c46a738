/// Each thing that 32-bit paging decides, by itself: what the oracle asks one after the other.
///
/// The rules have names so that a suite can be tested: a processor that ignores one of them, or turns
/// it round, must be found out. Source: SDM 3A, "32-Bit Paging", "Access Rights", "Page-Fault
/// Exceptions", "Accessed and Dirty Flags".
@frozen
public enum PagingRule: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  // The walk.
  /// P of the directory entry.
  case directoryEntryPresent
  /// P of the table entry.
  case tableEntryPresent
  /// PS of the directory entry.
  case pageSizeBit
  /// CR4.PSE.
  case pageSizeExtensions
  /// A 4 MiB page's entry has a reserved bit.
  case reservedBit
  /// Bit 21 of a directory entry is part of a page table's address.
  case tableAddressBit21
  /// Bits 21:12 of the linear address go through to a 4 MiB page.
  case largePageOffset

  // Access rights.
  /// U/S of the directory entry.
  case directoryEntryUser
  /// U/S of the table entry.
  case tableEntryUser
  /// R/W of the directory entry.
  case directoryEntryWritable
  /// R/W of the table entry.
  case tableEntryWritable
  /// A user-mode access needs a user page.
  case userNeedsUserPage
  /// A user-mode write needs a writable page.
  case userWriteNeedsWritable
  /// CR0.WP: a supervisor write needs a writable page.
  case writeProtect
  /// CR4.SMEP forbids fetches from user pages.
  case noSupervisorExecution
  /// CR4.SMAP forbids data accesses to user pages.
  case noSupervisorAccess
  /// EFLAGS.AC lifts CR4.SMAP.
  case alignmentCheck

  // The error code.
  /// P: not an entry's absence.
  case errorProtection
  /// W/R: a write.
  case errorWrite
  /// U/S: a user-mode access.
  case errorUser
  /// RSVD: a reserved bit.
  case errorReserved
  /// I/D: a fetch, where CR4.SMEP is set.
  case errorFetch
  /// I/D is not reported without CR4.SMEP.
  case errorFetchNeedsSMEP

  // Accessed and dirty bits.
  /// A of a directory entry that was used.
  case directoryEntryAccessed
  /// A of a table entry that was used.
  case tableEntryAccessed
  /// D of a 4 MiB page's entry, by a write.
  case largePageDirty
  /// D of a table entry, by a write.
  case tableEntryDirty
  /// D is a write's alone.
  case dirtyNeedsWrite
}

extension PagingRule {
  /// The rule's name, for reports. Embedded Swift can't print an enumeration's case.
  public var name: StaticString {
    switch self {
    case .directoryEntryPresent: "directoryEntryPresent"
    case .tableEntryPresent: "tableEntryPresent"
    case .pageSizeBit: "pageSizeBit"
    case .pageSizeExtensions: "pageSizeExtensions"
    case .reservedBit: "reservedBit"
    case .tableAddressBit21: "tableAddressBit21"
    case .largePageOffset: "largePageOffset"
    case .directoryEntryUser: "directoryEntryUser"
    case .tableEntryUser: "tableEntryUser"
    case .directoryEntryWritable: "directoryEntryWritable"
    case .tableEntryWritable: "tableEntryWritable"
    case .userNeedsUserPage: "userNeedsUserPage"
    case .userWriteNeedsWritable: "userWriteNeedsWritable"
    case .writeProtect: "writeProtect"
    case .noSupervisorExecution: "noSupervisorExecution"
    case .noSupervisorAccess: "noSupervisorAccess"
    case .alignmentCheck: "alignmentCheck"
    case .errorProtection: "errorProtection"
    case .errorWrite: "errorWrite"
    case .errorUser: "errorUser"
    case .errorReserved: "errorReserved"
    case .errorFetch: "errorFetch"
    case .errorFetchNeedsSMEP: "errorFetchNeedsSMEP"
    case .directoryEntryAccessed: "directoryEntryAccessed"
    case .tableEntryAccessed: "tableEntryAccessed"
    case .largePageDirty: "largePageDirty"
    case .tableEntryDirty: "tableEntryDirty"
    case .dirtyNeedsWrite: "dirtyNeedsWrite"
    }
  }

  /// Whether the rule has no condition: what it says happens every time.
  public var isUnconditional: Bool {
    switch self {
    case .largePageOffset, .directoryEntryAccessed, .tableEntryAccessed, .largePageDirty,
      .tableEntryDirty:
      true
    default: false
    }
  }
}

/// Who answers whether a rule's condition holds: the manual, or a processor that has it wrong.
public protocol PagingRuleBook {
  func holds(_ rule: PagingRule, _ condition: Bool) -> Bool
}

/// The manual: a condition holds when it is true.
@frozen
public struct ManualRules: PagingRuleBook, Sendable {
  @inlinable public init() {}
  @inlinable public func holds(_ rule: PagingRule, _ condition: Bool) -> Bool { condition }
}

/// A processor that has one rule wrong: the condition always counts as one value, or as its opposite.
@frozen
public struct BrokenRules: PagingRuleBook, Sendable {
  /// How the rule is wrong.
  @frozen
  public enum Fault: UInt8, CaseIterable, Sendable { case alwaysTrue, alwaysFalse, inverted }

  public var rule: PagingRule
  public var fault: Fault

  @inlinable
  public init(_ rule: PagingRule, _ fault: Fault) {
    self.rule = rule
    self.fault = fault
  }

  @inlinable
  public func holds(_ rule: PagingRule, _ condition: Bool) -> Bool {
    guard rule == self.rule else { return condition }
    switch fault {
    case .alwaysTrue: return true
    case .alwaysFalse: return false
    case .inverted: return !condition
    }
  }
}
