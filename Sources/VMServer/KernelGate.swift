public import I386
public import MinixABI

/// The one way from VM to the kernel: kernel calls, replies, and the page tables that VM owns.
///
/// VM knows nothing else of its surroundings, so that the same source runs as Swift code on the host
/// and as a process in ring 3.
public protocol KernelGate: KernelCaller {
  /// VMCTL_CLEAR_PAGEFAULT: lets a process go whose page fault has been dealt with.
  func clearPageFault(of endpoint: Endpoint)

  /// SYS_MEMSET of one page with zeros.
  func zeroPage(_ frame: PhysicalAddress)

  /// Answers a request; an answer that nobody waits for is dropped.
  func reply(_ message: Message, to endpoint: Endpoint)

  /// NOTIFY; somebody who is not there hears nothing.
  func notify(_ endpoint: Endpoint)

  /// Puts words where kernel calls by VM can read them, until the next time.
  ///
  /// - Returns: their address in VM's own memory.
  func place(_ words: [UInt32]) -> UInt32

  /// A word of what ``place(_:)`` has put there, or a kernel call by VM has copied there since.
  func placedWord(_ index: Int) -> UInt32

  /// The page-table or page-directory entry at a physical address.
  func loadEntry(at address: PhysicalAddress) -> UInt32

  /// Fetches neighbouring entries of one page table.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - address: the first one's physical address.
  ///   - entries: where they go, from index 0 on; long enough, a precondition.
  func loadEntries(_ count: UInt32, at address: PhysicalAddress, into entries: inout [UInt32])

  /// How many neighbouring entries of a table or directory come before the first that is present.
  ///
  /// - Parameters:
  ///   - count: how many there are.
  ///   - address: the first one's physical address.
  /// - Returns: `count` if none is present.
  func leadingAbsentCount(_ count: UInt32, at address: PhysicalAddress) -> UInt32

  /// How many come behind the last that is present; `count` if none is.
  func trailingAbsentCount(_ count: UInt32, at address: PhysicalAddress) -> UInt32

  /// Stores an entry of an address space.
  ///
  /// - Parameters:
  ///   - value: the entry.
  ///   - address: its physical address.
  ///   - page: the first page that it translates.
  ///   - directory: the address space's page directory.
  func storeEntry(
    _ value: UInt32, at address: PhysicalAddress, translating page: LinearAddress,
    in directory: PhysicalAddress)

  /// Copies the present entries of a run from one page table into another, where nothing is present:
  /// as fork needs it, whose cost is its cost a page.
  ///
  /// - Parameters:
  ///   - run: the entries.
  ///   - directory: the page directory that leads to the source.
  ///   - isReadOnly: whether source and copy lose the right to write.
  func copyEntries(_ run: EntryRun, in directory: PhysicalAddress, isReadOnly: Bool)

  /// Changes those of neighbouring entries of one page table that are present.
  ///
  /// - Parameters:
  ///   - count: how many there are.
  ///   - address: the first one's physical address.
  ///   - page: the page that it translates.
  ///   - directory: the address space's page directory.
  ///   - kept: the bits that stay.
  ///   - added: the bits that are set besides.
  func changeEntries(
    _ count: UInt32, at address: PhysicalAddress, translating page: LinearAddress,
    in directory: PhysicalAddress, keeping kept: UInt32, adding added: UInt32)

  /// Empties a page table, for its next use.
  func clearTable(_ table: PhysicalAddress)

  /// Empties the user half of a page directory, for its next use.
  func clearDirectory(_ directory: PhysicalAddress)

  /// A region has come, or has gone: for whoever watches.
  func noteRegion(
    _ region: VirtualRegion, isNew: Bool, in directory: PhysicalAddress, of endpoint: Endpoint)

  /// All memory of an address space is about to be given back: for whoever watches.
  func noteEnd(of directory: PhysicalAddress, of endpoint: Endpoint)
}

extension KernelGate {
  /// The call as any other; whoever has a shorter way takes that.
  public func clearPageFault(of endpoint: Endpoint) { vmControl(.clearPageFault, endpoint) }

