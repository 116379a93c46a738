/// What one access does under 32-bit paging: the whole of it, errors, accessed and dirty bits too.
///
/// Written from the manual, for any mode; ``PageWalk`` is the short form that the kernel uses for
/// processes. Source: SDM 3A, "32-Bit Paging", "Determination of Access Rights", "Page-Fault
/// Exceptions", "Accessed and Dirty Flags".
@frozen
public struct PagingOracle<Rules: PagingRuleBook> {
  public let rules: Rules

  @inlinable
  public init(rules: Rules) { self.rules = rules }

  /// Makes one access.
  ///
  /// - Parameters:
  ///   - linear: the address.
  ///   - access: what is done there.
  ///   - mode: the control registers.
  ///   - directoryEntry: the entry of the page directory for the address.
  ///   - load: the page-table entry at a physical address.
  @inlinable
  public func access(
    _ linear: LinearAddress, _ access: MemoryAccess, mode: PagingMode, directoryEntry pde: UInt32,
    load: (PhysicalAddress) -> UInt32
  ) -> PagingOutcome {
    var outcome = PagingOutcome(directoryEntry: pde)
    guard has(.directoryEntryPresent, pde, PageEntryBits.present) else {
      outcome.error = errorCode(access, mode, isAbsent: true)
      return outcome
    }
    let isUser = has(.directoryEntryUser, pde, PageEntryBits.user)
    let isWritable = has(.directoryEntryWritable, pde, PageEntryBits.writable)
    if has(.pageSizeBit, pde, PageEntryBits.pageSize),
      rules.holds(.pageSizeExtensions, mode.pageSizeExtensions)
    {
      large(linear, access, mode, isUser: isUser, isWritable: isWritable, &outcome)
      return outcome
    }

    let bit21: UInt32 = has(.tableAddressBit21, pde, 0x0020_0000) ? 0x0020_0000 : 0
    let table = PhysicalAddress(pde & 0xFFDF_F000 | bit21)
    outcome.walkedEntry = table + linear.tableIndex &* 4
    let pte = load(outcome.walkedEntry)
    outcome.tableEntry = pte
    outcome.walkedTable = true
    outcome.openDirectoryBits = PageEntryBits.accessed
    guard has(.tableEntryPresent, pte, PageEntryBits.present) else {
      outcome.error = errorCode(access, mode, isAbsent: true)
      return outcome
    }
    guard
      isAllowed(
        access, mode, isUser: isUser && has(.tableEntryUser, pte, PageEntryBits.user),
        isWritable: isWritable && has(.tableEntryWritable, pte, PageEntryBits.writable))
    else {
      outcome.error = errorCode(access, mode)
      return outcome
    }
    outcome.openDirectoryBits = 0
    outcome.physical = (pte & ~0xFFF) | linear.pageOffset
    mark(.directoryEntryAccessed, PageEntryBits.accessed, &outcome.directoryEntry)
    mark(.tableEntryAccessed, PageEntryBits.accessed, &outcome.tableEntry)
    if rules.holds(.dirtyNeedsWrite, access.kind == .write) {
      mark(.tableEntryDirty, PageEntryBits.dirty, &outcome.tableEntry)
    }
    return outcome
  }

  /// The rest of the way, for a 4 MiB page.
  @inlinable
  func large(
    _ linear: LinearAddress, _ access: MemoryAccess, _ mode: PagingMode, isUser: Bool,
    isWritable: Bool, _ outcome: inout PagingOutcome
  ) {
    let pde = outcome.directoryEntry
    guard !rules.holds(.reservedBit, pde & mode.reservedLargePageBits != 0) else {
      outcome.error = errorCode(access, mode, isReserved: true)
      return
    }
    guard isAllowed(access, mode, isUser: isUser, isWritable: isWritable) else {
      outcome.error = errorCode(access, mode)
      return
    }
    let offset: UInt32 = rules.holds(.largePageOffset, true) ? 0x003F_FFFF : 0x0000_0FFF
    outcome.physical = (pde & 0xFFC0_0000) | (linear.rawValue & offset)
    mark(.directoryEntryAccessed, PageEntryBits.accessed, &outcome.directoryEntry)
    if rules.holds(.dirtyNeedsWrite, access.kind == .write) {
      mark(.largePageDirty, PageEntryBits.dirty, &outcome.directoryEntry)
    }
  }

  /// Whether the rights allow an access to a page that is there.
  @inlinable
  func isAllowed(
    _ access: MemoryAccess, _ mode: PagingMode, isUser: Bool, isWritable: Bool
  ) -> Bool {
    if access.isUser {
      if rules.holds(.userNeedsUserPage, !isUser) { return false }
      return access.kind != .write || !rules.holds(.userWriteNeedsWritable, !isWritable)
    }
    if access.kind == .fetch {
      return !(isUser && rules.holds(.noSupervisorExecution, mode.noSupervisorExecution))
    }
    if isUser, rules.holds(.noSupervisorAccess, mode.noSupervisorAccess),
      !rules.holds(.alignmentCheck, access.alignmentCheck)
    {
      return false
    }
    return access.kind != .write || isWritable
      || !rules.holds(.writeProtect, mode.writeProtect)
  }

  /// The error code of a fault.
  @inlinable
  func errorCode(
    _ access: MemoryAccess, _ mode: PagingMode, isAbsent: Bool = false, isReserved: Bool = false
  ) -> UInt32 {
    var code: PageFaultErrorCode = []
    if rules.holds(.errorProtection, !isAbsent) { code.insert(.protection) }
    if rules.holds(.errorWrite, access.kind == .write) { code.insert(.write) }
    if rules.holds(.errorUser, access.isUser) { code.insert(.user) }
    if rules.holds(.errorReserved, isReserved) { code.insert(.reservedBit) }
    if rules.holds(.errorFetch, access.kind == .fetch),
      rules.holds(.errorFetchNeedsSMEP, mode.noSupervisorExecution)
    {
      code.insert(.instructionFetch)
    }
    return code.rawValue
  }

  @inlinable @inline(__always)
  func has(_ rule: PagingRule, _ entry: UInt32, _ bit: UInt32) -> Bool {
    rules.holds(rule, entry & bit != 0)
  }

  /// Sets a bit that the rule says is set.
  @inlinable @inline(__always)
  func mark(_ rule: PagingRule, _ bit: UInt32, _ entry: inout UInt32) {
    if rules.holds(rule, true) { entry |= bit }
  }
}

extension PagingOracle: Sendable where Rules: Sendable {}

extension PagingOracle<ManualRules> {
  /// The manual's oracle.
  @inlinable public init() { self.init(rules: ManualRules()) }
}
