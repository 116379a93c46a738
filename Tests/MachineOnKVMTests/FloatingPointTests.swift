import I386
import Machine
import Testing

/// x87 and SSE state belongs to the process, over traps, switches and preemption.
@MainActor @Suite struct FloatingPointTests {
  /// Where a process finds the state it is to load, and where it leaves what it has.
  private static let input = LinearAddress(0x1000_0000)
  private static let output = LinearAddress(0x1000_1000)

  /// A process that loads an image with fxrstor, and then, over and over, saves what it has and
  /// traps (or goes on without a trap).
  private struct FPUProcess {
    let process: GuestProcess
    let output: PhysicalAddress

    @MainActor init(loading image: [UInt8]?, trapping: Bool, on bench: Bench) {
      // fxrstor input; 7: int $33; 9: fxsave output; 16: int $33 or nops; jmp 9
      let load: [UInt8] = [0x0F, 0xAE, 0x0D, 0, 0, 0, 0x10]
      let save: [UInt8] = [0x0F, 0xAE, 0x05, 0, 0x10, 0, 0x10]
      let code: [UInt8] =
        (image == nil ? [UInt8](repeating: 0x90, count: 7) : load) + [0xCD, 33] + save
        + (trapping ? [0xCD, 33] : [0x90, 0x90]) + [0xEB, 0xF5]
      process = GuestProcess(code, on: bench)
      let input = bench.makeFrame()
      output = bench.makeFrame()
      if let image { unsafe bench.memory.write(image.span.bytes, at: input) }
      process.space.map(FloatingPointTests.input, to: input)
      process.space.map(FloatingPointTests.output, to: output)
    }

    /// The state that the process last saved.
    @MainActor func saved() -> [UInt8] {
      let memory = process.space.bench.memory
      return (0..<512).map { memory.load(UInt8.self, at: output + $0) ?? 0xEE }
    }
  }

  /// An FXSAVE image with valid control words and distinct registers.
  private func image(seed: UInt8, control: UInt16, mxcsr: UInt32) -> [UInt8] {
    var image = [UInt8](repeating: 0, count: 512)
    image[0] = UInt8(control & 0xFF)
    image[1] = UInt8(control >> 8)
    image[4] = 0xFF  // all eight x87 registers are in use
    for index in 0..<4 { image[24 + index] = UInt8(truncatingIfNeeded: mxcsr >> (index * 8)) }
    for register in 0..<8 {
      for byte in 0..<8 { image[32 + register * 16 + byte] = seed &+ UInt8(register * 16 + byte) }
      image[32 + register * 16 + 7] |= 0x80  // a normal number's integer bit
      image[32 + register * 16 + 8] = UInt8(register)
      image[32 + register * 16 + 9] = 0x40
      for byte in 0..<16 {
        image[160 + register * 16 + byte] = seed ^ UInt8(register * 16 + byte) ^ 0xA5
      }
    }
    return image
  }

  /// What of an image a process can tell: control, status and tag words, MXCSR, st0–7, xmm0–7.
  /// The last instruction's and operand's address are not among it: AMD's fxrstor leaves them.
  private func essence(_ image: [UInt8]) -> [[UInt8]] {
    let registers = (0..<8).map { Array(image[32 + $0 * 16..<42 + $0 * 16]) }
    return [Array(image[0..<6]), Array(image[24..<28])] + registers + [Array(image[160..<288])]
  }

  private let control: [(UInt16, UInt32)] = [(0x027F, 0x1F80), (0x0F7F, 0x7F80), (0x037F, 0x9FC0)]

  private func images() -> [[UInt8]] {
    control.enumerated().map { index, words in
      image(seed: UInt8(index * 77 + 1), control: words.0, mxcsr: words.1)
    }
  }

