import Glibc
public import I386
import KVM
import Stub

/// The doors to guest memory: each tests the whole range before it touches a byte.
extension GuestMemory {
  /// The host's address of a range that lies wholly in RAM, in the stub or in the arena.
  @inline(__always)
  private func host(_ address: PhysicalAddress, _ byteCount: Int) -> UnsafeMutableRawPointer? {
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
  @inline(__always)
  func entry(at address: PhysicalAddress) -> UInt32 {
    // Entries lie in the arena, unless a process's directory names something else.
    let offset = UInt64(address.rawValue) &- UInt64(Self.arenaStart.rawValue)
    guard offset <= UInt64(STUB_ARENA_BYTES) - 4 else { return loadWord(at: address) ?? 0 }
    return unsafe (arena.baseAddress + Int(truncatingIfNeeded: offset))
      .loadUnaligned(as: UInt32.self)
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
  public func load<T: BitwiseCopyable>(_ type: T.Type, at address: PhysicalAddress) -> T? {
    guard let pointer = unsafe host(address, MemoryLayout<T>.size) else { return nil }
    return unsafe pointer.loadUnaligned(as: type)
  }

  /// Stores a value of a trivial type.
  ///
  /// - Returns: false where its bytes are not all memory.
  @discardableResult
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
