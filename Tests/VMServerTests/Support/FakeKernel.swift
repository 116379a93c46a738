import I386
import MinixABI

@testable import VMServer

/// A kernel that writes down what VM asks of it; page tables live in a dictionary.
final class FakeKernel: KernelGate {
  /// Every kernel call but those of `memoryRequests`.
  private(set) var calls: [Message] = []
  private(set) var replies: [(Message, Endpoint)] = []
  /// Stores, in order, with what they translate.
  private(set) var stores: [(entry: PhysicalAddress, value: UInt32, page: LinearAddress)] = []
  private var entries: [PhysicalAddress: UInt32] = [:]
  /// What MEMREQ_GET will answer; the type is that of the request, CHECK unless it says something.
  var memoryRequests: [Message] = []

  /// ESP, which GET_PROC tells.
  var stackPointer: UInt32 = 0x7FFF_F000
  /// Where a forked process wants its message.
  var forkMessageAddress: UInt32 = 0x1000

  /// What the kernel wants mapped.
  var wanted: [KernelMapping] = []
  /// A call like this one answers EINVAL.
  var refused: Message?

  private func wantedMapping(_ message: inout Message) -> ResultCode {
    let index = Int(message.vmControlValue)
    guard wanted.indices.contains(index) else { return .einval }
    message[word: 8] = wanted[index].flags
    message[word: 20] = wanted[index].address
    message[word: 24] = wanted[index].byteCount
    return .ok
  }

  func kernelCall(_ message: inout Message) -> ResultCode {
    if message.type == KernelCallNumber.vmControl.messageType,
      message.vmControlParameter == VMControl.memoryRequestGet.rawValue
    {
      guard !memoryRequests.isEmpty else { return .esrch }
      message = memoryRequests.removeFirst()
      let isMap = (2...4).contains(message.type)
      return ResultCode(rawValue: isMap ? message.type : 1)
    }
    calls.append(message)
    if let refused, message.type == refused.type,
      message.type != KernelCallNumber.vmControl.messageType
        || message.vmControlParameter == refused.vmControlParameter
    {
      return .einval
    }
    if message.type == KernelCallNumber.vmControl.messageType,
      message.vmControlParameter == VMControl.kernelPhysicalMap.rawValue
    {
      return wantedMapping(&message)
    }
    if message.type == KernelCallNumber.privilegeControl.messageType {
      return isMemoryAllowed ? .ok : .eperm
    }
    if message.type == KernelCallNumber.update.messageType { return updateResult }
    if message.type == KernelCallNumber.virtualCopy.messageType { return virtualCopy(message) }
    if message.type == KernelCallNumber.fork.messageType {
      message.processEndpoint = Endpoint(generation: 1, slot: message.processSlot)
      message.forkMessageAddress = forkMessageAddress
    }
    if message.type == KernelCallNumber.getInfo.messageType, message[int: 16] == 11 {
      precondition(message[int: 8] >= 940 && placed.count * 4 >= 940)
      placed[14] = stackPointer
    }
    return .ok
  }

  /// VM's own memory.
  var placed: [UInt32] = []
  static var placedAddress: UInt32 { 0x1000 }

  func place(_ words: [UInt32]) -> UInt32 {
    placed = words
    return Self.placedAddress
  }

  func placedWord(_ index: Int) -> UInt32 { placed[index] }

  /// What SYS_PRIVCTL, QUERY_MEM, answers.
  var isMemoryAllowed = false

  /// What SYS_VIRCOPY to VM brings, word by word.
  var copiedIn: [UInt32] = []
  /// What SYS_VIRCOPY from VM has brought to whom, and where.
  private(set) var copiedOut: (words: [UInt32], to: Endpoint, address: UInt32)?
  /// What SYS_VIRCOPY answers.
  var copyResult = ResultCode.ok

