public import KVM
internal import PagingCases

/// One virtual machine with the payload in it, ready to run.
///
/// `@unchecked Sendable` because it is made on one thread and run on another, never on both at once.
public final class PayloadGuest: @unchecked Sendable {
  private var vcpu: VCPU
  private let machine: VirtualMachine
  private let memory: MemoryMapping

  /// What the payload says, or how it ends.
  enum Event {
    case message(PayloadMessage)
    /// The machine stopped for a reason that is none of the payload's.
    case stopped(String)
  }

  /// How often the ticker looks whether the payload still says something, per second.
  private static let hertz: UInt32 = 4
  /// The longest silence. A batch takes a tenth of a second in the lab.
  private static let patience = 120

  /// Makes a machine.
  public init(on system: borrowing System, _ image: PayloadImage) throws(KVMError) {
    let memory = try MemoryMapping(byteCount: Int(GuestLayout.byteCount), options: .hugePages)
    PayloadGuest.store(image.payload, at: Int(GuestLayout.payload), in: memory)
    let machine = try system.makeVirtualMachine()
    try machine.reserveIntelPages(at: 0xFFFB_C000)
    try PayloadGuest.attach(memory, to: machine)
    let vcpu = try machine.makeVCPU()
    try vcpu.setCPUID(system.supportedCPUID())
    try vcpu.setSpecialRegisters(PayloadGuest.flatState(from: vcpu.specialRegisters()))
    var registers = Registers()
    registers.eip = image.entry
    try vcpu.setRegisters(registers)
    self.vcpu = vcpu
    self.machine = machine
    self.memory = memory
  }

  /// Protected mode without paging: what a multiboot loader leaves.
  private static func flatState(from reset: SpecialRegisters) -> SpecialRegisters {
    var state = reset
    state.cr0 = 0x31  // NE, ET, PE
    state.cs = .flatCode(selector: 0x08, privilegeLevel: 0)
    let data = Segment.flatData(selector: 0x10, privilegeLevel: 0)
    (state.ss, state.ds, state.es, state.fs, state.gs) = (data, data, data, data, data)
    state.localTable = .unusable
    return state
  }

  /// Runs the payload to its next message, on the thread that calls; always the same one.
  ///
  /// - Parameter isOver: asked now and then; true ends the wait.
  func next(unless isOver: () -> Bool) throws(KVMError) -> Event {
    try vcpu.startTicking(hertz: PayloadGuest.hertz)
    defer { vcpu.stopTicking() }
    var ticksLeft = PayloadGuest.patience * Int(PayloadGuest.hertz)
    while true {
      switch try vcpu.run() {
      case .output(PayloadMessage.port, _, let address):
        return message(at: address)
      case .interrupted:
        ticksLeft -= Int(vcpu.takeTicks())
        if isOver() { return .stopped("interrupted") }
        if ticksLeft <= 0 {
          return .stopped("the payload said nothing for \(PayloadGuest.patience) seconds")
        }
      case let exit: return .stopped("\(exit)")
      }
    }
  }

  private func message(at address: UInt32) -> Event {
    let number = PayloadGuest.word(at: address, of: memory)
    let count = PayloadGuest.word(at: address &+ 4, of: memory)
    guard let kind = PayloadMessage.Kind(rawValue: number), count <= 256 else {
      return .stopped("the payload sent a message that is none: \(number)")
    }
    let words = (0..<count).map { PayloadGuest.word(at: address &+ 8 &+ $0 &* 4, of: memory) }
    return .message(PayloadMessage(kind, words))
  }
}
