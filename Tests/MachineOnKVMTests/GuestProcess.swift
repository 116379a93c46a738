import I386
import Machine
import Testing

/// A process in ring 3 with one page of code and one of stack.
@MainActor final class GuestProcess {
  let space: AddressSpace
  var fpuArea: FPUArea
  private let own: OwnRegisters
  var hasFreshFPU = true
  private var bench: Bench { space.bench }

  /// Where its registers are, and what they hold.
  var registers: RegisterFile { own.file }
  var frame: TrapFrame {
    get { own.file.frame }
    set { own.file.frame = newValue }
  }

  /// Where the code begins.
  nonisolated static let codeStart = LinearAddress(0x0040_0000)
  /// One past the stack's last byte.
  nonisolated static let stackTop = LinearAddress(0x7000_0000)

  /// Makes a process that begins with `code`.
  init(_ code: [UInt8], in space: AddressSpace) {
    self.space = space
    own = OwnRegisters(TrapFrame(entry: Self.codeStart, stackPointer: Self.stackTop))
    fpuArea = space.bench.makeFPUArea()
    let frame = bench.makeFrame()
    unsafe bench.memory.write(code.span.bytes, at: frame)
    space.map(Self.codeStart, to: frame, isWritable: false)
    space.map(LinearAddress(Self.stackTop.rawValue - 4096), to: bench.makeFrame())
  }

  /// Makes a process with an address space of its own.
  convenience init(_ code: [UInt8], on bench: Bench) {
    self.init(code, in: AddressSpace(on: bench))
  }

  /// Makes a process with another's registers in another address space, to which nothing is added.
  init(_ other: GuestProcess, movedTo space: AddressSpace) {
    self.space = space
    fpuArea = other.fpuArea
    own = OwnRegisters(other.frame)
    hasFreshFPU = false
  }

  /// Runs until the next trap.
  func run() throws -> FramedTrap { try bench.run(self) }
}

extension GuestProcess {
  /// A process that performs one access at a time, for ``read(_:)`` and ``write(_:to:)``.
  static func accessor(in space: AddressSpace) -> GuestProcess {
    GuestProcess(accessorCode, in: space)
  }

  /// Reads a word: its value, or the fault.
  func read(_ address: LinearAddress) throws -> Access {
    try access(address, entry: Self.codeStart)
  }

  /// Writes a word: the value, or the fault.
  func write(_ value: UInt32, to address: LinearAddress) throws -> Access {
    frame.eax = value
    return try access(address, entry: Self.codeStart + 4)
  }

  private func access(_ address: LinearAddress, entry: LinearAddress) throws -> Access {
    frame.eip = entry.rawValue
    frame.ebx = address.rawValue
    let trap = try run()
    switch trap.frame.vector {
    case 33: return .done(trap.frame.eax)
    case 14: return .fault(trap.frame.errorCode, at: LinearAddress(trap.frame.cr2))
    default:
      Issue.record("vector \(trap.frame.vector) instead of the access")
      return .done(0)
    }
  }

  private static let accessorCode: [UInt8] = [
    0x8B, 0x03, 0xCD, 33,  // mov (%ebx), %eax; int $33
    0x89, 0x03, 0xCD, 33,  // mov %eax, (%ebx); int $33
  ]
}

/// What became of an access.
enum Access: Equatable {
  case done(UInt32)
  case fault(UInt32, at: LinearAddress)
}