  private func virtualCopy(_ message: Message) -> ResultCode {
    guard copyResult == .ok else { return copyResult }
    let count = Int(message[word: 28] + 3) / 4
    if message[endpoint: 12] == .itself {
      copiedOut = (Array(placed.prefix(count)), message[endpoint: 16], message[word: 24])
    } else {
      precondition(count <= placed.count && message[endpoint: 16] == .itself)
      for (index, word) in copiedIn.prefix(count).enumerated() { placed[index] = word }
    }
    return .ok
  }

  private(set) var notified: [Endpoint] = []

  func notify(_ endpoint: Endpoint) { notified.append(endpoint) }

  /// What SYS_UPDATE answers.
  var updateResult = ResultCode.ok

  func reply(_ message: Message, to endpoint: Endpoint) { replies.append((message, endpoint)) }

  func loadEntry(at address: PhysicalAddress) -> UInt32 { entries[address] ?? 0 }

  func storeEntry(
    _ value: UInt32, at address: PhysicalAddress, translating page: LinearAddress,
    in directory: PhysicalAddress
  ) {
    entries[address] = value
    stores.append((address, value, page))
  }

  func clearTable(_ table: PhysicalAddress) { clear(table, 1024) }

  func clearDirectory(_ directory: PhysicalAddress) { clear(directory, 960) }

  private func clear(_ page: PhysicalAddress, _ count: UInt32) {
    for index in 0..<count { entries[page + index * 4] = nil }
  }

  /// Entries that are present, in all page tables and directories.
  var presentEntries: [PhysicalAddress: UInt32] { entries.filter { $0.value & 1 != 0 } }
  var presentCount: Int { presentEntries.count }

  /// The calls since the last time, in words: `MEMSET 5000`, `CLEAR 36569`, ….
  func takeCalls() -> [String] {
    defer { calls = [] }
    return calls.map { call in
      switch KernelCallNumber(rawValue: call.type - KernelCallNumber.base) {
      case .memset: "MEMSET \(String(call[word: 28], radix: 16)) \(call[word: 20])"
      case .physicalCopy:
        "COPY \(String(call[word: 20], radix: 16)) \(String(call[word: 24], radix: 16))"
      case .privilegeControl where call.controlRequest == PrivilegeControl.queryMemory.rawValue:
        "QUERY_MEM \(call.controlEndpoint) \(String(call[word: 20], radix: 16)) \(call[word: 24])"
      case .update: "UPDATE \(call[endpoint: 8]) \(call[endpoint: 12])"
      case .virtualCopy:
        "VIRCOPY \(call[endpoint: 12]) \(call[endpoint: 16]) \(call[word: 28])"
      case .fork: "FORK \(call.processEndpoint) \(call[int: 12]) \(call.forkFlags.rawValue)"
      case .newMap: "NEWMAP \(call.processEndpoint)"
      case .kill: "KILL \(call[endpoint: 8]) \(call[int: 12])"
      case .vmControl:
        switch VMControl(rawValue: call.vmControlParameter) {
        case .clearPageFault: "CLEAR \(call.vmControlWho)"
        case .memoryRequestReply:
          "REPLY \(call.vmControlWho) \(Int32(bitPattern: call.vmControlValue))"
        case .flushTLB: "FLUSH"
        case .setCR3: "CR3 \(call.vmControlWho)"
        default: "VMCTL \(call.vmControlParameter)"
        }
      default: "call \(call.type)"
      }
    }
  }

  func takeReplies() -> [(Message, Endpoint)] {
    defer { replies = [] }
    return replies
  }
}

/// A VM server with the fake kernel; 64 frames and 16 table pages unless said otherwise.
final class VMBench {
  let kernel = FakeKernel()
  var vm: VMServer<FakeKernel>

  static var arena: PhysicalAddress { PhysicalAddress(0xF040_0000) }
  static var heap: UInt32 { 0x0900_0000 }
  static var text: UInt32 { 0x0804_8000 }

  /// - Parameter tables: room for page tables, besides 32 directories.
  init(frames: UInt32 = 64, tables: UInt32 = 16, policy: FaultPolicy = .exact) {
    vm = VMServer(
      gate: kernel, frameCount: frames, arenaStart: Self.arena,
      arenaByteCount: (32 + tables) * 4096,
      processCapacity: 32, policy: policy)
  }

