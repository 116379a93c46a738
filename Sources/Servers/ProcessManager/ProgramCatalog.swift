public import MinixABI

/// The programs that EXEC finds.
public protocol ProgramCatalog {
  /// Looks a program up.
  ///
  /// - Parameter path: the name as the caller gives it.
  /// - Returns: the program, or ENOENT, ENOEXEC for what is no program, EACCES or EIO.
  func program(at path: String) -> Result<ExecutableProgram, ResultCode>
}

/// A program as EXEC loads it.
public struct ExecutableProgram {
  /// Whole pages of one protection.
  public struct Region: Equatable {
    public var start: UInt32
    public var byteCount: UInt32
    public var isWritable: Bool

    public init(start: UInt32, byteCount: UInt32, isWritable: Bool) {
      (self.start, self.byteCount, self.isWritable) = (start, byteCount, isWritable)
    }
  }

  /// Bytes of the file, and where they go; all else is zero.
  public struct Part {
    public var address: UInt32
    public var bytes: ArraySlice<UInt8>

    public init(address: UInt32, bytes: ArraySlice<UInt8>) {
      (self.address, self.bytes) = (address, bytes)
    }
  }

  /// The address of its first instruction.
  public var entry: UInt32
  /// By address, none overlapping, clear of the stack region.
  public var regions: [Region]
  /// Each within the regions.
  public var parts: [Part]

  public init(entry: UInt32, regions: [Region], parts: [Part]) {
    (self.entry, self.regions, self.parts) = (entry, regions, parts)
  }
}
