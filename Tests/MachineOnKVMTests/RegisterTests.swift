import I386
import Machine
import TestSupport
import Testing

/// All registers of a process survive a trap and a resume, and nothing of another process shows.
@MainActor @Suite struct RegisterTests {
  private static let bench = Result { try Bench() }
  private static let selectors: [UInt32] = [0, 0x18, 0x19, 0x1A, 0x1B, 0x20, 0x21, 0x22, 0x23]

  /// Every register with a random value that ring 3 may have.
  private func randomFrame(_ random: inout SeededGenerator) -> TrapFrame {
    var frame = TrapFrame()
    frame.gs = Self.selectors.randomElement(using: &random) ?? 0
    frame.fs = Self.selectors.randomElement(using: &random) ?? 0
    frame.es = Self.selectors.randomElement(using: &random) ?? 0
    frame.ds = Self.selectors.randomElement(using: &random) ?? 0
    frame.edi = .random(in: 0...(.max), using: &random)
    frame.esi = .random(in: 0...(.max), using: &random)
    frame.ebp = .random(in: 0...(.max), using: &random)
    frame.ebx = .random(in: 0...(.max), using: &random)
    frame.edx = .random(in: 0...(.max), using: &random)
    frame.ecx = .random(in: 0...(.max), using: &random)
    frame.eax = .random(in: 0...(.max), using: &random)
    frame.esp = .random(in: 0...(.max), using: &random)
    // All of ring 3's flags but TF, which would trap first, and RF, which does not last.
    let flags = Eflags.userMask & ~0x1_0100
    frame.eflags = (.random(in: 0...(.max), using: &random) & flags) | Eflags.forced
    frame.cs = 0x1B
    frame.ss = 0x23
    return frame
  }

