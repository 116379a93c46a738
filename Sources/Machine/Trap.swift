public import I386

/// What one exit brings from the guest, besides the registers that ring 3 was left with: those stand where
/// its ``Resume`` has said.
@frozen
public struct Trap: BitwiseCopyable, Sendable, Equatable {
  /// Clock ticks since the last trap.
  public var ticks: UInt32
  /// Whether the frame was made in virtual-8086 mode, which `iret` from ring 3 reaches only on an
  /// imperfect CPU: the process cannot be resumed.
  public var isVirtual8086: Bool

  @inlinable
  public init(ticks: UInt32 = 0, isVirtual8086: Bool = false) {
    self.ticks = ticks
    self.isVirtual8086 = isVirtual8086
  }
}

/// What the host hands back: whose registers to load, in which address space, with which FPU state.
@frozen
public struct Resume: BitwiseCopyable {
  /// Where the registers are: those to load, and after the trap those that it has left.
  public var registers: RegisterFile
  /// The page directory (CR3).
  public var directory: PhysicalAddress
  /// Which FPU area holds the process's x87 and SSE state when it is not on the CPU.
  public var fpuArea: FPUArea
  /// Whether the process starts with an FPU that nobody has used.
  public var hasFreshFPU: Bool

  @inlinable
  public init(
    registers: RegisterFile, directory: PhysicalAddress, fpuArea: FPUArea,
    hasFreshFPU: Bool = false
  ) {
    self.registers = registers
    self.directory = directory
    self.fpuArea = fpuArea
    self.hasFreshFPU = hasFreshFPU
  }
}

/// The index of a 512-byte FXSAVE image in the stub's memory; each process context has its own.
@frozen
public struct FPUArea: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// 0 … `STUB_FPU_AREA_COUNT` − 1.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}
