import I386
import MinixABI
import Trace

/// Messages and kernel calls in words: their names, and their fields under the names that the ABI's
/// tables give them.
struct MessageText {
  let names: TraceNames

  /// "VM_PAGEFAULT address=0x0804b000 error=6 (user write to …)".
  func request(_ message: Message) -> String {
    let type = message.type
    if let call = KernelCallNumber(rawValue: type &- KernelCallNumber.base) {
      return kernelCall(call, message)
    }
    let name = Self.name(ofMessage: type)
    return words(name, MessageFields.ofMessage(type), message)
  }

  /// A message as its receiver sees it.
  func message(
    _ message: Message, from sender: Endpoint, to receiver: Endpoint, _ status: IPCStatus
  )
    -> String
  {
    if status.isNotification { return notification(message) }
    if Self.isReply(message, from: sender, to: receiver) {
      return "reply \(ResultCode(rawValue: message.type))"
    }
    return request(message) + (status.isFromKernel ? ", sent by the kernel" : "")
  }

  /// A server's message to somebody who is none, and what says OK or an error.
  static func isReply(_ message: Message, from sender: Endpoint, to receiver: Endpoint) -> Bool {
    message.type <= 0 || isServer(sender) && !isServer(receiver)
  }

  private static func isServer(_ endpoint: Endpoint) -> Bool {
    endpoint.generation == 0 && endpoint.slot < Endpoint.initProcess.slot
  }

  /// What the message is called, without its fields.
  func title(_ message: Message, from sender: Endpoint, to receiver: Endpoint, _ status: IPCStatus)
    -> String
  {
    if status.isNotification { return "notification" }
    if Self.isReply(message, from: sender, to: receiver) {
      return "reply \(ResultCode(rawValue: message.type))"
    }
    return Self.name(ofMessage: message.type)
  }

  /// "SYS_VMCTL/VMCTL_CLEAR_PAGEFAULT".
  static func name(ofCall request: Message) -> String {
    guard let call = KernelCallNumber(rawValue: request.type &- KernelCallNumber.base) else {
      return "(no such call: 0x\(String(UInt32(bitPattern: request.type), radix: 16)))"
    }
    guard call == .vmControl else { return call.name }
    let parameter = request.vmControlParameter
    return "\(call.name)/\(VMControl(rawValue: parameter)?.name ?? "\(parameter)")"
  }

  private func kernelCall(_ call: KernelCallNumber, _ request: Message) -> String {
    words(Self.name(ofCall: request), MessageFields.ofCall(call), request)
  }

  private func notification(_ message: Message) -> String {
    guard message.notifyArgument != 0 else { return "notification" }
    let signals = (0..<32).filter { message.notifyArgument & 1 << UInt32($0) != 0 }
    return "notification signals="
      + signals.map { name(ofSignal: $0) }.joined(separator: "|")
  }

  /// The kernel's own signals to servers have other numbers under the old delivery.
  private func name(ofSignal number: Int) -> String {
    let kernels =
      names.delivery == "signal"
      ? ["SIGKPF", "SIGKMEM", "SIGKMESS", "SIGKSIGSM", "SIGKSIG"]
      : ["SIGKMEM", "SIGKMESS", "SIGKSIGSM", "SIGKSIG"]
    let index = number - 27
    return kernels.indices.contains(index)
      ? kernels[index] : "\(Signal(rawValue: Int32(number)))"
  }

  private func words(_ name: String, _ fields: [MessageField], _ message: Message) -> String {
    ([name] + fields.map { "\($0.name)=\(value($0, message))" }).joined(separator: " ")
  }

  func value(_ field: MessageField, _ message: Message) -> String {
    switch field.kind {
    case .number: "\(message[int: field.offset])"
    case .short: "\(message[short: field.offset])"
    case .address: hexadecimal(message[word: field.offset])
    case .endpoint: names.name(of: message[endpoint: field.offset])
    case .signal: "\(Signal(rawValue: message[int: field.offset]))"
    case .result: "\(ResultCode(rawValue: message[int: field.offset]))"
    case .errorCode:
      "\(message[word: field.offset]) (\(PageFaultErrorCode(rawValue: message[word: field.offset])))"
    }
  }

  static func name(ofMessage type: Int32) -> String {
    if let call = KernelCallNumber(rawValue: type &- KernelCallNumber.base) { return call.name }
    let call = VMCallNumber(rawValue: type &- VMCallNumber.base)
    if let name = call?.name ?? PosixCallName.name(of: type) { return name }
    if type == SchedulingMessage.noQuantum { return "SCHEDULING_NO_QUANTUM" }
    return "0x\(String(UInt32(bitPattern: type), radix: 16))"
  }
}
