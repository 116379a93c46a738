import I386
import Machine
import Testing

/// One thing that ring 3 may try, and how it ends.
struct TrapCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let code: [UInt8]
  let vector: UInt8
  let errorCode: UInt32
  /// EIP in the frame, as an offset from the first instruction.
  let length: UInt32
  let prepare: @Sendable (inout TrapFrame) -> Void

  init(
    _ description: String, _ code: [UInt8], _ vector: UInt8, error errorCode: UInt32 = 0,
    length: UInt32 = 0, prepare: @escaping @Sendable (inout TrapFrame) -> Void = { _ in }
  ) {
    testDescription = description
    self.code = code
    self.vector = vector
    self.errorCode = errorCode
    self.length = length
    self.prepare = prepare
  }
}

extension TrapCase {
  /// An instruction that only ring 0 may execute.
  static func privileged(_ description: String, _ code: [UInt8]) -> TrapCase {
    TrapCase(description, code, 13)
  }

  /// An `int n` through a gate that is absent, or closed to ring 3.
  static func closedGate(_ vector: UInt8) -> TrapCase {
    TrapCase("int \(vector)", [0xCD, vector], 13, error: UInt32(vector) * 8 + 2)
  }

  /// A selector that ring 3 may not load by `mov %ax, register`.
  static func selector(_ selector: UInt8, into register: UInt8, _ name: String) -> TrapCase {
    TrapCase(
      "mov \(selector), \(name)", [0x8E, 0xC0 | register << 3], 13, error: UInt32(selector & ~3)
    ) { $0.eax = UInt32(selector) }
  }

  /// A far jump, and a far return, to a selector that ring 3 may not have as CS.
  static func farTransfers(_ selector: UInt8) -> [TrapCase] {
    let error = UInt32(selector & ~3)
    return [
      TrapCase("ljmp \(selector)", [0xEA, 0, 0, 0x40, 0, selector, 0], 13, error: error),
      TrapCase("lret \(selector)", [0x6A, selector, 0x6A, 0, 0xCB], 13, error: error, length: 4),
    ]
  }
}

/// The cases, by kind.
enum TrapCases {
  /// Software interrupts and what an instruction's operands do to it.
  static let interruptsAndArithmetic = [
    TrapCase("int 33", [0xCD, 33], 33, length: 2),
    TrapCase("int 32", [0xCD, 32], 32, length: 2),
    TrapCase("int3", [0xCC], 3, length: 1),
    TrapCase("int 3", [0xCD, 3], 3, length: 2),
    TrapCase("int 4", [0xCD, 4], 4, length: 2),
    TrapCase("into", [0xCE], 4, length: 1) { $0.eflags = 0x800 },
    TrapCase("int 33, ESP garbage", [0xCD, 33], 33, length: 2) { $0.esp = 0xDEAD_BEEF },
    TrapCase("div", [0xF7, 0xF1], 0),
    TrapCase("div overflow", [0xF7, 0xF1], 0) {
      $0.edx = 2
      $0.ecx = 1
    },
    TrapCase("bound", [0x62, 0x03], 5) {
      $0.eax = 0x8000_0000
      $0.ebx = GuestProcess.codeStart.rawValue
    },
  ]

  /// Every gate that ring 3 finds closed.
  static let closedGates =
    ([0, 1, 2] + Array(5...31) + Array(34...255)).map { TrapCase.closedGate($0) }

  /// What this CPU has only for ring 0, only in long mode, or not at all.
  static let undefined = [
    TrapCase("ud2", [0x0F, 0x0B], 6),
    TrapCase("syscall", [0x0F, 0x05], 6),
    TrapCase("sysret", [0x0F, 0x07], 6),
    TrapCase("monitor", [0x0F, 0x01, 0xC8], 6),
    TrapCase("mwait", [0x0F, 0x01, 0xC9], 6),
    TrapCase("xsave", [0x0F, 0xAE, 0x23], 6),
    TrapCase("vzeroupper", [0xC5, 0xF8, 0x77], 6),
    TrapCase("mov %eax, %cs", [0x8E, 0xC8], 6),
  ]

