import FlightRecorder
import I386
import MinixABI
import VMServer

/// The kernel that VM meets in the script: it plays its part and writes down whatever VM does.
final class ScriptedKernel: KernelGate {
  /// What VM has done since the last ``takeAnswers()``.
  private var answers: [Answer] = []
  /// The words of the page-table pages.
  private var arena: [UInt32]
  private let arenaStart: PhysicalAddress
  /// Page faults that wait for VMCTL_GET_PAGEFAULT, the first one first.
  var faults: [Message] = []
  /// Memory requests that wait for VMCTL_MEMREQ_GET, which takes the last one; their type is the
  /// request's.
  var memoryRequests: [Message] = []
  /// The last reply, until somebody takes it.
  private var lastReply: Message?
  /// VM's own memory, as far as kernel calls reach it.
  private var placed: [UInt32] = []
  /// The generation of each slot's last tenant.
  private var generations: [Int32]
  let recorder = FlightRecorder(capacity: 128)

  init(arenaStart: PhysicalAddress, arenaByteCount: UInt32, slotCount: Int) {
    self.arenaStart = arenaStart
    arena = Array(repeating: 0, count: Int(arenaByteCount >> 2))
    generations = Array(repeating: 0, count: slotCount)
  }

  func takeAnswers() -> [Answer] {
    defer { answers = [] }
    return answers
  }

  func takeReply() -> Message? {
    defer { lastReply = nil }
    return lastReply
  }

  /// Writes down what a function of VM has returned.
  func note(_ words: UInt32...) { answers.append(Answer(.result, words)) }

  // MARK: - What VM asks for

  func kernelCall(_ message: inout Message) -> ResultCode {
    answers.append(Answer(.kernelCall, Self.words(of: message)))
    let request = message
    let result = carryOut(&message)
    recorder.recordKernelCall(request, by: .vm)
    recorder.recordKernelResult(result, of: request.type, by: .vm, message)
    return result
  }

  func reply(_ message: Message, to endpoint: Endpoint) {
    lastReply = message
    answers.append(
      Answer(.reply, [UInt32(bitPattern: endpoint.rawValue)] + Self.words(of: message)))
    recorder.recordMessage(message, from: .vm, to: endpoint, status: IPCStatus(call: .send))
  }

  func notify(_ endpoint: Endpoint) {
    answers.append(Answer(.notify, [UInt32(bitPattern: endpoint.rawValue)]))
  }

  func place(_ words: [UInt32]) -> UInt32 {
    placed = words
    answers.append(Answer(.place, words))
    return 0x0900_0000
  }

  func placedWord(_ index: Int) -> UInt32 { placed[index] }

  func loadEntry(at address: PhysicalAddress) -> UInt32 { arena[index(of: address)] }

  func storeEntry(
    _ value: UInt32, at address: PhysicalAddress, translating page: LinearAddress,
    in directory: PhysicalAddress
  ) {
    answers.append(
      Answer(.entry, [address.rawValue, value, page.rawValue, directory.rawValue]))
    arena[index(of: address)] = value
  }

  func clearTable(_ table: PhysicalAddress) {
    answers.append(Answer(.clearTable, [table.rawValue]))
    clear(table, entryCount: 1024)
  }

  func clearDirectory(_ directory: PhysicalAddress) {
    answers.append(Answer(.clearDirectory, [directory.rawValue]))
    clear(directory, entryCount: Int(AddressSpaceLayout.userEnd >> 22))
  }

  private func clear(_ page: PhysicalAddress, entryCount: Int) {
    let first = index(of: page)
    for index in first..<first + entryCount { arena[index] = 0 }
  }

  private func index(of entry: PhysicalAddress) -> Int {
    precondition(entry >= arenaStart, "an entry below the arena: \(entry)")
    return Int((entry.rawValue - arenaStart.rawValue) >> 2)
  }

  private static func words(of message: Message) -> [UInt32] {
    (0..<9).map { message.words[$0] }
  }
}

extension ScriptedKernel {
  /// What the kernel wants mapped: something of two pages, and a device's.
  private static let wanted = [
    KernelMapping(address: 0x0030_0000, byteCount: 0x2000, flags: 0),
    KernelMapping(address: 0xFEE0_0000, byteCount: 0x1000, flags: KernelMapping.uncached),
  ]

  private func carryOut(_ message: inout Message) -> ResultCode {
    switch KernelCallNumber(rawValue: message.type &- KernelCallNumber.base) {
    case .vmControl: vmControl(&message)
    case .fork: fork(&message)
    default: .ok
    }
  }

  private func vmControl(_ message: inout Message) -> ResultCode {
    switch VMControl(rawValue: message.vmControlParameter) {
    case .getPageFault:
      guard !faults.isEmpty else { return .esrch }
      message = faults.removeFirst()
      return .ok
    case .memoryRequestGet:
      guard let request = memoryRequests.popLast() else { return .esrch }
      message = request
      return ResultCode(rawValue: request.type)
    case .kernelPhysicalMap:
      let index = message.vmControlValue
      guard index < UInt32(Self.wanted.count) else { return .einval }
      let mapping = Self.wanted[Int(index)]
      message[word: 8] = mapping.flags
      message[word: 20] = mapping.address
      message[word: 24] = mapping.byteCount
      return .ok
    default: return .ok
    }
  }

  /// SYS_FORK: the next tenant of the slot; its parent's message is at the start of its data.
  private func fork(_ message: inout Message) -> ResultCode {
    let slot = message.processSlot
    guard slot.rawValue >= 0, Int(slot.rawValue) < generations.count else { return .einval }
    message.processEndpoint = nextTenant(of: slot)
    message.forkMessageAddress = Tenant.data.start
    return .ok
  }

  /// The endpoint of a slot's next tenant.
  func nextTenant(of slot: ProcessSlot) -> Endpoint {
    let index = Int(slot.rawValue)
    generations[index] += 1
    if generations[index] >= Endpoint.maxGeneration { generations[index] = 1 }
    return Endpoint(generation: generations[index], slot: slot)
  }
}
