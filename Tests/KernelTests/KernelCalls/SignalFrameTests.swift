import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// SYS_SIGSEND, SYS_SIGRETURN, SYS_GETMCONTEXT and SYS_SETMCONTEXT (ABI 8.6, POSIX sheet 6.4).
@Suite struct SignalFrameTests {
  let bench: Bench
  let service: Guest
  let user: Guest

  init() throws {
    bench = try Bench()
    (service, user) = (try bench.system(11), try bench.user(12))
  }

  static let request = Place.pair + 0xFF8
  /// In the middle of two pages that are no neighbours.
  static let stack = Place.pair + 0x1100
  static let context = stack - 584
  static let frame = context - 28

  private func sigsend(
    _ endpoint: Endpoint? = nil, stack: UInt32 = stack, at place: UInt32 = request
  ) -> ResultCode? {
    var image = KernelImage(byteCount: 20)
    for (index, word) in [13, 0x2000, 0x0804_8800, 0x0804_8900, stack].enumerated() {
      image[word: index * 4] = word
    }
    if place == Self.request { bench.write(image.bytes, to: service, at: place) }
    var message = Message(.signalSend, endpoint ?? user.endpoint)
    message[word: 28] = place
    return bench.call(service, message).map { ResultCode(rawValue: $0.type) }
  }

  private func sigreturn(_ endpoint: Endpoint? = nil, at context: UInt32 = context) -> ResultCode? {
    var message = Message(.signalReturn, endpoint ?? user.endpoint)
    message[word: 28] = context
    return bench.call(service, message).map { ResultCode(rawValue: $0.type) }
  }

  private func image(_ address: UInt32, _ count: Int) -> KernelImage {
    KernelImage(bytes: bench.bytes(user, at: address, count: count))
  }

  private func area(_ guest: Guest) -> FPUArea { FPUArea(rawValue: UInt32(guest.slot.rawValue)) }

  /// Registers that can be told apart, and an FPU that has divided by zero.
  private func prepare() -> TrapFrame {
    bench.trap(user) { frame in
      frame.vector = 0x50
      (frame.edi, frame.esi, frame.ebp, frame.ebx) = (1, 2, 3, 4)
      (frame.edx, frame.ecx, frame.eax, frame.eip) = (5, 6, 7, 0x0804_8123)
      frame.eflags = 0x246
    }
    var fpu = [UInt8](repeating: 0, count: 512)
    (fpu[0], fpu[1], fpu[2], fpu[32]) = (0x7B, 0x03, 0x04, 0xAB)
    bench.tables.memory.setFPUImage(fpu, of: area(user))
    return bench.kernel.processes[user.slot].frame
  }

