import I386
import KVM
import Stub

/// The x87 and SSE state of processes, as FXSAVE images in the stub's memory.
///
/// A process's area is true as long as its state is not on the CPU. Whoever reads the one that is
/// there has it saved first, by a request to KVM: signals, forks and contexts need it, faults and
/// messages never do. Whoever replaces it makes the processor load it anew.
extension GuestMemory {
  /// The image of a process's FPU.
  ///
  /// - Returns: 512 bytes.
  public func fpuImage(of area: FPUArea) -> [UInt8] {
    saveLiveFPU(area)
    let image = bytes(at: StubImage.address(of: area), count: Int(STUB_FPU_AREA_BYTES))
    return image ?? Array(repeating: 0, count: Int(STUB_FPU_AREA_BYTES))
  }

  /// Replaces the image of a process's FPU.
  ///
  /// Reserved bits of MXCSR are cleared, or `fxrstor` would fault in the stub.
  ///
  /// - Parameter image: 512 bytes; a precondition.
  public func setFPUImage(_ image: [UInt8], of area: FPUArea) {
    precondition(image.count == Int(STUB_FPU_AREA_BYTES), "FPU image of \(image.count) bytes")
    let address = StubImage.address(of: area)
    write(image[...], at: address)
    let mxcsr = loadWord(at: address + Self.mxcsrOffset) ?? 0
    storeWord(mxcsr & Self.mxcsrMask, at: address + Self.mxcsrOffset)
    if loadedFPUArea == area { loadedFPUArea = nil }
  }

  /// Gives a process the FPU state of another.
  public func copyFPUImage(from source: FPUArea, to destination: FPUArea) {
    setFPUImage(fpuImage(of: source), of: destination)
  }

  /// Two processes change places.
  public func swapFPUImages(_ a: FPUArea, _ b: FPUArea) {
    let (first, second) = (fpuImage(of: a), fpuImage(of: b))
    setFPUImage(second, of: a)
    setFPUImage(first, of: b)
  }

  /// Brings an area up to date if its state is on the CPU. A host that refuses leaves the image of
  /// the last switch.
  private func saveLiveFPU(_ area: FPUArea) {
    guard loadedFPUArea == area, let liveFPU else { return }
    _ = withMutableBytes(
      at: StubImage.address(of: area), byteCount: FXSAVESource.byteCount
    ) { bytes in
      do { try liveFPU.save(to: &bytes) } catch { return }
    }
  }

  /// Where MXCSR stands in an image, and the bits that every x86-64 CPU has.
  private static var mxcsrOffset: UInt32 { 24 }
  private static var mxcsrMask: UInt32 { 0xFFFF }
}
