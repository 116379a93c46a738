import CBenchmark

/// Pages of this process whose faults a thread serves by `userfaultfd`.
@safe struct UserFaults: ~Copyable {
  private let owner: OpaquePointer

  /// What comes of asking the kernel for them.
  enum Outcome: ~Copyable {
    case served(UserFaults)
    case refused(errno: Int32)

    /// Why there are none, if so.
    var errno: Int32? {
      switch self {
      case .served: nil
      case .refused(let errno): errno
      }
    }
  }

  private init(owner: OpaquePointer) {
    unsafe self.owner = unsafe owner
  }

  static func open() -> Outcome {
    var owner: OpaquePointer?
    let result = unsafe cbench_userfaultfd_open(UInt32(FaultRound.pageCount), &owner)
    guard result == 0, let owner = unsafe owner else { return .refused(errno: -result) }
    return unsafe .served(UserFaults(owner: owner))
  }

  deinit { unsafe cbench_userfaultfd_close(owner) }

  /// Touches all pages anew.
  ///
  /// - Returns: cycles from each page to the next, as many as a guest's round has.
  borrowing func round() throws(FaultBenchmarkError) -> [UInt64] {
    var stamps = Array(repeating: UInt64(0), count: FaultRound.pageCount)
    let result = unsafe cbench_userfaultfd_round(owner, &stamps)
    guard result == 0 else { throw .userfaultfd(errno: -result) }
    let counted = stamps.dropFirst()
    return zip(counted, counted.dropFirst()).map { $1 - $0 }
  }
}