  @Test func everyRegisterSurvives() throws {
    var random = SeededGenerator()
    let bench = try Self.bench.get()
    let code = [[0xCD, 33, 0xCD, 33], [0xCD, 32, 0xCD, 32]] as [[UInt8]]
    let processes = code.map { GuestProcess($0, on: bench) }
    for round in 0..<200 {
      let frames = processes.map { _ in randomFrame(&random) }
      for (process, frame) in zip(processes, frames) {
        process.frame = frame
        process.frame.eip = GuestProcess.codeStart.rawValue
      }
      for step in 1...2 {
        for (index, process) in processes.enumerated() {
          let trap = try process.run()
          #expect(trap.frame.vector == 33 - UInt32(index))
          #expect(trap.frame.eip == GuestProcess.codeStart.rawValue + UInt32(step) * 2)
          #expect(
            changes(from: frames[index], to: trap.frame) == [],
            "process \(index), round \(round), \(random)")
        }
      }
    }
  }

  /// What differs between two frames, of the registers that a trap leaves alone.
  private func changes(from a: TrapFrame, to b: TrapFrame) -> [String] {
    let selectors: [(String, KeyPath<TrapFrame, UInt32>)] = [
      ("gs", \.gs), ("fs", \.fs), ("es", \.es), ("ds", \.ds), ("cs", \.cs), ("ss", \.ss),
    ]
    let registers: [(String, KeyPath<TrapFrame, UInt32>)] = [
      ("edi", \.edi), ("esi", \.esi), ("ebp", \.ebp), ("esp", \.esp), ("ebx", \.ebx),
      ("edx", \.edx), ("ecx", \.ecx), ("eax", \.eax), ("eflags", \.eflags),
    ]
    let all = selectors.map { ($0, $1, UInt32(0xFFFF)) } + registers.map { ($0, $1, .max) }
    return all.compactMap { name, path, mask in
      let (old, new) = (a[keyPath: path] & mask, b[keyPath: path] & mask)
      return old == new ? nil : "\(name): \(hexadecimal(old)), then \(hexadecimal(new))"
    }
  }

  /// A new process can reach its memory: null segments would fault on a CPU that checks them.
  @Test func aNewProcessHasFlatSegments() throws {
    // mov %ds, %eax; mov %es, %ebx; mov %fs, %ecx; mov %gs, %edx; int $33
    let process = GuestProcess(
      [0x8C, 0xD8, 0x8C, 0xC3, 0x8C, 0xE1, 0x8C, 0xEA, 0xCD, 33], on: try Self.bench.get())
    let frame = try process.run().frame
    #expect([frame.eax, frame.ebx, frame.ecx, frame.edx] == [0x23, 0x23, 0x23, 0x23])
  }

  @Test func ringThreeSeesTheRegistersItWasGiven() throws {
    // pushal; push %ds; push %es; push %fs; push %gs; pushfl; int $33
    let code: [UInt8] = [0x60, 0x1E, 0x06, 0x0F, 0xA0, 0x0F, 0xA8, 0x9C, 0xCD, 33]
    let bench = try Self.bench.get()
    let process = GuestProcess(code, on: bench)
    process.frame.edi = 1
    process.frame.esi = 2
    process.frame.ebp = 3
    process.frame.ebx = 4
    process.frame.edx = 5
    process.frame.ecx = 6
    process.frame.eax = 7
    process.frame.ds = 0x23
    process.frame.es = 0x1B
    process.frame.fs = 0
    process.frame.gs = 3
    process.frame.eflags = 0xCD5
    let trap = try process.run()
    let pushed = try stack(of: process, from: trap.frame.esp, count: 13)
    #expect(pushed == [0xED7, 0, 0, 0x1B, 0x23, 1, 2, 3, 0x7000_0000, 4, 5, 6, 7])
  }

  /// Words from a process's stack; of segment registers only 16 bits mean anything.
  private func stack(of process: GuestProcess, from esp: UInt32, count: UInt32) throws -> [UInt32] {
    let bench = process.space.bench
    return try (0..<count).map { index in
      let address = LinearAddress(esp + index * 4)
      let outcome = bench.tables.translate(
        address, in: process.space.directory, isWrite: false)
      guard case .mapped(let place) = outcome else { return 0xDEAD }
      let word = try #require(bench.memory.loadWord(at: place))
      return (1...4).contains(index) ? word & 0xFFFF : word
    }
  }

  @Test(
    arguments: [
      // What popf is given, and what ring 3 then has: IOPL, IF, VM, RF, VIF, VIP do not change.
      (0x001B_3002, 0x0000_0202), (0x0000_0002, 0x0000_0202), (0x0024_0CD7, 0x0024_0ED7),
    ] as [(UInt32, UInt32)])
  func popfKeepsWhatIsNotRingThrees(given: UInt32, seen: UInt32) throws {
    // push %eax; popfl; pushfl; pop %eax; int $33
    let process = GuestProcess([0x50, 0x9D, 0x9C, 0x58, 0xCD, 33], on: try Self.bench.get())
    process.frame.eax = given
    let trap = try process.run()
    #expect(trap.frame.vector == 33)
    #expect(trap.frame.eax == seen)
    #expect(trap.frame.eflags == seen)
  }

  /// A frame that asks for more than ring 3 has is not obeyed; were it, `cli` would run.
  @Test(arguments: Forgery.all)
  func aForgedFrameIsNotObeyed(_ forgery: Forgery) throws {
    let process = GuestProcess([0xFA], on: try Self.bench.get())
    forgery.forge(&process.frame)
    process.frame.eip = GuestProcess.codeStart.rawValue
    process.frame.eflags &= ~0x100
    let trap = try process.run()
    #expect(trap.frame.vector == 13)
    #expect(trap.frame.eip == GuestProcess.codeStart.rawValue)
    #expect(trap.frame.cs & 0xFFFF == 0x1B)
    #expect(trap.frame.ss & 0xFFFF == 0x23)
    #expect(trap.frame.eflags & 0x2_3202 == 0x202)
    for selector in [trap.frame.ds, trap.frame.es, trap.frame.fs, trap.frame.gs] {
      #expect([0, 0x1B, 0x23].contains(selector & 0xFFFF))
    }
    #expect(!trap.isVirtual8086)
  }
}

/// What a frame may claim.
struct Forgery: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let forge: @Sendable (inout TrapFrame) -> Void

  init(_ description: String, _ forge: @escaping @Sendable (inout TrapFrame) -> Void) {
    testDescription = description
    self.forge = forge
  }

  static let all = [
    Forgery("IOPL 3") { $0.eflags = 0x3202 },
    Forgery("the stub's CS") { $0.cs = 0x08 },
    Forgery("the stub's SS") { $0.ss = 0x10 },
    Forgery("the stub's CS and SS") {
      $0.cs = 0x08
      $0.ss = 0x10
    },
    Forgery("null SS") { $0.ss = 0 },
    Forgery("virtual-8086 mode") { $0.eflags = 0x2_0202 },
    Forgery("IF clear") { $0.eflags = 2 },
    Forgery("the stub's DS") { $0.ds = 0x10 },
    Forgery("TSS in ES") { $0.es = 0x28 },
    Forgery("FS beyond the table") { $0.fs = 0xFFF8 },
    Forgery("LDT in GS") { $0.gs = 0x27 },
    Forgery("every bit of every selector and flag") {
      $0.gs = .max
      $0.fs = .max
      $0.es = .max
      $0.ds = .max
      $0.cs = .max
      $0.ss = .max
      $0.eflags = .max
      $0.vector = .max
    },
  ]
}
