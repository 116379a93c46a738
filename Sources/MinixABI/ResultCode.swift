/// What a trap, a call or a reply answers: `OK`, a count, or a negative error number.
///
/// Errors are negative everywhere inside the system. Source: minix `include/errno.h`.
@frozen
public struct ResultCode: RawRepresentable, Hashable, Error, BitwiseCopyable {
  /// The value as it stands in `m_type` or EAX.
  public var rawValue: Int32

  @inlinable
  public init(rawValue: Int32) { self.rawValue = rawValue }

  @inlinable public static var ok: ResultCode { ResultCode(rawValue: 0) }
  @inlinable public static var eperm: ResultCode { ResultCode(rawValue: -1) }
  @inlinable public static var enoent: ResultCode { ResultCode(rawValue: -2) }
  @inlinable public static var esrch: ResultCode { ResultCode(rawValue: -3) }
  @inlinable public static var eintr: ResultCode { ResultCode(rawValue: -4) }
  @inlinable public static var eio: ResultCode { ResultCode(rawValue: -5) }
  @inlinable public static var enxio: ResultCode { ResultCode(rawValue: -6) }
  @inlinable public static var e2big: ResultCode { ResultCode(rawValue: -7) }
  @inlinable public static var enoexec: ResultCode { ResultCode(rawValue: -8) }
  @inlinable public static var ebadf: ResultCode { ResultCode(rawValue: -9) }
  @inlinable public static var echild: ResultCode { ResultCode(rawValue: -10) }
  @inlinable public static var eagain: ResultCode { ResultCode(rawValue: -11) }
  @inlinable public static var enomem: ResultCode { ResultCode(rawValue: -12) }
  @inlinable public static var eacces: ResultCode { ResultCode(rawValue: -13) }
  @inlinable public static var efault: ResultCode { ResultCode(rawValue: -14) }
  @inlinable public static var ebusy: ResultCode { ResultCode(rawValue: -16) }
  @inlinable public static var eexist: ResultCode { ResultCode(rawValue: -17) }
  @inlinable public static var enotdir: ResultCode { ResultCode(rawValue: -20) }
  @inlinable public static var eisdir: ResultCode { ResultCode(rawValue: -21) }
  @inlinable public static var einval: ResultCode { ResultCode(rawValue: -22) }
  @inlinable public static var enfile: ResultCode { ResultCode(rawValue: -23) }
  @inlinable public static var emfile: ResultCode { ResultCode(rawValue: -24) }
  @inlinable public static var enospc: ResultCode { ResultCode(rawValue: -28) }
  @inlinable public static var espipe: ResultCode { ResultCode(rawValue: -29) }
  @inlinable public static var erofs: ResultCode { ResultCode(rawValue: -30) }
  @inlinable public static var epipe: ResultCode { ResultCode(rawValue: -32) }
  @inlinable public static var edom: ResultCode { ResultCode(rawValue: -33) }
  @inlinable public static var erange: ResultCode { ResultCode(rawValue: -34) }
  @inlinable public static var edeadlk: ResultCode { ResultCode(rawValue: -35) }
  @inlinable public static var enametoolong: ResultCode { ResultCode(rawValue: -36) }
  @inlinable public static var enosys: ResultCode { ResultCode(rawValue: -38) }
  @inlinable public static var eloop: ResultCode { ResultCode(rawValue: -40) }
  @inlinable public static var erestart: ResultCode { ResultCode(rawValue: -41) }
  @inlinable public static var egeneric: ResultCode { ResultCode(rawValue: -99) }
  /// A send or receive would close a cycle of waiting processes.
  @inlinable public static var elocked: ResultCode { ResultCode(rawValue: -101) }
  @inlinable public static var ebadcall: ResultCode { ResultCode(rawValue: -102) }
  @inlinable public static var ebadsrcdst: ResultCode { ResultCode(rawValue: -103) }
  @inlinable public static var ecalldenied: ResultCode { ResultCode(rawValue: -104) }
  @inlinable public static var edeadsrcdst: ResultCode { ResultCode(rawValue: -105) }
  @inlinable public static var enotready: ResultCode { ResultCode(rawValue: -106) }
  @inlinable public static var ebadrequest: ResultCode { ResultCode(rawValue: -107) }
  @inlinable public static var etrapdenied: ResultCode { ResultCode(rawValue: -110) }
  @inlinable public static var edontreply: ResultCode { ResultCode(rawValue: -201) }
  /// `EFAULT_DST`: a copy without VM's help failed at its destination.
  @inlinable public static var efaultDestination: ResultCode { ResultCode(rawValue: -994) }
  /// `EFAULT_SRC`: a copy without VM's help failed at its source.
  @inlinable public static var efaultSource: ResultCode { ResultCode(rawValue: -995) }
  /// `VMSUSPEND`: the kernel call waits for VM; nothing is replied yet.
  @inlinable public static var vmSuspend: ResultCode { ResultCode(rawValue: -996) }
  /// `SUSPEND`: a server answers later.
  @inlinable public static var suspend: ResultCode { ResultCode(rawValue: -998) }
}

extension ResultCode: CustomStringConvertible {
  /// `OK`, the error's name, or the number.
  public var description: String {
    for (code, name) in Self.names where code == rawValue { return name }
    return "\(rawValue)"
  }

  private static let names: [(Int32, String)] = [
    (0, "OK"), (-1, "EPERM"), (-2, "ENOENT"), (-3, "ESRCH"), (-4, "EINTR"), (-5, "EIO"),
    (-6, "ENXIO"), (-7, "E2BIG"), (-8, "ENOEXEC"), (-9, "EBADF"), (-10, "ECHILD"),
    (-11, "EAGAIN"), (-12, "ENOMEM"), (-13, "EACCES"), (-14, "EFAULT"), (-16, "EBUSY"),
    (-17, "EEXIST"), (-20, "ENOTDIR"), (-21, "EISDIR"), (-22, "EINVAL"), (-23, "ENFILE"),
    (-24, "EMFILE"), (-28, "ENOSPC"), (-29, "ESPIPE"), (-30, "EROFS"), (-32, "EPIPE"),
    (-33, "EDOM"), (-34, "ERANGE"),
    (-35, "EDEADLK"), (-36, "ENAMETOOLONG"), (-38, "ENOSYS"), (-40, "ELOOP"),
    (-41, "ERESTART"), (-99, "EGENERIC"),
    (-101, "ELOCKED"), (-102, "EBADCALL"), (-103, "EBADSRCDST"), (-104, "ECALLDENIED"),
    (-105, "EDEADSRCDST"), (-106, "ENOTREADY"), (-107, "EBADREQUEST"), (-110, "ETRAPDENIED"),
    (-201, "EDONTREPLY"), (-994, "EFAULT_DST"), (-995, "EFAULT_SRC"), (-996, "VMSUSPEND"),
    (-998, "SUSPEND"),
  ]
}
