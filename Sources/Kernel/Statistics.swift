public import MinixABI

/// What the kernel has counted at its doors.
public struct KernelStatistics: Sendable {
  /// Kernel calls by index; SYS_VMCTL by parameter instead.
  public let kernelCalls: [UInt64]
  public let vmControls: [UInt64]
  /// Requests that name no kernel call.
  public let badRequests: UInt64
  /// Kernel calls that did not answer OK, by call, parameter and result.
  public let kernelCallErrors: [KernelCallError: UInt64]
  /// Delivered messages by type; replies and unknown types in two buckets.
  public let messages: [UInt64]
  public let replies: UInt64
  public let otherMessages: UInt64
  /// Delivered notifications by their sender's number + 4.
  public let notifications: [UInt64]
  /// Raised signals by number.
  public let signals: [UInt64]
  /// How long page faults took.
  public let faultLatencies: FaultLatencies
  private let processes: [ProcessStatistics]

  /// Message types below this are counted one by one.
  static var messageTypeLimit: Int { 0x1000 }

  /// What has been counted until now.
  ///
  /// - Parameter processes: every slot's counts, tasks first.
  init(_ counters: borrowing Counters, processes: [ProcessStatistics] = []) {
    kernelCalls = (0..<Int(KernelCallNumber.count)).map { counters.kernelCalls[$0] }
    vmControls = (0..<counters.vmControls.count).map { counters.vmControls[$0] }
    badRequests = counters.badRequests
    kernelCallErrors = counters.errors
    messages = counters.values(of: .messages)
    replies = counters.replies
    otherMessages = counters.otherMessages
    notifications = counters.values(of: .notifications)
    signals = counters.values(of: .signals)
    faultLatencies = counters.faultLatencies
    self.processes = processes
  }

  /// The counts of a slot's tenant, or of its last one.
  public subscript(slot: ProcessSlot) -> ProcessStatistics {
    processes[Int(slot.rawValue + Endpoint.taskCount)]
  }
}

extension Counters {
  /// Counts a delivered message; the sender has it among his own.
  ///
  /// - Parameter isReply: whether it answers a SENDREC. Its type is then a result, which may be a
  ///   byte count or a process id and look like a request's. Types up to 0 are replies in any case.
  @inline(__always)
  mutating func countMessage(type: Int32, status: IPCStatus, isReply: Bool) {
    if status.isNotification {
      count(.notifications, Int(type & 0xFF))
    } else if isReply || type <= 0 {
      replies &+= 1
    } else if type < Int32(KernelStatistics.messageTypeLimit) {
      count(.messages, Int(type))
    } else {
      otherMessages &+= 1
    }
  }

  /// Counts a kernel call that was answered OK; the caller has it among his own.
  ///
  /// - Parameters:
  ///   - index: the call's.
  ///   - parameter: the request's word@12: SYS_VMCTL's parameter.
  @inline(__always)
  mutating func countKernelCall(_ index: Int32, parameter: Int32) {
    if index == KernelCallNumber.vmControl.rawValue,
      UInt32(bitPattern: parameter) < UInt32(vmControls.count)
    {
      vmControls[Int(parameter)] &+= 1
    } else {
      kernelCalls[Int(index)] &+= 1
    }
  }

  /// Counts an answered kernel call.
  ///
  /// - Parameters:
  ///   - call: nil for a request that names none.
  ///   - parameter: the request's word@12: SYS_VMCTL's parameter.
  mutating func countKernelCall(
    _ call: KernelCallNumber?, parameter: Int32, _ result: ResultCode
  ) {
    if let call {
      countKernelCall(call.rawValue, parameter: parameter)
    } else {
      badRequests &+= 1
    }
    if result.rawValue < 0 { countError(call, parameter, result) }
  }

  /// A guest must not be able to make the table grow: parameters that SYS_VMCTL can't have are one.
  private mutating func countError(
    _ call: KernelCallNumber?, _ parameter: Int32, _ result: ResultCode
  ) {
    let isKnown = call == .vmControl && parameter >= 0 && parameter < Int32(vmControls.count)
    let error = KernelCallError(call: call, parameter: isKnown ? parameter : -1, result: result)
    errors[error, default: 0] += 1
  }
}

/// A process's share of the counts.
public struct ProcessStatistics: Sendable, Equatable, BitwiseCopyable {
  /// Page faults of ring 3.
  public internal(set) var pageFaults: UInt64 = 0
  /// Other exceptions of ring 3.
  public internal(set) var exceptions: UInt64 = 0
  /// Kernel calls made.
  public internal(set) var kernelCalls: UInt64 = 0
  /// Messages sent that reached their receiver, those that the kernel sent for it included.
  public internal(set) var messages: UInt64 = 0

  /// The numbers, for whoever has not counted them.
  public init(
    pageFaults: UInt64 = 0, exceptions: UInt64 = 0, kernelCalls: UInt64 = 0, messages: UInt64 = 0
  ) {
    (self.pageFaults, self.exceptions) = (pageFaults, exceptions)
    (self.kernelCalls, self.messages) = (kernelCalls, messages)
  }

  static func += (sum: inout Self, other: Self) {
    sum.pageFaults &+= other.pageFaults
    sum.exceptions &+= other.exceptions
    sum.kernelCalls &+= other.kernelCalls
    sum.messages &+= other.messages
  }
}

/// A kind of failed kernel call.
public struct KernelCallError: Hashable, Sendable {
  /// The call; nil for a request that names none.
  public var call: KernelCallNumber?
  /// SYS_VMCTL's parameter; -1 for other calls, and for one that is not in 0…31.
  public var parameter: Int32
  public var result: ResultCode
}
