/// Why a file cannot be used as a guest program: one line that names the file,
/// the thing that is wrong and what to do about it.
public struct ImageError: Error, Equatable, Sendable {
  /// What is wrong, for callers and tests that must tell the cases apart.
  public let kind: Kind
  /// The file, as the caller named it.
  public let path: String
  /// The finding and the remedy, without the file name.
  public let detail: String

  /// An error about the file at `path`; `detail` is a finding, a semicolon and a
  /// remedy.
  public init(kind: Kind, path: String, detail: String) {
    self.kind = kind
    self.path = path
    self.detail = detail
  }

  /// One case for each thing that can be wrong with an input file.
  public enum Kind: Equatable, Sendable, CaseIterable {
    /// There is no such file.
    case notFound
    /// The file may not be read by this user.
    case permissionDenied
    /// The host has no descriptor or memory left for it.
    case hostRefused
    /// A folder where a file is wanted.
    case directory
    /// A device, pipe or socket.
    case notRegularFile
    /// Opening or reading failed in another way.
    case unreadable
    /// More bytes than the reader takes.
    case tooLarge

    /// No bytes at all.
    case empty
    /// The ELF magic is missing.
    case notELF
    /// Headers or segment data lie beyond the end of the file.
    case truncated
    /// A header that contradicts the ELF specification or itself.
    case damaged
    /// A 64-bit program.
    case wrongClass
    /// A big-endian program.
    case wrongByteOrder
    /// A program for another processor.
    case wrongMachine
    /// A program that wants a dynamic loader, or a position-independent one.
    case dynamic
    /// An object file that the linker has not seen.
    case relocatable
    /// A core dump or another kind of ELF file.
    case notExecutable

    /// Nothing to load.
    case noSegments
    /// A segment with more bytes in the file than in memory.
    case fileExceedsMemory
    /// A segment that wraps around the end of the address space.
    case addressWraps
    /// A segment in page 0, which is never mapped.
    case touchesPageZero
    /// A segment in the stub's part of the address space.
    case collidesWithStub
    /// A segment in the stack region.
    case collidesWithStack
    /// Two segments that claim the same byte.
    case overlappingSegments
    /// An entry point that no executable segment holds.
    case entryOutside
  }

  /// The exit status of a command that stops at this error (sysexits): 66 for a
  /// file that cannot be had, 71 for a refusal of the host, 65 for a bad one.
  public var exitCode: Int32 {
    switch kind {
    case .notFound, .permissionDenied: 66
    case .hostRefused: 71
    default: 65
    }
  }
}

extension ImageError: CustomStringConvertible {
  /// The line to print: `hello.elf: the file is empty; build it again`.
  public var description: String { "\(path.printable): \(detail)" }
}
