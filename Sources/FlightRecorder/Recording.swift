public import I386
public import MinixABI

/// What may be recorded. Each function is a handful of stores, written out where the event happens.
///
/// They see to the room themselves, but for those on the path of a fault whose callers do.
extension FlightRecorder {
  /// Ring 3 trapped. The caller has looked whether there is room.
  @inlinable @inline(__always)
  public func recordTrap(
    by who: Endpoint, vector: UInt32, errorCode: UInt32, eip: UInt32, cr2: UInt32, at cycles: UInt64
  ) {
    store(
      Event(
        .trap, who, vector, errorCode, eip, cr2, UInt32(truncatingIfNeeded: cycles),
        UInt32(truncatingIfNeeded: cycles &>> 32)))
  }

  /// Somebody goes on. The caller has looked whether there is room.
  @inlinable @inline(__always)
  public func recordRun(_ who: Endpoint, in directory: PhysicalAddress, at cycles: UInt64) {
    store(
      Event(
        .run, who, directory.rawValue, 0, 0, 0, UInt32(truncatingIfNeeded: cycles),
        UInt32(truncatingIfNeeded: cycles &>> 32)))
  }

  /// A message was delivered. One that the kernel has made ends before word 24.
  @inlinable @inline(__always)
  public func recordMessage(
    _ message: Message, from sender: Endpoint, to receiver: Endpoint, status: IPCStatus
  ) {
    makeRoom()
    storeMessage(message, from: sender, to: receiver, status: status)
  }

  /// The same; the caller has looked whether there is room.
  @inlinable @inline(__always)
  public func storeMessage(
    _ message: Message, from sender: Endpoint, to receiver: Endpoint, status: IPCStatus
  ) {
    store(
      Event(
        .message, detail: status.rawValue, sender, UInt32(bitPattern: receiver.rawValue),
        message.words[1], message.words[2], message.words[3], message.words[4], message.words[5]))
    if status.isFromKernel { return }
    store(
      Event(.messageRest, sender, message.words[6], message.words[7], message.words[8]))
  }

  /// A kernel call begins. Few requests have a word 32.
  @inlinable @inline(__always)
  public func recordKernelCall(_ request: Message, by caller: Endpoint) {
    makeRoom()
    storeKernelCall(request, by: caller)
  }

  /// The same; the caller has looked whether there is room.
  @inlinable @inline(__always)
  public func storeKernelCall(_ request: Message, by caller: Endpoint) {
    storeKernelCall(
      request.type, request.words[2], request.words[3], request.words[4], request.words[5],
      request.words[6], request.words[7], by: caller)
  }

  /// The same of a request by its words from 8 on, where no message need be made for it.
  @inlinable @inline(__always)
  public func storeKernelCall(
    _ type: Int32, _ word8: UInt32 = 0, _ word12: UInt32 = 0, _ word16: UInt32 = 0,
    _ word20: UInt32 = 0, _ word24: UInt32 = 0, _ word28: UInt32 = 0, by caller: Endpoint
  ) {
    store(
      Event(
        .kernelCall, detail: UInt32(bitPattern: type), caller, word8, word12, word16, word20,
        word24, word28))
  }

  /// The word 32 of a request that has one; it follows the call.
  @inlinable
  public func recordKernelCallRest(_ request: Message, by caller: Endpoint) {
    makeRoom()
    store(Event(.kernelCallRest, caller, request.words[8]))
  }

  /// What a kernel call came to.
  @inlinable
  public func recordKernelResult(
    _ result: ResultCode, of type: Int32, by caller: Endpoint, _ reply: Message
  ) {
    makeRoom()
    store(
      Event(
        .kernelResult, caller, UInt32(bitPattern: result.rawValue), UInt32(bitPattern: type),
        reply.words[2], reply.words[3], reply.words[4], reply.words[5]))
  }

  /// Run-time flags changed. The caller has looked whether there is room.
  @inlinable @inline(__always)
  public func recordFlags(of who: Endpoint, from old: RTSFlags, to new: RTSFlags) {
    store(Event(.flags, who, UInt32(old.rawValue), UInt32(new.rawValue)))
  }

  /// A page-table or directory entry was stored. The caller has looked whether there is room.
  @inlinable @inline(__always)
  public func recordEdit(
    of entry: PhysicalAddress, from old: UInt32, to new: UInt32, translating page: LinearAddress,
    in directory: PhysicalAddress
  ) {
    store(
      Event(
        .edit, Endpoint(rawValue: Int32(bitPattern: directory.rawValue)), entry.rawValue, old, new,
        page.rawValue))
  }

  /// Present entries were copied, and became read-only on both sides or not.
  @inlinable
  public func recordCopiedEntries(
    _ count: UInt32, from source: PhysicalAddress, to target: PhysicalAddress,
    translating page: LinearAddress, in directory: PhysicalAddress, isReadOnly: Bool
  ) {
    makeRoom()
    store(
      Event(
        .copiedEntries, Endpoint(rawValue: Int32(bitPattern: directory.rawValue)), source.rawValue,
        target.rawValue, count, page.rawValue, isReadOnly ? 1 : 0))
  }

  /// A page table, or the user half of a directory, was emptied.
  @inlinable
  public func recordEmptied(_ table: PhysicalAddress, isDirectory: Bool) {
    makeRoom()
    store(Event(.emptied, .none, table.rawValue, isDirectory ? 1 : 0))
  }

  /// Bytes of page tables were overwritten.
  @inlinable
  public func recordOverwritten(_ start: PhysicalAddress, byteCount: UInt32) {
    makeRoom()
    store(Event(.overwritten, .none, start.rawValue, byteCount))
  }

  /// A region came or went.
  @inlinable
  public func recordRegion(
    from start: LinearAddress, byteCount: UInt32, flags: UInt16, isNew: Bool,
    in directory: PhysicalAddress, of who: Endpoint
  ) {
    makeRoom()
    store(
      Event(
        .region, who, start.rawValue, byteCount, UInt32(flags), isNew ? 1 : 0, directory.rawValue))
  }

  /// Neighbouring pages of an address space, with what the CPU has noted of them.
  public func recordPages(
    from page: LinearAddress, count: UInt32, entryFlags: UInt32, in directory: PhysicalAddress,
    of who: Endpoint
  ) {
    makeRoom()
    store(
      Event(
        .pages, who, page.rawValue, count, entryFlags, directory.rawValue))
  }

  /// A signal was raised.
  @inlinable
  public func recordSignal(_ signal: Signal, on victim: Endpoint) {
    makeRoom()
    store(Event(.signal, victim, UInt32(bitPattern: signal.rawValue)))
  }

  /// Any other thing.
  @inlinable
  public func record(_ event: Event) {
    makeRoom()
    store(event)
  }
}
