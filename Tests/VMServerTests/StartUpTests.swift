import I386
import MinixABI
import Testing

@testable import VMServer

/// VM's side of the handshake with the kernel. ABI 10.6.
@Suite struct StartUpTests {
  let bench = VMBench()
  private var kernel: FakeKernel { bench.kernel }

  private func start() -> ResultCode { bench.vm.start() }

  /// What VM has asked, in order: parameter and value.
  private var controls: [(VMControl?, UInt32)] {
    kernel.calls.map { (VMControl(rawValue: $0.vmControlParameter), $0.vmControlValue) }
  }

  private static let directory = VMBench.arena + 8 * 4096
  private static let table = VMBench.arena + 32 * 4096

  @Test func theOrderOfTheCalls() {
    kernel.wanted = [
      KernelMapping(address: 0xF000_7000, byteCount: 4096, flags: 0),
      KernelMapping(address: 0xFEE0_0000, byteCount: 0x2000, flags: KernelMapping.uncached),
    ]
    #expect(start() == .ok)
    #expect(
      controls.map(\.0) == [
        .kernelPhysicalMap, .kernelMapReply, .kernelPhysicalMap, .kernelMapReply,
        .kernelPhysicalMap, .freePDE, .pageDirectories, .setCR3, .enablePaging,
      ])
    #expect(
      controls.map(\.1) == [
        0, 0, 1, 1, 2, 994, VMBench.arena.rawValue, Self.directory.rawValue,
        FakeKernel.placedAddress,
      ])
    #expect(kernel.calls.allSatisfy { $0.vmControlWho == .itself })
    let replies = kernel.calls.filter {
      $0.vmControlParameter == VMControl.kernelMapReply.rawValue
    }
    #expect(replies.map { $0[word: 20] } == [0xF840_0000, 0xF840_1000])
  }

  /// Everybody may read there; only the kernel writes.
  @Test func theKernelsPages() {
    kernel.wanted = [
      KernelMapping(address: 0xF000_7000, byteCount: 4096, flags: 0),
      KernelMapping(address: 0xFEE0_0000, byteCount: 0x2000, flags: KernelMapping.uncached),
    ]
    #expect(start() == .ok)
    let entries = (0..<4).map { kernel.loadEntry(at: Self.table + $0 * 4) }
    #expect(entries == [0xF000_7005, 0xFEE0_001D, 0xFEE0_101D, 0])
    #expect(kernel.loadEntry(at: Self.directory + 993 * 4) == Self.table.rawValue | 7)
    // And every later process has them.
    let process = bench.process(11)
    _ = bench.fault(process, VMBench.heap)
    let own = VMBench.arena + 11 * 4096
    #expect(kernel.loadEntry(at: own + 993 * 4) == Self.table.rawValue | 7)
    // They stay when the process's own pages go.
    #expect(bench.end(process) == [0, 0])
    #expect(kernel.loadEntry(at: own + 993 * 4) == Self.table.rawValue | 7)
    #expect((bench.pagesUsed, bench.tablesUsed) == (0, 0))
  }

  @Test func thePagingArgument() {
    #expect(start() == .ok)
    #expect(
      kernel.placed == [
        FakeKernel.placedAddress + 8, .max, 0, 0, 0xF_0000, 0, 0, 0xF_0000, 0x7_C000, 0x7_C000,
        0x4000,
      ])
  }

  @Test(
    arguments: [
      VMControl.kernelMapReply, .freePDE, .pageDirectories, .setCR3, .enablePaging,
    ])
  func theKernelRefuses(_ parameter: VMControl) {
    kernel.wanted = [KernelMapping(address: 0xF000_7000, byteCount: 4096, flags: 0)]
    kernel.refused = Message(parameter, who: .itself)
    #expect(start() == .einval)
    #expect(controls.last?.0 == parameter)
  }

  /// What can't be mapped in whole pages, or not in one page table.
  @Test(
    arguments: [
      KernelMapping(address: 0xF000_7800, byteCount: 4096, flags: 0),
      KernelMapping(address: 0xF000_7000, byteCount: 100, flags: 0),
      KernelMapping(address: 0, byteCount: 4 << 20 | 4096, flags: 0),
    ])
  func unreasonableWishes(_ mapping: KernelMapping) {
    kernel.wanted = [mapping]
    #expect(start() == .einval)
    #expect(controls.map(\.0) == [.kernelPhysicalMap])
  }

  @Test func noPageTableLeft() {
    let bench = VMBench(tables: 0)
    let result = bench.vm.start()
    #expect(result == .enomem)
    #expect(bench.kernel.calls.isEmpty)
  }
}
