import FlightRecorder
import I386
public import MinixABI
import VMServer

/// A stream of requests to VM, made up from a seed as it goes along, and VM's answers.
///
/// What comes next depends on the seed and on VM's own answers, on nothing else: on the host and in
/// ring 3 the same source gives the same stream as long as VM answers the same.
public struct Script: ~Copyable {
  let kernel: ScriptedKernel
  var vm: VMServer<ScriptedKernel>
  var draw: Draw
  var tenants: [Tenant] = []
  /// The last requests to map one process's pages into another.
  var mapRequests: [Message] = []
  let delivery: FaultDelivery

  private static var slotCount: Int { 24 }
  private static var arenaStart: PhysicalAddress { PhysicalAddress(0xF040_0000) }
  /// The first slot that is not of the boot image.
  static var firstSlot: Int32 { 11 }

  /// VM and its kernel; few frames and few page tables, so that both run out now and then.
  public init(
    seed: UInt32, delivery: FaultDelivery, frameCount: UInt32 = 150, tableCount: UInt32 = 28
  ) {
    let arenaByteCount = (UInt32(Self.slotCount) + tableCount) * 4096
    kernel = ScriptedKernel(
      arenaStart: Self.arenaStart, arenaByteCount: arenaByteCount, slotCount: Self.slotCount)
    vm = VMServer(
      gate: kernel, frameCount: frameCount, arenaStart: Self.arenaStart,
      arenaByteCount: arenaByteCount, processCapacity: Self.slotCount, delivery: delivery)
    draw = Draw(seed: seed)
    self.delivery = delivery
  }

  /// VM's handshake with the kernel, and the first processes.
  public mutating func begin() -> [Answer] {
    kernel.note(UInt32(bitPattern: vm.start().rawValue))
    for _ in 0..<3 { bear() }
    return kernel.takeAnswers()
  }

  /// One request, or several that VM hears of at once.
  public mutating func step() -> [Answer] {
    switch draw.below(100) {
    case 0..<44: fault()
    case 44..<56: mmap()
    case 56..<64: munmap()
    case 64..<86: askForMemory()
    case 86..<90: end()
    case 90..<93: bear()
    case 93..<95: fork()
    // RS asks whether VM lives.
    case 95: notify(0, from: .rs)
    default: ask()
    }
    return kernel.takeAnswers()
  }

  /// What VM tells of the run at its end.
  public mutating func close() -> [Answer] {
    kernel.note(
      vm.physicalPagesUsed, vm.physicalPagesPeak, vm.tablePagesUsed, vm.tablePagesPeak,
      vm.pageCount(of: tenants.map { $0.endpoint }))
    for slot in 0..<Self.slotCount {
      let faults = vm.faults(ofSlot: ProcessSlot(rawValue: Int32(slot)))
      kernel.note(
        UInt32(slot), UInt32(truncatingIfNeeded: faults.zeroFill),
        UInt32(truncatingIfNeeded: faults.copyOnWrite),
        UInt32(truncatingIfNeeded: faults.protection), UInt32(truncatingIfNeeded: faults.segv),
        UInt32(truncatingIfNeeded: faults.outOfMemory), UInt32(truncatingIfNeeded: faults.total))
    }
    return kernel.takeAnswers()
  }

  /// The last events, in words.
  public var lastEvents: [String] { kernel.recorder.tail(32).map { $0.description } }

  /// A process that is there, or one that is not.
  mutating func tenant() -> Tenant {
    if !draw.oneIn(30), let tenant = draw.element(of: tenants) { return tenant }
    let slot = ProcessSlot(rawValue: Int32(draw.below(40)) - 5)
    return Tenant(endpoint: Endpoint(generation: Int32(draw.below(4)), slot: slot))
  }

  /// A request by SENDREC.
  mutating func send(_ message: Message, from source: Endpoint) -> Message? {
    var message = message
    message.source = source
    vm.handle(message, status: IPCStatus(call: .sendrec))
    return kernel.takeReply()
  }

  /// A notification by SYSTEM.
  mutating func notify(_ signals: UInt32, from source: Endpoint = .system) {
    var message = Message(type: Notification.type(from: source.slot))
    message.source = source
    message.notifyArgument = signals
    vm.handle(message, status: IPCStatus(call: .notify))
  }
}
