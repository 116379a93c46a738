internal import CKVM

/// Anonymous host memory, zeroed, private and committed page by page as it is touched: what stands
/// behind guest RAM.
///
/// Owns the mapping and unmaps it at the end. Typed, bounds-checked access is built upstairs on
/// ``baseAddress``; that, and nothing else here, is unsafe to use.
@safe public struct MemoryMapping: ~Copyable {
  /// The first byte; page-aligned, or 2 MiB-aligned with ``Options/hugePages``. Valid as long as this
  /// owner lives.
  @unsafe public let baseAddress: UnsafeMutableRawPointer

  /// The size in bytes, a multiple of ``pageByteCount``.
  public let byteCount: Int

  /// The size of a page on this host, x86-64, in bytes.
  public static var pageByteCount: Int { 4096 }

  /// How a mapping shall behave.
  public struct Options: OptionSet, Sendable {
    /// The bits as the kernel or the shim takes them.
    public let rawValue: UInt32

    /// Takes CKVM_MAP_ bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Transparent huge pages, and a start at a multiple of 2 MiB. Only advice: a host without
    /// them is slower and nothing else.
    public static var hugePages: Options { Options(rawValue: 1 << 0) }
    /// A process that we start finds a hole here: no accidental copy of guest RAM.
    public static var notInherited: Options { Options(rawValue: 1 << 1) }
  }

  /// Maps memory. No page is committed yet.
  ///
  /// - Parameters:
  ///   - byteCount: the size in bytes, rounded up to a page; at least 1.
  ///   - options: see ``Options``.
  /// - Throws: ENOMEM when the address space or the host's policy has no room; EINVAL for a size
  ///   below 1.
  public init(byteCount: Int, options: Options = []) throws(KVMError) {
    let mask = MemoryMapping.pageByteCount - 1
    let (padded, overflow) = byteCount.addingReportingOverflow(mask)
    let rounded = overflow || byteCount < 1 ? 0 : padded & ~mask
    var base: UnsafeMutableRawPointer?
    try KVMError.check(
      unsafe ckvm_map_anonymous(rounded, options.rawValue, &base), .mapMemory)
    guard let base = unsafe base else {
      preconditionFailure("a mapping of \(rounded) bytes at address 0")
    }
    unsafe self.baseAddress = unsafe base
    self.byteCount = rounded
  }

  deinit {
    let result = unsafe ckvm_unmap(baseAddress, byteCount)
    precondition(result == 0, "munmap of \(byteCount) bytes: \(ErrnoName.of(-result))")
  }
}