  @Test func everyRegisterSurvivesSwitches() throws {
    let bench = try Bench()
    let images = images()
    let processes = images.map { FPUProcess(loading: $0, trapping: true, on: bench) }
    for each in processes { #expect(try each.process.run().frame.vector == 33) }
    for round in 0..<200 {
      // Some turns in a row, so that a process also meets its state unswitched.
      let index = (round / 2) % processes.count
      #expect(try processes[index].process.run().frame.vector == 33)
      #expect(essence(processes[index].saved()) == essence(images[index]), "round \(round)")
    }
  }

  @Test func everyRegisterSurvivesPreemption() throws {
    let bench = try Bench(hertz: 1000)
    let images = images()
    let processes = images.map { FPUProcess(loading: $0, trapping: false, on: bench) }
    for each in processes {
      while try each.process.run().frame.vector != 33 {}
      bench.memory.fill(each.output, byteCount: 512, with: 0)
    }
    for round in 0..<150 {
      let index = round % processes.count
      let trap = try processes[index].process.run()
      #expect(trap.frame.vector == 0x50)
      if round >= 30 {
        #expect(essence(processes[index].saved()) == essence(images[index]), "round \(round)")
      }
    }
  }

  /// A new process meets an FPU that nobody has used: FNINIT, default MXCSR, zeros. Also where the
  /// area had another owner, and where that owner's state is still on the CPU.
  @Test(arguments: [false, true])
  func aNewProcessHasAFreshFPU(inAUsedArea: Bool) throws {
    let bench = try Bench()
    let old = FPUProcess(loading: images()[1], trapping: true, on: bench)
    _ = try old.process.run()
    let new = FPUProcess(loading: nil, trapping: true, on: bench)
    if inAUsedArea { new.process.fpuArea = old.process.fpuArea }
    _ = try new.process.run()
    _ = try new.process.run()
    var fresh = [UInt8](repeating: 0, count: 512)
    fresh[0] = 0x7F
    fresh[1] = 0x03
    fresh[24] = 0x80
    fresh[25] = 0x1F
    #expect(essence(new.saved()) == essence(fresh))
    if !inAUsedArea {
      _ = try old.process.run()
      #expect(essence(old.saved()) == essence(images()[1]))
    }
  }

  /// The host reads a state wherever it is: on the CPU, and, after another has run, in its area.
  @Test func theHostReadsTheState() throws {
    let bench = try Bench()
    let images = images()
    let processes = images.map { FPUProcess(loading: $0, trapping: true, on: bench) }
    for (each, image) in zip(processes, images) {
      _ = try each.process.run()
      #expect(essence(bench.memory.fpuImage(of: each.process.fpuArea)) == essence(image), "live")
    }
    for (each, image) in zip(processes, images) {
      #expect(essence(bench.memory.fpuImage(of: each.process.fpuArea)) == essence(image))
    }
  }

  /// What the host puts in the place of a state is what the process has next, on the CPU or not; and
  /// the one that was there is not saved over it.
  @Test(arguments: [false, true]) func theHostReplacesTheState(_ isLive: Bool) throws {
    let bench = try Bench()
    let images = images()
    let first = FPUProcess(loading: images[0], trapping: true, on: bench)
    let second = FPUProcess(loading: images[1], trapping: true, on: bench)
    _ = try first.process.run()
    if !isLive { _ = try second.process.run() }
    var replaced = images[2]
    // Reserved in MXCSR: fxrstor would fault.
    replaced[26] = 0xFF
    bench.memory.setFPUImage(replaced, of: first.process.fpuArea)
    _ = try first.process.run()
    #expect(essence(first.saved()) == essence(images[2]))
    _ = try second.process.run()
    _ = try first.process.run()
    #expect(essence(first.saved()) == essence(images[2]))
    bench.memory.copyFPUImage(from: first.process.fpuArea, to: second.process.fpuArea)
    _ = try second.process.run()
    #expect(essence(second.saved()) == essence(images[2]))
  }

  /// What an ordinary compiler's code does, with another process's sums in between.
  @Test func sumsComeOutRight() throws {
    let bench = try Bench()
    // fld1; fld1; faddp; int $33; fld1; faddp; fistpl (esp - 4); mov -4(%esp), %eax; int $33
    let code: [UInt8] = [
      0xD9, 0xE8, 0xD9, 0xE8, 0xDE, 0xC1, 0xCD, 33, 0xD9, 0xE8, 0xDE, 0xC1,
      0xDB, 0x5C, 0x24, 0xFC, 0x8B, 0x44, 0x24, 0xFC, 0xCD, 33,
    ]
    let a = GuestProcess(code, on: bench)
    let b = GuestProcess(code, on: bench)
    for process in [a, b, a, b] { #expect(try process.run().frame.vector == 33) }
    #expect(a.frame.eax == 3)
    #expect(b.frame.eax == 3)
  }
}
