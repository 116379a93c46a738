public import Glibc
public import I386
public import KVM
public import Stub

/// The doors to guest memory: each tests the whole range before it touches a byte.
extension GuestMemory {
  /// The host's address of a range that lies wholly in RAM, in the stub or in the arena.
  @inlinable @inline(__always)
  func host(_ address: PhysicalAddress, _ byteCount: Int) -> UnsafeMutableRawPointer? {
    let start = UInt64(address.rawValue)
    let end = start + UInt64(byteCount)
    if end <= UInt64(ramByteCount) { return unsafe ram.baseAddress + Int(start) }
    let arenaStart = UInt64(Self.arenaStart.rawValue)
    if start >= arenaStart, end <= arenaStart + UInt64(STUB_ARENA_BYTES) {
      return unsafe arena.baseAddress + Int(start - arenaStart)
    }
    let stubStart = UInt64(Self.stubStart.rawValue)
    if start >= stubStart, end <= stubStart + UInt64(STUB_BYTES) {
      return unsafe stub.baseAddress + Int(start - stubStart)
    }
    return nil
  }

  /// The page-table entry at an address; 0, which is absent, where there is no memory.
  @inlinable @inline(__always)
  func entry(at address: PhysicalAddress) -> UInt32 {
    // Entries lie in the arena, unless a process's directory names something else.
    let offset = UInt64(address.rawValue) &- UInt64(Self.arenaStart.rawValue)
    guard offset <= UInt64(STUB_ARENA_BYTES) - 4 else { return loadWord(at: address) ?? 0 }
    return unsafe (arena.baseAddress + Int(truncatingIfNeeded: offset))
      .loadUnaligned(as: UInt32.self)
  }

  /// The page-table entry at an address in the arena; nil elsewhere.
  @inlinable @inline(__always)
  func arenaEntry(at address: PhysicalAddress) -> UInt32? {
    let offset = address.rawValue &- Self.arenaStart.rawValue
    guard offset <= UInt32(STUB_ARENA_BYTES) - 4 else { return nil }
    return unsafe (arena.baseAddress + Int(offset)).loadUnaligned(as: UInt32.self)
  }

  /// Stores a page-table entry.
  ///
  /// - Parameter address: in the arena; a precondition.
  /// - Returns: what was there.
  @inlinable @inline(__always)
  func exchangeEntry(at address: PhysicalAddress, for value: UInt32) -> UInt32 {
    let offset = address.rawValue &- Self.arenaStart.rawValue
    precondition(
      offset < UInt32(STUB_ARENA_BYTES) && offset & 3 == 0,
      "page-table entry at \(address), not in the arena")
    let entry = unsafe arena.baseAddress + Int(offset)
    let old = unsafe entry.load(as: UInt32.self)
    unsafe entry.storeBytes(of: value, as: UInt32.self)
    return old
  }

  /// Lends neighbouring entries of a page table or directory.
  ///
  /// - Parameters:
  ///   - count: how many, all of them in one page of the arena; a precondition.
  ///   - address: the first one's physical address.
  @inline(__always)
  func withEntries(
    _ count: UInt32, at address: PhysicalAddress, _ body: (inout MutableSpan<UInt32>) -> Void
  ) {
    precondition(
      Self.isArenaPage(address.frameStart) && address.rawValue & 3 == 0
        && address.rawValue & 0xFFF + count &* 4 <= 4096 && count <= 1024,
      "\(count) entries at \(address)")
    let first = unsafe (arena.baseAddress + Int(address.rawValue - Self.arenaStart.rawValue))
      .assumingMemoryBound(to: UInt32.self)
    var entries = unsafe MutableSpan(_unsafeStart: first, count: Int(count))
    body(&entries)
  }

  /// How many entries are looked at together.
  static var entriesAtOnce: UInt32 { 8 }

  /// The first of neighbouring entries of one page of the arena; a precondition.
  @inline(__always)
  private func firstEntry(_ count: UInt32, _ address: PhysicalAddress) -> UnsafeMutableRawPointer {
    precondition(
      Self.isArenaPage(address.frameStart) && address.rawValue & 3 == 0
        && address.rawValue & 0xFFF + count &* 4 <= 4096 && count <= 1024,
      "\(count) entries at \(address)")
    return unsafe arena.baseAddress + Int(address.rawValue - Self.arenaStart.rawValue)
  }

