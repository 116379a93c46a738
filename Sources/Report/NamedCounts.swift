import Kernel
import MinixABI

// The kernel's fixed tables under the names of MINIX's headers. What was never counted is left out.
extension KernelStatistics {
  /// Kernel calls, whatever their result; SYS_VMCTL by parameter.
  var kernelCallsByName: [String: UInt64] {
    var counts = NamedCounts()
    for (index, count) in kernelCalls.enumerated() {
      counts.add(count, to: Self.name(of: KernelCallNumber(rawValue: Int32(index))))
    }
    for (parameter, count) in vmControls.enumerated() {
      counts.add(count, to: Self.name(of: .vmControl, parameter: Int32(parameter)))
    }
    counts.add(badRequests, to: Self.name(of: nil))
    return counts.byName
  }

  /// Kernel calls that did not answer OK: call, `=`, result.
  var kernelCallErrorsByName: [String: UInt64] {
    var counts = NamedCounts()
    for (error, count) in kernelCallErrors {
      counts.add(
        count, to: "\(Self.name(of: error.call, parameter: error.parameter))=\(error.result)")
    }
    return counts.byName
  }

  /// Delivered messages by type; the answers to requests are one entry.
  var messagesByName: [String: UInt64] {
    var counts = NamedCounts()
    for (type, count) in messages.enumerated() {
      counts.add(count, to: Self.messageName(ofType: Int32(type)))
    }
    counts.add(replies, to: "reply")
    counts.add(otherMessages, to: "(other)")
    return counts.byName
  }

  /// Delivered notifications by sender.
  var notificationsByName: [String: UInt64] {
    var counts = NamedCounts()
    for (index, count) in notifications.enumerated() {
      // The first place is IDLE's, which never sends: the kernel puts slots outside the ABI's range
      // there.
      let sender = Endpoint(rawValue: Int32(index) - Endpoint.taskCount)
      counts.add(count, to: sender == .idle ? "(other)" : "\(sender)")
    }
    return counts.byName
  }

  /// Raised signals.
  var signalsByName: [String: UInt64] {
    var counts = NamedCounts()
    for (number, count) in signals.enumerated() {
      counts.add(count, to: "\(Signal(rawValue: Int32(number)))")
    }
    return counts.byName
  }

  private static func name(of call: KernelCallNumber?, parameter: Int32 = -1) -> String {
    guard let call else { return "(no such call)" }
    guard call == .vmControl, parameter >= 0 else { return call.name }
    return "\(call.name)/\(VMControl(rawValue: parameter)?.name ?? "\(parameter)")"
  }

  /// The name of a message type below 0x1000, or its hexadecimal digits.
  private static func messageName(ofType type: Int32) -> String {
    let vmCall = VMCallNumber(rawValue: type - VMCallNumber.base)
    if let name = vmCall?.name ?? PosixCallName.name(of: type) { return name }
    if type == SchedulingMessage.noQuantum { return "SCHEDULING_NO_QUANTUM" }
    return "0x\(String(type, radix: 16))"
  }
}

/// Counts under names, without zeros.
private struct NamedCounts {
  private(set) var byName: [String: UInt64] = [:]

  mutating func add(_ count: UInt64, to name: @autoclosure () -> String) {
    if count > 0 { byName[name(), default: 0] += count }
  }
}
