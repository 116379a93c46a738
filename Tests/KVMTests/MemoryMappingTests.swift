import Glibc
import KVM
import Testing

/// Laws of anonymous memory.
@Suite struct MemoryMappingTests {
  @Test(arguments: [(1, 4096), (4096, 4096), (4097, 8192), (1 << 21, 1 << 21)])
  func sizesAreRoundedUpToPages(asked: Int, given: Int) throws {
    #expect(try MappingProbe(byteCount: asked).byteCount == given)
  }

  @Test(arguments: [0, -1, Int.min, Int.max])
  func impossibleSizesAreRefused(byteCount: Int) {
    #expect(throws: KVMError(request: .mapMemory, errno: EINVAL)) {
      _ = try MemoryMapping(byteCount: byteCount)
    }
  }

  @Test func moreThanTheAddressSpaceIsOutOfMemory() {
    let error = #expect(throws: KVMError.self) { _ = try MemoryMapping(byteCount: 1 << 60) }
    #expect(error?.diagnosis == .outOfMemory)
  }

  @Test(arguments: [4096, 5 << 20, 64 << 20])
  func hugePagesBeginAtTheirBoundary(byteCount: Int) throws {
    let probe = try MappingProbe(byteCount: byteCount, options: .hugePages)
    #expect(probe.address % (2 << 20) == 0)
    #expect(probe.byteCount == byteCount)
  }

  @Test func memoryIsZeroAndWritableToItsLastByte() throws {
    let probe = try MappingProbe(byteCount: 3 * 4096, options: .hugePages)
    for offset in [0, 4095, 4096, 3 * 4096 - 1] {
      #expect(probe.exchange(0xA5, at: offset) == 0)
      #expect(probe.exchange(0, at: offset) == 0xA5)
    }
  }

  /// A terabyte costs nothing until it is touched.
  @Test func memoryIsCommittedLazily() throws {
    let probe = try MappingProbe(byteCount: 1 << 40)
    #expect(probe.exchange(1, at: (1 << 40) - 1) == 0)
  }

  @Test func theEndUnmaps() async {
    await #expect(processExitsWith: .success) {
      let address = try MappingProbe(byteCount: 4096).address
      #expect(!MappingProbe.isMapped(address))
    }
  }

  @Test(arguments: [MemoryMapping.Options.notInherited, [.notInherited, .hugePages]])
  func notInheritedIsSaidToTheKernel(options: MemoryMapping.Options) throws {
    let probe = try MappingProbe(byteCount: 2 << 20, options: options)
    #expect(try probe.kernelFlags().contains("dc"))
    #expect(try !MappingProbe(byteCount: 2 << 20).kernelFlags().contains("dc"))
  }
}