  /// A process with a read-only region at `text` and a writable one at `heap`, 32 pages each.
  func process(_ slot: Int32) -> Endpoint {
    let endpoint = Endpoint(generation: 1, slot: ProcessSlot(rawValue: slot))
    vm.createAddressSpace(for: endpoint)
    precondition(
      vm.addRegion(
        start: LinearAddress(Self.text), byteCount: 0x20000, isWritable: false, to: endpoint))
    precondition(
      vm.addRegion(
        start: LinearAddress(Self.heap), byteCount: 0x20000, isWritable: true, to: endpoint))
    return endpoint
  }

  /// A page fault that the kernel reports; the kernel calls that it led to.
  func fault(
    _ endpoint: Endpoint, _ address: UInt32, _ error: PageFaultErrorCode = [.user]
  ) -> [String] {
    var message = Message(pageFaultAt: address, errorCode: error.rawValue)
    message.source = endpoint
    _ = kernel.takeCalls()
    vm.handle(message, status: IPCStatus(call: .send, fromKernel: true))
    return kernel.takeCalls()
  }

  /// A request by SENDREC; the reply.
  func call(_ endpoint: Endpoint, _ request: Message) -> Message? {
    var message = request
    message.source = endpoint
    vm.handle(message, status: IPCStatus(call: .sendrec))
    let replies = kernel.takeReplies()
    guard replies.count == 1, replies[0].1 == endpoint else { return nil }
    return replies[0].0
  }

  func mmap(
    _ endpoint: Endpoint, count: UInt32, hint: UInt32 = 0, flags: Int16 = 4, descriptor: Int32 = -1
  ) -> Message {
    var request = Message(type: VMCallNumber.mmap.messageType)
    request[short: 10] = flags
    request[int: 12] = descriptor
    request[word: 20] = hint
    request[word: 24] = count
    return call(endpoint, request) ?? Message(type: 12345)
  }

  func munmap(
    _ endpoint: Endpoint, _ address: UInt32, count: UInt32,
    _ number: VMCallNumber = .munmap
  ) -> Int32 {
    var request = Message(type: number.messageType)
    request[word: 8] = count
    request[word: 20] = address
    return call(endpoint, request)?.type ?? 12345
  }

  func endpoint(_ slot: Int32) -> Endpoint {
    Endpoint(generation: 1, slot: ProcessSlot(rawValue: slot))
  }

  /// FORK, by PM; the reply.
  func forkReply(_ parent: Endpoint, into slot: Int32) -> Message {
    var request = Message(type: VMCallNumber.fork.messageType)
    request[endpoint: 8] = parent
    request[int: 12] = slot
    return call(.pm, request) ?? Message(type: 12345)
  }

  /// FORK, by PM; the child.
  func fork(_ parent: Endpoint, into slot: Int32) -> Endpoint {
    let reply = forkReply(parent, into: slot)
    precondition(reply.type == 0, "fork: \(reply.type)")
    return reply[endpoint: 16]
  }

  /// BRK, by PM; the result.
  func brk(_ process: Endpoint, _ address: UInt32) -> Int32 {
    var request = Message(type: VMCallNumber.brk.messageType)
    request[endpoint: 8] = process
    request[word: 20] = address
    return call(.pm, request)?.type ?? 12345
  }

  /// PUSH_SIG, by PM; the reply.
  func pushSignal(_ process: Endpoint) -> Message {
    var request = Message(type: VMCallNumber.pushSignal.messageType)
    request[endpoint: 8] = process
    return call(.pm, request) ?? Message(type: 12345)
  }