  /// Whether the low halves and the high halves of four pairs of entries have a bit, any of them or
  /// all of them.
  @inline(__always)
  private func combined(
    _ entries: UnsafeMutableRawPointer, _ combine: (UInt64, UInt64) -> UInt64
  ) -> UInt64 {
    let first = unsafe combine(
      entries.loadUnaligned(as: UInt64.self),
      entries.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    let second = unsafe combine(
      entries.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
      entries.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    return combine(first, second)
  }

  /// A pair of entries that have these bits.
  @inline(__always)
  private func pair(_ bits: UInt32) -> UInt64 { UInt64(bits) << 32 | UInt64(bits) }

  /// How many entries come before the first that is present.
  ///
  /// - Parameters:
  ///   - count: how many, all of them in one page of the arena; a precondition.
  ///   - address: the first one's physical address.
  func leadingAbsentCount(_ count: UInt32, at address: PhysicalAddress) -> UInt32 {
    let entries = unsafe firstEntry(count, address)
    let present = pair(PageEntryBits.present)
    var index = 0
    while index &+ 8 <= Int(count), unsafe combined(entries + index &* 4, |) & present == 0 {
      index &+= 8
    }
    while index < Int(count) {
      let entry = unsafe entries.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self)
      guard entry & PageEntryBits.present == 0 else { break }
      index &+= 1
    }
    return UInt32(truncatingIfNeeded: index)
  }

  /// How many entries come behind the last that is present, as ``leadingAbsentCount(_:at:)``.
  func trailingAbsentCount(_ count: UInt32, at address: PhysicalAddress) -> UInt32 {
    let entries = unsafe firstEntry(count, address)
    let present = pair(PageEntryBits.present)
    var end = Int(count)
    while end >= 8, unsafe combined(entries + (end &- 8) &* 4, |) & present == 0 { end &-= 8 }
    while end > 0 {
      let entry = unsafe entries.loadUnaligned(fromByteOffset: (end &- 1) &* 4, as: UInt32.self)
      guard entry & PageEntryBits.present == 0 else { break }
      end &-= 1
    }
    return count &- UInt32(truncatingIfNeeded: end)
  }

  /// Copies entries as long as ``entriesAtOnce`` of them are all present and writable. Neither is
  /// writable afterwards, and what the CPU has noted of the source's use is not the copy's.
  ///
  /// - Parameters:
  ///   - count: how many there are, all of them in one page of the arena; a precondition.
  ///   - source: the first one's physical address.
  ///   - target: where it goes.
  /// - Returns: how many have been copied.
  func copyWritableEntries(
    _ count: UInt32, from source: PhysicalAddress, to target: PhysicalAddress
  ) -> UInt32 {
    let sources = unsafe firstEntry(count, source)
    let targets = unsafe firstEntry(count, target)
    let demanded = pair(PageEntryBits.present | PageEntryBits.writable)
    let kept = ~pair(PageEntryBits.writable)
    let copied = kept & ~pair(PageEntryBits.accessed | PageEntryBits.dirty)
    var index = 0
    while index &+ 8 <= Int(count),
      unsafe combined(sources + index &* 4, &) & demanded == demanded
    {
      for offset in stride(from: index &* 4, to: index &* 4 &+ 32, by: 8) {
        let entries = unsafe sources.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        unsafe targets.storeBytes(of: entries & copied, toByteOffset: offset, as: UInt64.self)
        unsafe sources.storeBytes(of: entries & kept, toByteOffset: offset, as: UInt64.self)
      }
      index &+= 8
    }
    return UInt32(truncatingIfNeeded: index)
  }

  /// Copies words out, from index 0 of an array on.
  ///
  /// - Parameters:
  ///   - count: how many; as many as the array has at most, a precondition.
  ///   - address: where the first one is.
  /// - Returns: false, and nothing is changed, where they are not all memory.
  func readWords(
    _ count: Int, at address: PhysicalAddress, into words: inout [UInt32]
  ) -> Bool {
    precondition(count >= 0 && count <= words.count, "\(count) words for \(words.count)")
    guard let from = unsafe host(address, count * 4) else { return false }
    unsafe words.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe memcpy(base, from, count * 4)
    }
    return true
  }

  /// The 32-bit word at an address, or nil where there is no memory.
  public func loadWord(at address: PhysicalAddress) -> UInt32? {
    guard let pointer = unsafe host(address, 4) else { return nil }
    return unsafe pointer.loadUnaligned(as: UInt32.self)
  }

  /// Stores a 32-bit word.
  ///
  /// - Returns: false where there is no memory.
  @discardableResult
  public func storeWord(_ value: UInt32, at address: PhysicalAddress) -> Bool {
    guard let pointer = unsafe host(address, 4) else { return false }
    unsafe pointer.storeBytes(of: value, as: UInt32.self)
    return true
  }

