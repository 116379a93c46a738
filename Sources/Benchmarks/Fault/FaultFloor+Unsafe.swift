import CBenchmark
import I386
import KVM
import Machine
import MinixABI
import Stub

/// The C floor: serves the faults of a round behind VM's back, in the frames that VM has used for them,
/// and leaves no trace of it.
struct FaultFloor {
  private let tables: PageTables
  /// Page-table entries for frames that are VM's to hand out, while it hands out none.
  private var pool: [UInt32] = []
  /// How often KVM_RUN was called in the last round.
  private(set) var runCount: UInt32 = 0

  init(tables: PageTables) { self.tables = tables }

  /// Whether it knows frames.
  var isReady: Bool { !pool.isEmpty }

  /// Notes which frames a round's pages have had.
  mutating func learn(in directory: PhysicalAddress) {
    guard pool.isEmpty else { return }
    let first = firstEntry(in: directory)
    pool = (0..<UInt32(FaultRound.pageCount)).map { page in
      let entry = PageTableEntry(rawValue: tables.load(first + page * 4))
      return PageTableEntry(frame: entry.frame, isWritable: true).rawValue
    }
  }

  /// Serves all faults from the one that has just come to the round's end.
  ///
  /// - Parameters:
  ///   - processor: whose vCPU it is.
  ///   - directory: the address space.
  ///   - stamps: where the faults' stamps go, from index `count` on.
  /// - Returns: the registers of the trap that is no page fault.
  mutating func serve(
    _ processor: borrowing KVMProcessor, in directory: PhysicalAddress,
    _ stamps: inout FaultRound.Stamps, _ count: inout Int
  ) throws(ProcessorError) -> TrapFrame {
    let first = firstEntry(in: directory)
    let filled = filledEntries(first)
    let runner = unsafe processor.runner
    let vcpu = unsafe cbench_vcpu(descriptor: runner.descriptor, page: runner.page)
    let served = unsafe withFloor(first, filled) { floor in
      var stamps = stamps.mutableSpan
      return unsafe stamps.withUnsafeMutableBufferPointer { stamps in
        unsafe cbench_serve_faults(
          vcpu, &floor, stamps.baseAddress.unsafelyUnwrapped + count,
          UInt32(stamps.count - count))
      }
    }
    guard served >= 0 else { throw .kvm(KVMError(request: .run, errno: -served)) }
    count += Int(served)
    takeBack(first, in: directory)
    let frame = tables.memory.load(TrapFrame.self, at: PhysicalAddress(UInt32(STUB_FRAME)))
    guard var frame else { preconditionFailure("no shared page") }
    frame.eflags &= ~Eflags.resume
    return frame
  }

  /// Lends C the memory that it works on.
  private mutating func withFloor(
    _ first: PhysicalAddress, _ filled: [UInt32], _ body: (inout cbench_floor) -> Int32
  ) -> Int32 {
    let memory = tables.memory
    func lend<R>(
      _ address: PhysicalAddress, _ byteCount: Int, _ body: (UnsafeMutableRawPointer) -> R
    ) -> R {
      let result = memory.withMutableBytes(at: address, byteCount: byteCount) { bytes in
        unsafe bytes.withUnsafeMutableBytes { unsafe body($0.baseAddress.unsafelyUnwrapped) }
      }
      guard let result else { preconditionFailure("no memory at \(address)") }
      return result
    }
    let (result, runs) = unsafe filled.withUnsafeBufferPointer { filled in
      unsafe lend(PhysicalAddress(0), Int(memory.ramByteCount)) { ram in
        unsafe lend(PhysicalAddress(UInt32(STUB_RESUME)), 4096) { sharedPage in
          unsafe lend(first, filled.count * 4) { entries in
            var floor = unsafe cbench_floor(
              ram: ram.assumingMemoryBound(to: UInt8.self),
              shared_page: sharedPage.assumingMemoryBound(to: UInt8.self),
              entries: entries.assumingMemoryBound(to: UInt32.self),
              filled: filled.baseAddress, start: FaultRound.firstPage,
              count: UInt32(filled.count), runs: 0)
            let result = unsafe body(&floor)
            return unsafe (result, floor.runs)
          }
        }
      }
    }
    runCount = runs
    return result
  }

  /// Unmaps what C has mapped, by the stub's hand, as VM would.
  private func takeBack(_ first: PhysicalAddress, in directory: PhysicalAddress) {
    for page in 1..<UInt32(FaultRound.pageCount) {
      tables.store(
        0, at: first + page * 4, translating: LinearAddress(FaultRound.firstPage + page << 12),
        in: directory)
    }
  }

  /// What the pages' entries become, but for the first page's, which VM has mapped itself.
  private func filledEntries(_ first: PhysicalAddress) -> [UInt32] {
    let taken = PageTableEntry(rawValue: tables.load(first)).frame
    let free = pool.filter { PageTableEntry(rawValue: $0).frame != taken }
    return [0] + free.prefix(FaultRound.pageCount - 1)
  }

  private func firstEntry(in directory: PhysicalAddress) -> PhysicalAddress {
    let page = LinearAddress(FaultRound.firstPage)
    let entry = PageDirectoryEntry(rawValue: tables.load(directory + page.directoryIndex * 4))
    return entry.table + page.tableIndex * 4
  }
}