  @Test func theFrameIsExact() throws {
    let before = prepare()
    #expect(sigsend() == .ok)
    let after = bench.kernel.processes[user.slot].frame
    #expect(after.esp == Self.frame && after.ebp == Self.frame + 16 && after.eip == 0x0804_8800)
    #expect(after.eax == before.eax && after.eflags == before.eflags)
    let frame = image(Self.frame, 28)
    let words = stride(from: 0, to: 28, by: 4).map { frame[word: $0] }
    #expect(words == [0x0804_8900, 13, 3, Self.context, 3, 0x0804_8123, Self.context])
    let context = image(Self.context, 584)
    #expect(context[word: 0] == 0x1000 && context[word: 4] == 0x2000)
    let offsets = [8, 12, 16, 24, 28, 32, 36, 44, 48, 52, 56, 60]
    #expect(
      offsets.map { context[word: 8 + $0] } == [
        1, 2, 3, 4, 5, 6, 7, 0x0804_8123, before.cs, 0x246, before.esp, before.ss,
      ])
    #expect(context[short: 8 + 6] == UInt16(before.ds))
    #expect(context.bytes[72] == 0x7B && context.bytes[72 + 32] == 0xAB)
    #expect(bench.resume(user)?.hasFreshFPU == true)
  }

  /// What a context may change, and what not: segments and the upper flags.
  @Test func returnRestores() throws {
    let before = prepare()
    _ = sigsend()
    _ = bench.resume(user)
    var context = image(Self.context, 584)
    #expect(sigreturn() == .ok)
    #expect(bench.kernel.processes[user.slot].frame.image == before.image)
    #expect(bench.tables.memory.fpuImage(of: area(user))[32] == 0xAB)
    for offset in stride(from: 8, to: 72, by: 4) { context[word: offset] = 0xFFFF_FFFF }
    context[word: 72 + 24] = 0xFFFF_FFFF
    bench.write(context.bytes, to: user, at: Self.context)
    #expect(sigreturn() == .ok)
    let after = bench.kernel.processes[user.slot].frame
    #expect(after.eax == .max && after.esp == .max && after.eip == .max)
    #expect(after.cs == before.cs && after.ss == before.ss && after.ds == before.ds)
    #expect(after.eflags == 0x246 | 0xCD5)
    // A reserved bit of MXCSR would fault in the stub.
    let fpu = KernelImage(bytes: bench.tables.memory.fpuImage(of: area(user)))
    #expect(fpu[word: 24] == 0xFFFF)
  }

  /// Without an image the FPU stays as the handler has left it.
  @Test func returnWithoutFPU() {
    _ = prepare()
    _ = sigsend()
    bench.write([0, 0, 0, 0], to: user, at: Self.context)
    _ = bench.resume(user)
    bench.tables.memory.setFPUImage([UInt8](repeating: 0x11, count: 512), of: area(user))
    #expect(sigreturn() == .ok)
    #expect(bench.tables.memory.fpuImage(of: area(user))[32] == 0x11)
  }

  @Test(
    arguments: [
      (0x3F, 0x3F, 0), (0x3E, 0x3F, 7), (0x3B, 0x3F, 3), (0x37, 0x3F, 4), (0x2F, 0x3F, 5),
      (0x3D, 0x3F, 5), (0x1F, 0x3F, 6), (0x00, 0x3F, 7), (0x00, 0x00, 0),
    ] as [(UInt8, UInt8, UInt32)])
  func codes(_ control: UInt8, _ status: UInt8, _ code: UInt32) {
    _ = prepare()
    var fpu = [UInt8](repeating: 0, count: 512)
    (fpu[0], fpu[2]) = (control, status)
    bench.tables.memory.setFPUImage(fpu, of: area(user))
    #expect(sigsend() == .ok)
    #expect(image(Self.frame, 28)[word: 8] == code)
  }

  /// The stack is not there: nothing is changed before it is.
  @Test(arguments: [ResultCode.ok, .efault]) func absentStack(_ answer: ResultCode) {
    let before = prepare()
    // The frame fits in the absent page, the context only in part.
    let stack = Place.pair + 400
    #expect(sigsend(stack: stack) == nil)
    #expect(bench.kernel.processes[user.slot].frame.image == before.image)
    bench.map(Place.pair - 0x1000, of: user)
    bench.serveMemoryRequest(
      of: service, at: stack - 612, byteCount: 612, isWrite: true, target: user, answer)
    _ = bench.resume(service)
    #expect(bench.read(service).type == answer.rawValue)
    let ebp = bench.kernel.processes[user.slot].frame.ebp
    #expect(ebp == (answer == .ok ? stack - 612 + 16 : before.ebp))
    if answer == .ok { #expect(image(stack - 612, 28)[word: 16] == before.ebp) }
    bench.checkInvariants()
  }

  @Test func refusals() {
    _ = prepare()
    let rows: [(Endpoint, ResultCode)] = [
      (.none, .einval), (.clock, .eperm), (.pm, .eperm), (Endpoint(rawValue: 12), .einval),
    ]
    for (endpoint, result) in rows {
      #expect(sigsend(endpoint) == result)
      #expect(sigreturn(endpoint) == result)
      for call in [KernelCallNumber.getMachineContext, .setMachineContext] {
        #expect(bench.call(service, Message(call, endpoint))?.type == result.rawValue)
      }
    }
    for stack in [0, 100, 0xF000_0001, .max] as [UInt32] {
      #expect(sigsend(stack: stack) == .efault, "\(stack)")
    }
    #expect(sigsend(at: 0xEFFF_FFF0) == .efault)
    for context in [0xEFFF_FF00, 0xFFFF_FFFF] as [UInt32] {
      #expect(sigreturn(at: context) == .efault)
    }
  }

  // MARK: Contexts

  private func context(_ call: KernelCallNumber, at address: UInt32) -> ResultCode? {
    var message = Message(call, user.endpoint)
    message[word: 20] = address
    return bench.call(service, message).map { ResultCode(rawValue: $0.type) }
  }

  @Test func contexts() throws {
    // Nothing to tell yet, and nothing is written.
    bench.write([UInt8](repeating: 0x77, count: 584), to: user, at: Self.context)
    #expect(context(.getMachineContext, at: Self.context) == .ok)
    #expect(image(Self.context, 584).bytes.allSatisfy { $0 == 0x77 })
    _ = prepare()
    #expect(context(.getMachineContext, at: Self.context) == .ok)
    var saved = image(Self.context, 584)
    #expect(saved.bytes[..<68].allSatisfy { $0 == 0x77 } && saved.bytes[583] == 0x77)
    #expect(saved.bytes[68] == 0x7B && saved.bytes[68 + 32] == 0xAB)
    #expect(saved[short: 580] == 0x1000)
    saved[byte: 68 + 32] = 0xCD
    bench.write(saved.bytes, to: user, at: Self.context)
    let registers = bench.kernel.processes[user.slot].frame.image
    #expect(context(.setMachineContext, at: Self.context) == .ok)
    #expect(bench.tables.memory.fpuImage(of: area(user))[32] == 0xCD)
    #expect(bench.kernel.processes[user.slot].frame.image == registers)
    #expect(bench.resume(user)?.hasFreshFPU == false)
    saved[short: 580] = 0
    bench.write(saved.bytes, to: user, at: Self.context)
    #expect(context(.setMachineContext, at: Self.context) == .ok)
    #expect(bench.resume(user)?.hasFreshFPU == true)
    #expect(context(.getMachineContext, at: 0xFFFF_FFF0) == .efault)
    #expect(context(.setMachineContext, at: 0xEFFF_FF00) == .efault)
  }

  @Test func forksInheritTheFPU() throws {
    _ = prepare()
    bench.send(user, .sendrec, .pm, type: 2)
    var message = Message(.fork, user.endpoint, 20, 1)
    message[word: 20] = Place.message
    let reply = try #require(bench.call(service, message))
    #expect(reply.type == 0)
    let child = Guest(endpoint: reply[endpoint: 8])
    #expect(bench.tables.memory.fpuImage(of: area(child))[32] == 0xAB)
    #expect(bench.misc(child).contains(.fpuInitialized))
  }
}