  /// The call as any other; whoever has a shorter way takes that.
  public func zeroPage(_ frame: PhysicalAddress) {
    zeroPages(frame, byteCount: AddressSpaceLayout.pageByteCount)
  }

  /// Where nobody watches.
  public func noteRegion(
    _ region: VirtualRegion, isNew: Bool, in directory: PhysicalAddress, of endpoint: Endpoint
  ) {}

  /// Where nobody watches.
  public func noteEnd(of directory: PhysicalAddress, of endpoint: Endpoint) {}

  /// One entry after the other; whoever has a shorter way takes that.
  public func loadEntries(
    _ count: UInt32, at address: PhysicalAddress, into entries: inout [UInt32]
  ) {
    for index in 0..<count { entries[Int(index)] = loadEntry(at: address + index &* 4) }
  }

  public func leadingAbsentCount(_ count: UInt32, at address: PhysicalAddress) -> UInt32 {
    var absent: UInt32 = 0
    while absent < count, loadEntry(at: address + absent &* 4) & PageEntryBits.present == 0 {
      absent &+= 1
    }
    return absent
  }

  public func trailingAbsentCount(_ count: UInt32, at address: PhysicalAddress) -> UInt32 {
    var left = count
    while left > 0, loadEntry(at: address + (left &- 1) &* 4) & PageEntryBits.present == 0 {
      left &-= 1
    }
    return count &- left
  }

  /// One entry after the other; whoever has a shorter way takes that.
  public func changeEntries(
    _ count: UInt32, at address: PhysicalAddress, translating page: LinearAddress,
    in directory: PhysicalAddress, keeping kept: UInt32, adding added: UInt32
  ) {
    for index in 0..<count {
      let entry = loadEntry(at: address + index &* 4)
      guard entry & PageEntryBits.present != 0, entry & kept | added != entry else { continue }
      storeEntry(
        entry & kept | added, at: address + index &* 4, translating: page + index &* 4096,
        in: directory)
    }
  }

  /// One entry after the other; whoever has a shorter way takes that.
  public func copyEntries(_ run: EntryRun, in directory: PhysicalAddress, isReadOnly: Bool) {
    let kept = isReadOnly ? ~PageEntryBits.writable : .max
    // What the CPU has noted of the source's use is not the copy's.
    let copied = kept & ~(PageEntryBits.accessed | PageEntryBits.dirty)
    for index in 0..<run.count {
      let entry = loadEntry(at: run.source + index &* 4)
      guard entry & PageEntryBits.present != 0 else { continue }
      let page = run.page + index &* 4096
      storeEntry(entry & copied, at: run.target + index &* 4, translating: page, in: directory)
      storeEntry(entry & kept, at: run.source + index &* 4, translating: page, in: directory)
    }
  }

  /// SYS_KILL.
  @discardableResult
  func kill(_ who: Endpoint, _ signal: Signal) -> ResultCode {
    var message = Message(type: KernelCallNumber.kill.messageType)
    message[endpoint: 8] = who
    message[int: 12] = signal.rawValue
    return kernelCall(&message)
  }

  /// SYS_MEMSET of pages with zeros.
  func zeroPages(_ start: PhysicalAddress, byteCount: UInt32) {
    var message = Message(zeroing: start.rawValue, byteCount: byteCount)
    _ = kernelCall(&message)
  }

  /// SYS_PHYSCOPY of one page.
  @discardableResult
  func copyPage(from source: PhysicalAddress, to destination: PhysicalAddress) -> ResultCode {
    var message = Message(type: KernelCallNumber.physicalCopy.messageType)
    message[short: 8] = 0x0400
    message[short: 10] = 0x0400
    message[endpoint: 12] = .none
    message[endpoint: 16] = .none
    message[word: 20] = source.rawValue
    message[word: 24] = destination.rawValue
    message[word: 28] = AddressSpaceLayout.pageByteCount
    return kernelCall(&message)
  }
}