  /// A value of a trivial type, or nil where its bytes are not all memory.
  @inlinable @inline(__always)
  public func load<T: BitwiseCopyable>(_ type: T.Type, at address: PhysicalAddress) -> T? {
    guard let pointer = unsafe host(address, MemoryLayout<T>.size) else { return nil }
    return unsafe pointer.loadUnaligned(as: type)
  }

  /// Stores a value of a trivial type.
  ///
  /// - Returns: false where its bytes are not all memory.
  @inlinable @inline(__always) @discardableResult
  public func store<T: BitwiseCopyable>(_ value: T, at address: PhysicalAddress) -> Bool {
    guard let pointer = unsafe host(address, MemoryLayout<T>.size) else { return false }
    unsafe pointer.storeBytes(of: value, as: T.self)
    return true
  }

  /// Fills a range with one byte.
  ///
  /// - Returns: false, and nothing is changed, where the range is not all memory.
  @discardableResult
  public func fill(_ address: PhysicalAddress, byteCount: Int, with byte: UInt8) -> Bool {
    guard byteCount >= 0, let pointer = unsafe host(address, byteCount) else { return false }
    unsafe memset(pointer, Int32(byte), byteCount)
    return true
  }

  /// Fills a range of RAM with one byte.
  ///
  /// - Returns: false, and nothing is changed, where the range is not all RAM.
  public func fillRAM(_ address: PhysicalAddress, byteCount: UInt32, with byte: UInt8) -> Bool {
    guard isRAM(address, byteCount: byteCount) else { return false }
    unsafe memset(ram.baseAddress + Int(address.rawValue), Int32(byte), Int(byteCount))
    return true
  }

  /// Fills a page of RAM with zeros.
  ///
  /// - Returns: false, and nothing is changed, where the page is not all RAM.
  @inlinable @inline(__always)
  public func zeroPage(_ frame: PhysicalAddress) -> Bool {
    guard isRAM(frame, byteCount: 4096) else { return false }
    unsafe memset(ram.baseAddress + Int(frame.rawValue), 0, 4096)
    return true
  }

  /// Copies within guest memory; the ranges may overlap.
  ///
  /// - Returns: false, and nothing is changed, where a range is not all memory.
  @discardableResult
  public func copy(
    from source: PhysicalAddress, to destination: PhysicalAddress, byteCount: Int
  ) -> Bool {
    guard byteCount >= 0, let from = unsafe host(source, byteCount),
      let to = unsafe host(destination, byteCount)
    else { return false }
    unsafe memmove(to, from, byteCount)
    return true
  }

  /// Copies out of guest memory into all of `bytes`.
  ///
  /// - Returns: false, and nothing is changed, where the range is not all memory.
  @discardableResult
  public func read(_ address: PhysicalAddress, into bytes: inout MutableRawSpan) -> Bool {
    let count = bytes.byteCount
    guard let from = unsafe host(address, count) else { return false }
    unsafe bytes.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe memcpy(base, from, count)
    }
    return true
  }

  /// A copy of a range, or nil where it is not all memory.
  func bytes(at address: PhysicalAddress, count: Int) -> [UInt8]? {
    guard let from = unsafe host(address, count) else { return nil }
    return unsafe [UInt8](UnsafeRawBufferPointer(start: from, count: count))
  }

  /// Copies all of `bytes` into guest memory.
  ///
  /// - Returns: false, and nothing is changed, where the range is not all memory.
  @discardableResult
  public func write(_ bytes: RawSpan, at address: PhysicalAddress) -> Bool {
    guard let to = unsafe host(address, bytes.byteCount) else { return false }
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe memcpy(to, base, buffer.count)
    }
    return true
  }

  /// Copies a slice of an array into guest memory.
  ///
  /// - Returns: false, and nothing is changed, where the range is not all memory.
  @discardableResult
  public func write(_ bytes: ArraySlice<UInt8>, at address: PhysicalAddress) -> Bool {
    unsafe write(bytes.span.bytes, at: address)
  }

  /// Lends a range of guest memory to be filled.
  ///
  /// - Returns: nil, and `body` is not called, where the range is not all memory.
  public func withMutableBytes<R>(
    at address: PhysicalAddress, byteCount: Int, _ body: (inout MutableRawSpan) -> R
  ) -> R? {
    guard let base = unsafe host(address, byteCount) else { return nil }
    var span = unsafe MutableRawSpan(_unsafeStart: base, byteCount: byteCount)
    return body(&span)
  }
}
