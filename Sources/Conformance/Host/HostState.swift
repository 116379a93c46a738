internal import KVM

/// What the host sees of a case: named values, in the order in which they come about.
public struct HostState: Equatable, Sendable {
  /// One of them.
  struct Value: Equatable, Sendable {
    var field: HostField
    var value: UInt64
    /// Bits that are left open.
    var open: UInt64 = 0
  }

  private(set) var values: [Value] = []

  /// Adds a value, or replaces it.
  mutating func set(_ field: HostField, _ value: UInt64, open: UInt64 = 0) {
    let new = Value(field: field, value: value, open: open)
    if let index = values.firstIndex(where: { $0.field == field }) {
      values[index] = new
    } else {
      values.append(new)
    }
  }

  mutating func set(_ field: HostField, _ value: UInt32, open: UInt64 = 0) {
    set(field, UInt64(value), open: open)
  }

  /// Notes why KVM_RUN returned, and with what.
  mutating func set(_ exit: VCPU.Exit) {
    let (kind, address, byteCount, value) = HostExit.parts(of: exit)
    set(.exit, UInt64(kind.rawValue))
    if let address { set(.address, address) }
    if let byteCount { set(.byteCount, byteCount) }
    if let value { set(.value, value) }
  }

  subscript(_ field: HostField) -> Value? { values.first { $0.field == field } }

  /// The first value that is another than expected, or that only one of the two has.
  func difference(from seen: HostState) -> HostField? {
    for value in values {
      guard let other = seen[value.field] else { return value.field }
      if (value.value ^ other.value) & ~value.open != 0 { return value.field }
    }
    return seen.values.first { self[$0.field] == nil }?.field
  }

  /// A value in words, with the lowest bit in which it is not the other state's.
  func words(of field: HostField, unlike other: HostState, open: UInt64) -> String {
    guard let value = self[field] else { return "\(field.rawValue): none" }
    if field == .exit { return "exit: \(HostExit(rawValue: value.value)?.words ?? "another")" }
    let text = "\(field.rawValue): 0x\(String(value.value, radix: 16))"
    guard let unlike = other[field] else { return text }
    let difference = (value.value ^ unlike.value) & ~open
    return difference == 0 ? text : text + " (bit \(difference.trailingZeroBitCount))"
  }
}

/// What can be seen. The raw value is its name in reports.
enum HostField: String, CaseIterable, Sendable {
  case exit
  case address
  case byteCount = "bytes"
  case value
  case isValid = "valid"
  case physicalAddress = "physical address"
  case directoryEntry = "directory entry"
  case tableEntry = "table entry"
  case errorCode = "error code"
  case cr0 = "CR0"
  case cr2 = "CR2"
  case cr3 = "CR3"
  case cr4 = "CR4"
  case eip = "EIP"
  case eax = "EAX"
  case memory = "word in memory"
  case firstLog = "dirty log"
  case tableLog = "dirty log of the page table"
  case secondLog = "dirty log, second access"
  case interruptFlag = "if_flag"
  case isReady = "ready_for_interrupt_injection"
  case next = "then"
}

/// Why KVM_RUN returned, as far as the cases tell it apart.
enum HostExit: UInt64 {
  case output = 1
  case input, memoryRead, memoryWrite, interruptWindowOpen, interrupted, shutdown, other

  var words: String {
    switch self {
    case .output: "KVM_EXIT_IO, out"
    case .input: "KVM_EXIT_IO, in"
    case .memoryRead: "KVM_EXIT_MMIO, read"
    case .memoryWrite: "KVM_EXIT_MMIO, write"
    case .interruptWindowOpen: "KVM_EXIT_IRQ_WINDOW_OPEN"
    case .interrupted: "EINTR"
    case .shutdown: "KVM_EXIT_SHUTDOWN"
    case .other: "another"
    }
  }

  /// An exit's kind and particulars.
  static func parts(
    of exit: VCPU.Exit
  ) -> (HostExit, address: UInt64?, byteCount: UInt64?, value: UInt64?) {
    switch exit {
    case .output(_, let size, let value): (.output, nil, UInt64(size), UInt64(value))
    case .input(_, let size): (.input, nil, UInt64(size), nil)
    case .memoryRead(let address, let count): (.memoryRead, address, UInt64(count), nil)
    case .memoryWrite(let address, let count, let value):
      (.memoryWrite, address, UInt64(count), value)
    case .interruptWindowOpen: (.interruptWindowOpen, nil, nil, nil)
    case .interrupted: (.interrupted, nil, nil, nil)
    case .shutdown: (.shutdown, nil, nil, nil)
    default: (.other, nil, nil, nil)
    }
  }
}
