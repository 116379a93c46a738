public import MinixABI

/// What the kernel counts at its doors, in fixed tables: nothing is allocated while a guest runs,
/// except for the rare kernel call that fails.
public struct KernelStatistics: Sendable {
  /// Kernel calls by index; SYS_VMCTL by parameter instead.
  public private(set) var kernelCalls: [UInt64]
  public private(set) var vmControls: [UInt64]
  /// Requests that name no kernel call.
  public private(set) var badRequests: UInt64 = 0
  /// Kernel calls that did not answer OK, by call, parameter and result.
  public private(set) var kernelCallErrors: [KernelCallError: UInt64] = [:]
  /// Delivered messages by type; replies and unknown types in two buckets.
  public private(set) var messages: [UInt64]
  public private(set) var replies: UInt64 = 0
  public private(set) var otherMessages: UInt64 = 0
  /// Delivered notifications by their sender's number + 4.
  public private(set) var notifications: [UInt64]
  /// Raised signals by number.
  public private(set) var signals: [UInt64]
  private var processes: [ProcessStatistics]

  /// Message types below this are counted one by one.
  static var messageTypeLimit: Int { 0x1000 }

  init(processCapacity: Int32) {
    kernelCalls = Array(repeating: 0, count: Int(KernelCallNumber.count))
    vmControls = Array(repeating: 0, count: 32)
    messages = Array(repeating: 0, count: Self.messageTypeLimit)
    notifications = Array(repeating: 0, count: 256)
    signals = Array(repeating: 0, count: 32)
    processes = Array(
      repeating: ProcessStatistics(), count: Int(processCapacity + Endpoint.taskCount))
  }

  /// The counts of a slot's tenant, or of its last one.
  public internal(set) subscript(slot: ProcessSlot) -> ProcessStatistics {
    get { processes[Int(slot.rawValue + Endpoint.taskCount)] }
    _modify { yield &processes[Int(slot.rawValue + Endpoint.taskCount)] }
  }

  /// Counts a delivered message.
  ///
  /// - Parameter isReply: whether it answers a SENDREC. Its type is then a result, which may be a
  ///   byte count or a process id and look like a request's. Types up to 0 are replies in any case.
  mutating func count(
    _ message: Message, status: IPCStatus, isReply: Bool, from sender: ProcessSlot
  ) {
    self[sender].messages &+= 1
    if status.isNotification {
      notifications[Int(message.type & 0xFF)] &+= 1
    } else if isReply || message.type <= 0 {
      replies &+= 1
    } else if message.type < Int32(Self.messageTypeLimit) {
      messages[Int(message.type)] &+= 1
    } else {
      otherMessages &+= 1
    }
  }

  mutating func count(
    _ call: KernelCallNumber?, _ request: Message, _ result: ResultCode, by caller: ProcessSlot
  ) {
    self[caller].kernelCalls &+= 1
    let parameter = vmControlParameter(of: call, request)
    if let call {
      if parameter >= 0 {
        vmControls[Int(parameter)] &+= 1
      } else {
        kernelCalls[Int(call.rawValue)] &+= 1
      }
    } else {
      badRequests &+= 1
    }
    guard result.rawValue < 0 else { return }
    kernelCallErrors[
      KernelCallError(call: call, parameter: parameter, result: result), default: 0] += 1
  }

  /// SYS_VMCTL's parameter, or -1 for other calls and for parameters beyond the table: a guest must
  /// not be able to make the tables grow.
  private func vmControlParameter(of call: KernelCallNumber?, _ request: Message) -> Int32 {
    guard call == .vmControl else { return -1 }
    let parameter = request.vmControlParameter
    return vmControls.indices.contains(Int(parameter)) ? parameter : -1
  }

  mutating func countSignal(_ signal: Signal) {
    signals[Int(signal.rawValue & 31)] &+= 1
  }
}

/// A process's share of the counts.
public struct ProcessStatistics: Sendable, Equatable {
  /// Page faults of ring 3.
  public internal(set) var pageFaults: UInt64 = 0
  /// Other exceptions of ring 3.
  public internal(set) var exceptions: UInt64 = 0
  /// Kernel calls made.
  public internal(set) var kernelCalls: UInt64 = 0
  /// Messages sent that reached their receiver, those that the kernel sent for it included.
  public internal(set) var messages: UInt64 = 0
}

/// A kind of failed kernel call.
public struct KernelCallError: Hashable, Sendable {
  /// The call; nil for a request that names none.
  public var call: KernelCallNumber?
  /// SYS_VMCTL's parameter; -1 for other calls, and for one that is not in 0…31.
  public var parameter: Int32
  public var result: ResultCode
}
