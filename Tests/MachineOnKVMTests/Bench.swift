import I386
import KVM
import Machine
import Stub

/// A processor with guest memory and hand-made address spaces: no kernel, no VM server.
@MainActor final class Bench {
  let memory: GuestMemory
  let tables: PageTables
  var processor: KVMProcessor
  private var nextArenaPage = GuestMemory.arenaStart
  private var nextFrame: PhysicalAddress
  private var nextFPUArea: UInt32 = 0

  /// Makes a machine.
  ///
  /// - Parameters:
  ///   - ramByteCount: the size of RAM.
  ///   - hertz: clock ticks a second; 0 for none.
  init(ramByteCount: UInt32 = 64 << 20, hertz: UInt32 = 0) throws {
    memory = try GuestMemory(ramByteCount: ramByteCount)
    tables = PageTables(memory: memory)
    processor = try KVMProcessor(
      system: SharedDevice.get().system, tables: tables, hertz: hertz)
    nextFrame = PhysicalAddress(0)
  }

  /// A page of the arena that nobody has used.
  func makeArenaPage() -> PhysicalAddress {
    defer { nextArenaPage = nextArenaPage + 4096 }
    precondition(GuestMemory.isArenaPage(nextArenaPage), "the arena is used up")
    return nextArenaPage
  }

  /// A frame of RAM that nobody has used.
  func makeFrame() -> PhysicalAddress {
    defer { nextFrame = nextFrame + 4096 }
    precondition(memory.isRAM(nextFrame, byteCount: 4096), "RAM is used up")
    return nextFrame
  }

  /// A frame whose first word is `word`.
  func makeFrame(holding word: UInt32) -> PhysicalAddress {
    let frame = makeFrame()
    memory.storeWord(word, at: frame)
    return frame
  }

  /// An FPU area that nobody has used.
  func makeFPUArea() -> FPUArea {
    defer { nextFPUArea += 1 }
    return FPUArea(rawValue: nextFPUArea)
  }

  /// Runs a process until its next trap.
  func run(_ process: GuestProcess) throws -> FramedTrap {
    let trap = try processor.run(
      Resume(
        registers: process.registers, directory: process.space.directory, fpuArea: process.fpuArea,
        hasFreshFPU: process.hasFreshFPU))
    process.hasFreshFPU = false
    return FramedTrap(frame: process.frame, trap)
  }

  /// A word of the resume block that the stub was last given.
  func resumeBlock(_ offset: Int32) -> UInt32 {
    memory.loadWord(at: PhysicalAddress(UInt32(STUB_RESUME)) + UInt32(offset)) ?? .max
  }
}
