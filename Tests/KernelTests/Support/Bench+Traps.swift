import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// Ring 3's side of the bench: memory, registers and traps.
extension Bench {
  /// Lets the kernel run until `guest` is about to go on in ring 3.
  ///
  /// - Returns: what it is resumed with; nil if it can't run.
  func resume(_ guest: Guest) -> Resume? {
    for _ in 0..<1000 {
      switch drain() {
      case .guest(let resume):
        if kernel.current == guest.slot { return resume }
        guard rts(guest).isEmpty else { return nil }
        // The one that was picked stays in its queue; only its turn is taken away.
        kernel.current = guest.slot
      case .resident, .idle, .shutDown, .failed: return nil
      }
    }
    return nil
  }

  /// A trap of a guest that can run.
  func trap(_ guest: Guest, ticks: UInt32 = 0, _ edit: (inout TrapFrame) -> Void) {
    guard let resume = resume(guest) else {
      Issue.record("\(guest) can't run: \(rts(guest))")
      return
    }
    resume.registers.frame.errorCode = 0
    edit(&resume.registers.frame)
    kernel.handle(Trap(ticks: ticks))
  }

  /// An IPC trap.
  ///
  /// - Returns: EAX as the kernel leaves it.
  @discardableResult
  func ipc(
    _ guest: Guest, _ call: UInt32, _ peer: Endpoint, at buffer: UInt32 = Place.message,
    ticks: UInt32 = 0
  ) -> ResultCode {
    trap(guest, ticks: ticks) { frame in
      frame.vector = UInt32(TrapVector.ipc)
      frame.ecx = call
      frame.eax = UInt32(bitPattern: peer.rawValue)
      frame.ebx = buffer
    }
    return result(guest)
  }

  @discardableResult
  func ipc(
    _ guest: Guest, _ call: IPCCall, _ peer: Endpoint, at buffer: UInt32 = Place.message,
    ticks: UInt32 = 0
  ) -> ResultCode {
    ipc(guest, call.rawValue, peer, at: buffer, ticks: ticks)
  }

  /// Writes a message of `type` to the guest's buffer and sends it.
  @discardableResult
  func send(
    _ guest: Guest, _ call: IPCCall, _ peer: Endpoint, type: Int32,
    at buffer: UInt32 = Place.message
  ) -> ResultCode {
    // First the guest gets what it has to get, which may go to the same buffer.
    _ = resume(guest)
    write(Message(type: type), to: guest, at: buffer)
    return ipc(guest, call, peer, at: buffer)
  }

  /// A kernel call: the reply, from where the request stood; nil while the call is suspended.
  @discardableResult
  func call(_ guest: Guest, _ request: Message, at buffer: UInt32 = Place.message) -> Message? {
    _ = resume(guest)
    write(request, to: guest, at: buffer)
    trapKernelCall(guest, at: buffer)
    return rts(guest).contains(.vmRequest) ? nil : read(guest, at: buffer)
  }

  func trapKernelCall(_ guest: Guest, at buffer: UInt32) {
    trap(guest) { frame in
      frame.vector = UInt32(TrapVector.kernelCall)
      frame.eax = buffer
    }
  }

  /// A page fault.
  func fault(
    _ guest: Guest, at address: UInt32, _ error: PageFaultErrorCode = [.user],
    eip: UInt32 = Place.readOnly, ticks: UInt32 = 0
  ) {
    trap(guest, ticks: ticks) { frame in
      frame.vector = 14
      frame.cr2 = address
      frame.errorCode = error.rawValue
      frame.eip = eip
    }
  }

  /// The clock, while the guest computes.
  func tick(_ guest: Guest, _ ticks: UInt32 = 1) {
    trap(guest, ticks: ticks) { $0.vector = 0x50 }
  }

  func result(_ guest: Guest) -> ResultCode {
    ResultCode(rawValue: Int32(bitPattern: kernel.processes[guest.slot].frame.eax))
  }

  /// EBX: after RECEIVE the status word.
  func status(_ guest: Guest) -> UInt32 { kernel.processes[guest.slot].frame.ebx }

  // MARK: Memory

  func physical(_ guest: Guest, _ address: UInt32) -> PhysicalAddress? {
    guard
      case .mapped(let place) = tables.translate(
        LinearAddress(address), in: kernel.processes[guest.slot].directory, isWrite: false)
    else { return nil }
    return place
  }

  /// Writes bytes of a guest wherever they lie, read-only pages included.
  func write(_ bytes: [UInt8], to guest: Guest, at address: UInt32) {
    for (index, byte) in bytes.enumerated() {
      guard let place = physical(guest, address &+ UInt32(index)) else {
        Issue.record("\(guest) has no page at \(hexadecimal(address &+ UInt32(index)))")
        return
      }
      tables.memory.store(byte, at: place)
    }
  }

  func bytes(_ guest: Guest, at address: UInt32, count: Int) -> [UInt8] {
    (0..<UInt32(count)).map { index in
      physical(guest, address &+ index).flatMap { tables.memory.load(UInt8.self, at: $0) } ?? 0xEE
    }
  }

  func write(_ message: Message, to guest: Guest, at address: UInt32) {
    write(message.bytes, to: guest, at: address)
  }

  /// The message that stands in a guest's memory now.
  func read(_ guest: Guest, at address: UInt32 = Place.message) -> Message {
    Message(bytes: bytes(guest, at: address, count: 36))
  }

  /// The message that a guest finds when it runs on after a receive.
  func received(_ guest: Guest, at address: UInt32 = Place.message) -> Message? {
    resume(guest).map { _ in read(guest, at: address) }
  }
}

extension Message {
  var bytes: [UInt8] {
    (0..<36).map { UInt8(truncatingIfNeeded: words[$0 / 4] >> (8 * UInt32($0 % 4))) }
  }

  init(bytes: [UInt8]) {
    self.init()
    for (index, byte) in bytes.enumerated() {
      words[index / 4] |= UInt32(byte) << (8 * UInt32(index % 4))
    }
  }

  /// A kernel call with the process that it is about.
  init(_ call: KernelCallNumber, _ endpoint: Endpoint, _ second: Int32 = 0, _ third: Int32 = 0) {
    self.init(type: call.messageType)
    self[endpoint: 8] = endpoint
    self[int: 12] = second
    self[int: 16] = third
  }
}
