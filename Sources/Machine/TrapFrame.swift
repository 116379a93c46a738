public import I386
import Stub

/// The registers of a trapped process, laid out as the stub leaves them in the shared page.
///
/// 80 bytes; the last five words are what the CPU pushed. The layout is `struct stub_trap_frame`
/// of `guest/stub/include/stub.h`, and a test holds the two together.
@frozen
public struct TrapFrame: BitwiseCopyable, Sendable {
  /// Segment selectors; only the low 16 bits mean anything.
  public var gs: UInt32 = 0
  public var fs: UInt32 = 0
  public var es: UInt32 = 0
  public var ds: UInt32 = 0
  /// CR2 at the trap, whatever its vector.
  public var cr2: UInt32 = 0
  public var edi: UInt32 = 0
  public var esi: UInt32 = 0
  public var ebp: UInt32 = 0
  /// What `pushal` stored for ESP; `popal` skips it.
  public var unusedEsp: UInt32 = 0
  public var ebx: UInt32 = 0
  public var edx: UInt32 = 0
  public var ecx: UInt32 = 0
  public var eax: UInt32 = 0
  /// The vector that trapped.
  public var vector: UInt32 = 0
  /// The CPU's error code, or 0 for vectors that push none.
  public var errorCode: UInt32 = 0
  public var eip: UInt32 = 0
  public var cs: UInt32 = 0
  public var eflags: UInt32 = 0
  public var esp: UInt32 = 0
  public var ss: UInt32 = 0

  /// An all-zero frame.
  @inlinable
  public init() {}

  /// The frame of a process that has not run yet.
  ///
  /// - Parameters:
  ///   - entry: the first instruction's linear address.
  ///   - stackPointer: ESP at entry.
  public init(entry: LinearAddress, stackPointer: LinearAddress) {
    // It has not trapped yet: 0 would read as a division error.
    vector = .max
    eip = entry.rawValue
    esp = stackPointer.rawValue
    ds = UserSelector.data
    es = UserSelector.data
    fs = UserSelector.data
    gs = UserSelector.data
    self = sanitizedForUser
  }

  /// The frame with everything replaced that ring 3 has no right to choose.
  ///
  /// A frame with IOPL 3 or the stub's CS would be obeyed by `iret`, and a selector that does not
  /// load would fault in the stub.
  @inlinable public var sanitizedForUser: TrapFrame {
    var frame = self
    frame.sanitizeForUser()
    return frame
  }

  /// The same in place.
  @inlinable @inline(__always)
  public mutating func sanitizeForUser() {
    cs = UserSelector.code
    ss = UserSelector.data
    eflags = Eflags(rawValue: eflags).sanitizedForUser.rawValue
    // As nearly every program leaves them.
    let data = UserSelector.data
    if gs == data, fs == data, es == data, ds == data { return }
    gs = UserSelector.sanitized(gs)
    fs = UserSelector.sanitized(fs)
    es = UserSelector.sanitized(es)
    ds = UserSelector.sanitized(ds)
  }
}

/// The selectors that ring 3 has.
@frozen
public enum UserSelector {
  /// `STUB_USER_CODE`.
  @inlinable public static var code: UInt32 { 0x1B }
  /// `STUB_USER_DATA`.
  @inlinable public static var data: UInt32 { 0x23 }

  /// The selector itself if ring 3 can load it into DS–GS (null, user code, user data), else the
  /// user's data selector.
  ///
  /// Null selectors all become 0: some CPUs clear their privilege bits on the way to ring 3, some
  /// do not.
  @inlinable
  public static func sanitized(_ selector: UInt32) -> UInt32 {
    let index = selector & 0xFFFC
    if index == 0 { return 0 }
    guard index == code & ~3 || index == data & ~3 else { return data }
    return selector & 0xFFFF
  }
}
