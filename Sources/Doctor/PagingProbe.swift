public import KVM

/// Finds out whether this KVM runs i386 paging, by doing it.
///
/// A guest of 64 KiB enters 32-bit paging straight from KVM_SET_SREGS, stores through one linear
/// address and reads the same cell through another, reports what it read by an `out`, then touches
/// an address that is not mapped and reports CR2 from its page-fault handler. Opening the device
/// proves none of that: kvm_pvm accepts every request and drops CR0.PG.
public enum PagingProbe {
  /// What the guest showed.
  public enum Outcome: Equatable, Sendable {
    /// It paged, and its page fault arrived with the right address.
    case works
    /// KVM accepted CR0.PG and read back without it.
    case pagingDropped
    /// The guest did something else.
    case unexpected(VCPU.Exit)
    /// The guest was still running after this many seconds.
    case timedOut(seconds: Int)
    /// KVM refused a request.
    case refused(KVMError)
  }

  /// The longest that the guest may run, in seconds. The lab needs less than one.
  static let limit = 5

  /// How often the ticker looks whether the time is up, per second.
  private static let hertz: UInt32 = 20

  /// Runs the probe; takes well under a second where it works.
  ///
  /// - Parameter system: the open device.
  public static func run(on system: borrowing System) -> Outcome {
    run(ProbeGuest.code, on: system, limit: limit)
  }

  /// Runs other code in the probe's guest; for tests of what a broken KVM does.
  ///
  /// - Parameters:
  ///   - code: 32-bit machine code, at most 256 bytes.
  ///   - system: the open device.
  ///   - limit: the longest that it may run, in seconds.
  package static func run(_ code: [UInt8], on system: borrowing System, limit: Int) -> Outcome {
    do throws(KVMError) {
      var guest = try ProbeGuest(on: system, code: code)
      let registers = try guest.vcpu.specialRegisters()
      guard registers.cr0 & ProbeGuest.pagingBit != 0 else { return .pagingDropped }
      return try run(&guest, limit: limit)
    } catch {
      return .refused(error)
    }
  }

  /// Runs the guest to its second report.
  private static func run(_ guest: inout ProbeGuest, limit: Int) throws(KVMError) -> Outcome {
    try guest.vcpu.startTicking(hertz: hertz)
    var ticksLeft = limit * Int(hertz)
    var expected = [ProbeGuest.firstReport, ProbeGuest.secondReport]
    while let next = expected.first {
      switch try guest.vcpu.run() {
      case next: expected.removeFirst()
      case .interrupted:
        ticksLeft -= Int(guest.vcpu.takeTicks())
        if ticksLeft <= 0 { return .timedOut(seconds: limit) }
      case let exit: return .unexpected(exit)
      }
    }
    return .works
  }
}

extension PagingProbe.Outcome: CustomStringConvertible {
  /// One line for a person.
  public var description: String {
    switch self {
    case .works: "a probe guest paged, and its page fault arrived"
    case .pagingDropped: "KVM_SET_SREGS drops CR0.PG without an error"
    case .unexpected(let exit): "the probe guest ended in \(exit)"
    case .timedOut(let seconds): "the probe guest was stuck for \(seconds) seconds"
    case .refused(let error): error.problem
    }
  }
}
