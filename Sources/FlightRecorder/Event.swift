public import I386
public import MinixABI

/// One thing that happened, in 24 bytes whose meaning depends on the kind.
@frozen
public struct Event: BitwiseCopyable, Sendable, Equatable {
  /// What kind of thing.
  @frozen
  public enum Kind: UInt8, Sendable, BitwiseCopyable {
    case none
    /// Ring 3 trapped: a vector, b error code, c CR2, d EIP.
    case trap
    /// A message was delivered: a receiver, b type, c first payload word, d IPC status.
    case message
    /// A kernel call was answered: a type, b parameter, d result.
    case kernelCall
    /// A signal was raised: a number.
    case signal
    /// Another process was picked.
    case schedule
  }

  public var kind = Kind.none
  /// Whom the event is about: trapped, sender, caller, victim, picked.
  public var who = Endpoint.none
  public var a: UInt32 = 0
  public var b: UInt32 = 0
  public var c: UInt32 = 0
  public var d: UInt32 = 0

  @inlinable
  public init() {}

  @inlinable
  init(_ kind: Kind, _ who: Endpoint, _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) {
    self.kind = kind
    self.who = who
    self.a = a
    self.b = b
    self.c = c
    self.d = d
  }
}

extension FlightRecorder {
  @inlinable
  public func recordTrap(
    by who: Endpoint, vector: Vector, cr2: UInt32, errorCode: UInt32, eip: UInt32
  ) {
    store(Event(.trap, who, UInt32(vector.rawValue), errorCode, cr2, eip))
  }

  @inlinable
  public func recordMessage(
    from sender: Endpoint, to receiver: Endpoint, type: Int32, argument: UInt32, status: IPCStatus
  ) {
    store(
      Event(
        .message, sender, UInt32(bitPattern: receiver.rawValue), UInt32(bitPattern: type),
        argument, status.rawValue))
  }

  @inlinable
  public func recordKernelCall(
    by caller: Endpoint, type: Int32, parameter: Int32, result: ResultCode
  ) {
    store(
      Event(
        .kernelCall, caller, UInt32(bitPattern: type), UInt32(bitPattern: parameter), 0,
        UInt32(bitPattern: result.rawValue)))
  }

  @inlinable
  public func recordSignal(_ signal: Signal, on victim: Endpoint) {
    store(Event(.signal, victim, UInt32(bitPattern: signal.rawValue), 0, 0, 0))
  }

  @inlinable
  public func recordSchedule(_ picked: Endpoint) {
    store(Event(.schedule, picked, 0, 0, 0, 0))
  }
}

extension Event: CustomStringConvertible {
  /// The event in words.
  public var description: String {
    switch kind {
    case .none: return "-"
    case .trap:
      let vector = Vector(UInt8(truncatingIfNeeded: a))
      if vector == .pageFault {
        return "\(who) #PF at \(hexadecimal(c)), error \(b) "
          + "(\(PageFaultErrorCode(rawValue: b))), EIP \(hexadecimal(d))"
      }
      return "\(who) \(vector), EIP \(hexadecimal(d))"
    case .message:
      let receiver = Endpoint(rawValue: Int32(bitPattern: a))
      let fromKernel = IPCStatus(rawValue: d).isFromKernel ? " (from the kernel)" : ""
      return "\(who) -> \(receiver) type \(hexadecimal(b)), \(hexadecimal(c))\(fromKernel)"
    case .kernelCall:
      let call = KernelCallNumber(rawValue: Int32(bitPattern: a) &- KernelCallNumber.base)
      let parameter =
        call == .vmControl
        ? "/" + (VMControl(rawValue: Int32(bitPattern: b))?.name ?? "\(b)") : ""
      let result = ResultCode(rawValue: Int32(bitPattern: d))
      return "\(who) calls \(call?.name ?? hexadecimal(a))\(parameter) = \(result)"
    case .signal: return "\(who) gets \(Signal(rawValue: Int32(bitPattern: a)))"
    case .schedule: return "\(who) is picked"
    }
  }
}