  /// EXEC_NEWMEM, by PM: MINIX's structure with its first words, and regions; the reply.
  func exec(
    _ process: Endpoint, _ sizes: [UInt32] = [], regions: [UInt32] = [], byteCount: UInt32? = nil
  ) -> Message {
    kernel.copiedIn = sizes + Array(repeating: 0, count: 14 - sizes.count) + regions
    var request = Message(type: VMCallNumber.execNewMemory.messageType)
    request[endpoint: 8] = process
    request[word: 12] = byteCount ?? UInt32(kernel.copiedIn.count * 4)
    request[word: 20] = 0x1000
    return call(.pm, request) ?? Message(type: 12345)
  }

  /// WILLEXIT and EXIT, by PM.
  func end(_ endpoint: Endpoint) -> [Int32] {
    [VMCallNumber.willExit, .exit].map { number in
      var request = Message(type: number.messageType)
      request[endpoint: 8] = endpoint
      return call(.pm, request)?.type ?? 12345
    }
  }

  // The server cannot be copied, so that expectations can't name it.
  var pagesUsed: UInt32 { vm.physicalPagesUsed }
  var pagesPeak: UInt32 { vm.physicalPagesPeak }
  var tablesUsed: UInt32 { vm.tablePagesUsed }
  func faults(_ endpoint: Endpoint) -> FaultCounts { vm.faults(ofSlot: endpoint.slot) }
  func references(_ frame: PhysicalAddress) -> UInt32 { vm.blocks.references(to: frame) }

  /// Adds a region of any kind.
  func add(_ region: VirtualRegion, to endpoint: Endpoint) -> Bool {
    guard let slot = vm.slot(of: endpoint) else { return false }
    return vm.insert(region, slot)
  }

  /// Stores an entry that maps a frame for writing; a counted block's reference is the caller's.
  func place(
    _ frame: PhysicalAddress, in endpoint: Endpoint, at page: UInt32, isWritable: Bool = true,
    isCounted: Bool = false
  ) {
    guard let slot = vm.slot(of: endpoint) else { return }
    let directory = vm.spaces[slot].directory
    let page = LinearAddress(page)
    guard let address = vm.entryAddress(making: page, in: directory) else { return }
    if isCounted {
      vm.install(frame, isWritable: isWritable, at: address, translating: page, in: directory)
    } else {
      let entry = PageTableEntry(frame: frame, isWritable: isWritable)
      kernel.storeEntry(entry.rawValue, at: address, translating: page, in: directory)
    }
  }

  /// Maps a page read-only, as fork does: one that another process has, or its own.
  func share(_ frame: PhysicalAddress, with endpoint: Endpoint, at page: UInt32) {
    guard let slot = vm.slot(of: endpoint) else { return }
    let (directory, address) = (vm.spaces[slot].directory, LinearAddress(page))
    guard entry(endpoint, page).frame != frame else {
      // The reference is there; only the right to write goes.
      guard let place = vm.entryAddress(of: address, in: directory) else { return }
      return kernel.storeEntry(
        PageTableEntry(frame: frame, isWritable: false).rawValue, at: place,
        translating: address, in: directory)
    }
    let region = VirtualRegion(start: address, byteCount: 4096, flags: .anonymous)
    let isMapped = vm.map(frame, at: address, in: directory, of: region)
    precondition(isMapped)
  }

  /// The entry of a page.
  func entry(_ endpoint: Endpoint, _ address: UInt32) -> PageTableEntry {
    guard let slot = vm.slot(of: endpoint),
      let place = vm.entryAddress(of: LinearAddress(address), in: vm.spaces[slot].directory)
    else { return .absent }
    return PageTableEntry(rawValue: kernel.loadEntry(at: place))
  }

  func regions(_ endpoint: Endpoint) -> [VirtualRegion] {
    guard let slot = vm.slot(of: endpoint) else { return [] }
    var regions: [VirtualRegion] = []
    vm.regions.forEach(in: vm.spaces[slot].regions) { regions.append($0) }
    return regions
  }
}

extension VMServer {
  fileprivate mutating func insert(_ region: VirtualRegion, _ slot: Int) -> Bool {
    var root = spaces[slot].regions
    defer { spaces[slot].regions = root }
    return regions.insert(region, into: &root)
  }
}
