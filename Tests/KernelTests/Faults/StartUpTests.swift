import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// The kernel's side of VM's start-up handshake. ABI 6 and 10.6.
@Suite struct StartUpTests {
  /// A kernel whose VM has not called yet.
  let bench: Bench

  init() throws { bench = try Bench(startsPaging: false) }

  private func enable(_ argument: UInt32? = nil) -> ResultCode {
    bench.startCall(.enablePaging, argument ?? bench.placePagingArgument())
  }

  private var clock: [UInt32?] {
    (0..<3).map { bench.tables.memory.loadWord(at: GuestMemory.kernelPage + $0 * 4) }
  }

  @Test func theKernelWantsOnePage() {
    var message = Message(.kernelPhysicalMap, who: .itself, value: 0)
    #expect(bench.kernel.kernelCall(&message, from: .vm) == .ok)
    #expect(message[word: 8] == 0)
    #expect(message[word: 20] == GuestMemory.kernelPage.rawValue)
    #expect(message[word: 24] == 4096)
    for index in [1, 2, UInt32.max] {
      #expect(bench.startCall(.kernelPhysicalMap, index) == .einval)
    }
    // It is nobody's memory.
    let copy = Message.memset(GuestMemory.kernelPage.rawValue, 4, 1)
    #expect(bench.call(.vm, copy) == .efault)
  }

  /// Index, address, answer.
  @Test(
    arguments: [
      (0, 0xF840_0000, .ok), (0, 0xFFFF_F000, .ok), (1, 0xF840_0000, .einval),
      (0, 0xF840_0004, .einval), (0, 0xF83F_F000, .einval), (0, 0, .einval),
    ] as [(UInt32, UInt32, ResultCode)])
  func replies(_ index: UInt32, _ address: UInt32, _ answer: ResultCode) {
    #expect(bench.reply(index, address) == answer)
  }

  @Test(
    arguments: [
      (.freePDE, 0, .ok), (.freePDE, 1023, .ok), (.freePDE, 1024, .einval),
      (.pageDirectories, 0xF040_0000, .ok), (.pageDirectories, 0xF040_0004, .einval),
      (.pageDirectories, 0, .einval), (.pageDirectories, 0xF000_0000, .einval),
      (.kernelLimit, 0x1900_0000, .ok), (.kernelLimit, 0, .einval),
    ] as [(VMControl, UInt32, ResultCode)])
  func announcements(_ parameter: VMControl, _ value: UInt32, _ answer: ResultCode) {
    #expect(bench.startCall(parameter, value) == answer)
  }

  @Test func theClockPage() throws {
    let guest = try bench.system(11)
    bench.tick(guest, 3)
    #expect(clock == [0, 0, 0])
    bench.startPaging()
    #expect(clock == [3, 60, 0])
    bench.tick(guest, 4)
    #expect(clock == [7, 60, 0])
    var time = Message(type: KernelCallNumber.setTime.messageType)
    time[int: 16] = 1_000_000
    #expect(bench.call(.pm, time) == .ok)
    bench.tick(guest)
    #expect(clock == [8, 60, 1_000_000])
    bench.kernel.passIdleTime(ticks: 2)
    #expect(clock == [10, 60, 1_000_000])
  }

  /// A reply that comes later changes nothing.
  @Test func theAddressIsSettledByEnabling() throws {
    bench.startPaging()
    #expect(bench.reply(0, 0xFFFF_F000) == .ok)
    bench.kernel.passIdleTime(ticks: 1)
    #expect(bench.kernel.failure == nil)
    #expect(clock[0] == 1)
  }

  /// VM's segment map is the one it has told of.
  @Test func theSegmentMap() throws {
    bench.kernel.processes[Endpoint.vm.slot].segments = SegmentMap(KernelImage(byteCount: 36))
    bench.startPaging()
    #expect(bench.kernel.processes[Endpoint.vm.slot].segments == SegmentMap())
  }

  // MARK: Refusals

  @Test func enablingTwice() {
    bench.startPaging()
    #expect(enable() == .einval)
    bench.kernel.passIdleTime(ticks: 1)
    #expect(bench.kernel.failure == nil)
  }

  @Test func enablingWithoutADirectory() {
    #expect(bench.reply(0, Bench.kernelPage) == .ok)
    #expect(enable() == .einval)
  }