  /// What only ring 0 may do.
  static let privileged: [TrapCase] = [
    .privileged("hlt", [0xF4]), .privileged("cli", [0xFA]), .privileged("sti", [0xFB]),
    .privileged("in $0x60, %al", [0xE4, 0x60]), .privileged("in %dx, %eax", [0xED]),
    .privileged("out %al, $0x60", [0xE6, 0x60]), .privileged("out %eax, $0xE0", [0xE7, 0xE0]),
    .privileged("out %eax, %dx", [0xEF]), .privileged("insb", [0x6C]),
    .privileged("outsb", [0x6E]), .privileged("lgdt", [0x0F, 0x01, 0x13]),
    .privileged("lidt", [0x0F, 0x01, 0x1B]), .privileged("lldt", [0x0F, 0x00, 0xD0]),
    .privileged("ltr", [0x0F, 0x00, 0xD8]), .privileged("lmsw", [0x0F, 0x01, 0xF0]),
    .privileged("clts", [0x0F, 0x06]), .privileged("mov %cr0, %eax", [0x0F, 0x20, 0xC0]),
    .privileged("mov %eax, %cr0", [0x0F, 0x22, 0xC0]),
    .privileged("mov %cr2, %eax", [0x0F, 0x20, 0xD0]),
    .privileged("mov %cr3, %eax", [0x0F, 0x20, 0xD8]),
    .privileged("mov %eax, %cr3", [0x0F, 0x22, 0xD8]),
    .privileged("mov %cr4, %eax", [0x0F, 0x20, 0xE0]),
    .privileged("mov %dr7, %eax", [0x0F, 0x21, 0xF8]),
    .privileged("mov %eax, %dr7", [0x0F, 0x23, 0xF8]),
    .privileged("invlpg", [0x0F, 0x01, 0x3B]), .privileged("invd", [0x0F, 0x08]),
    .privileged("wbinvd", [0x0F, 0x09]), .privileged("rdmsr", [0x0F, 0x32]),
    .privileged("wrmsr", [0x0F, 0x30]), .privileged("sysenter", [0x0F, 0x34]),
    .privileged("sysexit", [0x0F, 0x35]),
    .privileged("15 prefixes", [UInt8](repeating: 0x66, count: 15) + [0x90]),
  ]

  /// Selectors that are not ring 3's. The error code names them without RPL.
  static let selectors: [TrapCase] =
    [
      .selector(0x08, into: 3, "%ds"), .selector(0x10, into: 3, "%ds"),
      .selector(0x28, into: 3, "%ds"), .selector(0x33, into: 3, "%ds"),
      .selector(0x27, into: 3, "%ds"), .selector(0x10, into: 0, "%es"),
      .selector(0x10, into: 4, "%fs"), .selector(0x10, into: 5, "%gs"),
      .selector(0x00, into: 2, "%ss"), .selector(0x10, into: 2, "%ss"),
      .selector(0x1B, into: 2, "%ss"), .selector(0x20, into: 2, "%ss"),
    ] + [0x00, 0x08, 0x0B, 0x10, 0x23, 0x28, 0x33].flatMap { TrapCase.farTransfers($0) }

  /// Single steps, and a return to a task that there is not.
  static let flags = [
    TrapCase("TF over nop", [0x90, 0x90], 1, length: 1) { $0.eflags = 0x100 },
    TrapCase("TF by popf", [0x68, 0x02, 0x03, 0, 0, 0x9D, 0x90, 0x90], 1, length: 7),
    TrapCase("iret with NT", [0xCF], 10) { $0.eflags = 0x4000 },
  ]

  static let all =
    interruptsAndArithmetic + closedGates + undefined + privileged + selectors + flags
}