  @Test func enablingForSomebodyElse() throws {
    let guest = try bench.system(11)
    #expect(bench.reply(0, Bench.kernelPage) == .ok)
    let argument = bench.placePagingArgument()
    #expect(
      bench.call(.vm, Message(.enablePaging, who: guest.endpoint, value: argument)) == .einval)
  }

  @Test func enablingWithoutTheKernelsPage() {
    #expect(bench.startCall(.setCR3, bench.emptyDirectory().rawValue) == .ok)
    #expect(enable() == .einval)
    // Promised, but not mapped there.
    #expect(bench.reply(0, Bench.kernelPage + 0x1000) == .ok)
    #expect(enable() == .einval)
    #expect(bench.reply(0, Bench.kernelPage) == .ok)
    #expect(enable() == .ok)
  }

  @Test func badArguments() throws {
    #expect(bench.reply(0, Bench.kernelPage) == .ok)
    #expect(bench.startCall(.setCR3, bench.emptyDirectory().rawValue) == .ok)
    #expect(enable(bench.placePagingArgument(limit: 0)) == .einval)
    #expect(enable(0) == .efault)
    #expect(enable(0xFFFF_FFFC) == .efault)
    #expect(enable(bench.placePagingArgument(map: 0)) == .efault)
    #expect(enable(bench.placePagingArgument(map: 0xEFFF_FFF0)) == .efault)
  }

  /// A guest in VM's place whose argument isn't there: VM can't be asked to help VM.
  @Test func anAbsentArgument() throws {
    let bench = try Bench(guestServers: [.vm], startsPaging: false)
    let vm = Guest(endpoint: .vm)
    #expect(bench.reply(0, Bench.kernelPage) == .ok)
    for address in [Place.absent, Place.nowhere, Place.pair + 0x1FFC] {
      let request = Message(.enablePaging, who: .itself, value: address)
      #expect(bench.call(vm, request)?.type == ResultCode.efaultSource.rawValue)
    }
    let outside = Message(.enablePaging, who: .itself, value: 0xEFFF_FFFC)
    #expect(bench.call(vm, outside)?.type == ResultCode.efault.rawValue)
    bench.write(Place.pair.bytes + [255, 0, 0, 0], to: vm, at: Place.message + 0x100)
    let request = Message(.enablePaging, who: .itself, value: Place.message + 0x100)
    #expect(bench.call(vm, request)?.type == 0)
    #expect(bench.call(vm, request)?.type == ResultCode.einval.rawValue)
    bench.checkInvariants()
  }

  // MARK: Faults

  @Test(arguments: FaultDelivery.allCases) func aFaultBeforePagingIsTheEnd(
    _ delivery: FaultDelivery
  ) throws {
    let bench = try Bench(delivery: delivery, startsPaging: false)
    let guest = try bench.user(11)
    bench.fault(guest, at: 0x0805_0000, eip: 0x0804_8010)
    #expect(
      bench.kernel.failure
        == .pageFaultBeforePaging(process: "p11", address: 0x0805_0000, eip: 0x0804_8010))
    #expect(bench.take(.vm).isEmpty)
    guard case .failed = bench.kernel.next() else {
      Issue.record("the kernel goes on")
      return
    }
  }

  @Test func aFaultOfVMIsTheEnd() throws {
    let bench = try Bench(guestServers: [.vm])
    bench.fault(Guest(endpoint: .vm), at: 0x0805_0000, eip: 0x0804_8010)
    #expect(
      bench.kernel.failure == .pageFaultInVM(address: 0x0805_0000, eip: 0x0804_8010))
  }

  @Test func anExceptionOfVMIsTheEnd() throws {
    let bench = try Bench(guestServers: [.vm])
    bench.trap(Guest(endpoint: .vm)) { $0.vector = 13 }
    #expect(bench.kernel.failure == .serverDied(process: "vm", signal: .segmentation))
  }

  /// Others can't bring that about.
  @Test(arguments: [Endpoint.vm, .pm]) func aSystemProcessCantKillTheSystem(_ victim: Endpoint)
    throws
  {
    bench.startPaging()
    let service = try bench.system(11)
    for signal in [Signal.illegal, .segmentation, .abort] {
      let reply = bench.call(service, Message(.kill, victim, signal.rawValue))
      #expect(reply?.type == ResultCode.einval.rawValue)
    }
    #expect(bench.kernel.failure == nil)
    #expect(bench.kernel.processes[victim.slot].rts == .receiving)
  }

  // MARK: Address spaces

  @Test func directoriesHaveTheKernelsPage() throws {
    bench.startPaging()
    let guest = try bench.user(11)
    let old = bench.kernel.processes[guest.slot].directory
    let bare = bench.takeTable()
    #expect(bench.vmControl(.setCR3, guest.endpoint, bare.rawValue) == .einval)
    #expect(bench.kernel.processes[guest.slot].directory == old)
    #expect(bench.tables.load(bare + 960 * 4) == 0)
    bench.map(
      Bench.kernelPage, to: PhysicalAddress(0x5000), isWritable: false, in: bare)
    #expect(bench.vmControl(.setCR3, guest.endpoint, bare.rawValue) == .einval)
  }

  @Test func vmKeepsItsDirectory() {
    bench.startPaging()
    #expect(bench.startCall(.setCR3, 0) == .einval)
    #expect(bench.startCall(.setCR3, bench.emptyDirectory().rawValue) == .ok)
  }

  /// VM takes the page away: the next tick finds out.
  @Test func theKernelsPageIsLost() throws {
    bench.startPaging()
    let directory = bench.kernel.processes[Endpoint.vm.slot].directory
    bench.tables.store(
      0, at: directory + 993 * 4, translating: LinearAddress(Bench.kernelPage), in: directory)
    bench.kernel.passIdleTime(ticks: 1)
    #expect(bench.kernel.failure == .kernelPageLost(address: Bench.kernelPage))
  }

  /// The stub's entries are put right whatever stood there, and the stub touches what was present.
  @Test func theStubsEntries() throws {
    bench.startPaging()
    let directory = bench.emptyDirectory()
    bench.tables.memory.storeWord(0x0000_1007, at: directory + 961 * 4)
    bench.tables.memory.storeWord(0x0000_1006, at: directory + 962 * 4)
    let guest = try bench.user(11)
    #expect(bench.vmControl(.setCR3, guest.endpoint, directory.rawValue) == .ok)
    for index in 960..<993 as Range<UInt32> {
      #expect(bench.tables.load(directory + index * 4) == StubMappings.entry(at: index).rawValue)
    }
    let edits = bench.tables.edits.list.map(\.entry)
    #expect(edits.contains(directory + 961 * 4))
    #expect(!edits.contains(directory + 962 * 4))
  }
}

extension UInt32 {
  fileprivate var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) } }
}
