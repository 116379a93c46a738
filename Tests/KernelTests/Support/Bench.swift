import FlightRecorder
import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// A kernel with its four resident servers, and guests whose page tables and traps are made by hand.
final class Bench {
  let tables: PageTables
  let kernel: Kernel
  /// What the resident servers have received, in order.
  var deliveries: [(to: Endpoint, what: Kernel.Delivery)] = []
  /// What a resident does after each delivery; RECEIVE from anyone where nothing is said.
  var habits: [Endpoint: IPCRequest] = [:]
  private var nextFrame: UInt32 = 16
  private var nextTable = GuestMemory.arenaStart

  /// - Parameters:
  ///   - habits: see ``habits``; also the servers' first calls.
  ///   - guestServers: servers whose place a guest takes.
  ///   - startsPaging: whether VM's handshake has been.
  init(
    memory: UInt32 = 16 << 20, processCapacity: Int32 = 96, habits: [Endpoint: IPCRequest] = [:],
    delivery: FaultDelivery = .message, guestServers: [Endpoint] = [], startsPaging: Bool = true
  ) throws {
    tables = PageTables(memory: try GuestMemory(ramByteCount: memory))
    kernel = Kernel(
      tables: tables, recorder: FlightRecorder(capacity: 64), processCapacity: processCapacity,
      delivery: delivery)
    self.habits = habits
    for process in [BootProcess.pm, .vfs, .vm, .initProcess] {
      kernel.boot(process, isResident: !guestServers.contains(process.endpoint))
    }
    kernel.allowBootProcesses()
    for endpoint in [Endpoint.pm, .vfs, .vm, .initProcess]
    where !guestServers.contains(endpoint) { callOn(endpoint) }
    for endpoint in guestServers {
      kernel.setEntry(
        of: endpoint, to: LinearAddress(Place.readOnly), stack: LinearAddress(Place.pair + 0x2000))
      giveMemory(to: Guest(endpoint: endpoint))
    }
    if startsPaging { startPaging() }
    drain()
    deliveries = []
  }

  /// Makes a resident's next IPC call.
  private func callOn(_ endpoint: Endpoint) {
    // INIT may only SENDREC: it waits for a reply of PM that doesn't come.
    let usual =
      endpoint == .initProcess
      ? IPCRequest.sendrec(Message(type: PosixCall.wait.rawValue), to: .pm)
      : .receive(from: .any)
    kernel.complete(endpoint, with: habits[endpoint] ?? usual)
  }

  /// Lets the residents run until none of them can, and says whom the kernel would run then.
  @discardableResult
  func drain() -> Kernel.Next {
    for _ in 0..<10_000 {
      let next = kernel.next()
      guard case .resident(let endpoint) = next else { return next }
      deliveries.append((endpoint, kernel.delivery(to: endpoint)))
      callOn(endpoint)
    }
    Issue.record("the residents never come to rest")
    return .idle
  }

  /// The messages that a resident has received since the last time, without what PM hears of INIT.
  func take(_ endpoint: Endpoint) -> [Kernel.Delivery] {
    drain()
    defer { deliveries.removeAll { $0.to == endpoint } }
    return deliveries.filter { $0.to == endpoint }.map(\.what)
  }
}

// MARK: - Guests

/// A process of the bench.
struct Guest: Hashable, CustomStringConvertible {
  let endpoint: Endpoint
  var slot: ProcessSlot { endpoint.slot }
  var description: String { "\(endpoint)" }
}

/// The pages that every guest of the bench has.
enum Place {
  /// A writable page.
  static let message: UInt32 = 0x0804_8000
  /// A read-only page.
  static let readOnly: UInt32 = 0x0804_9000
  /// No page, though its page table is there.
  static let absent: UInt32 = 0x0804_A000
  /// Two neighbouring writable pages, in frames that are no neighbours.
  static let pair: UInt32 = 0x0804_C000
  /// No page and no page table.
  static let nowhere: UInt32 = 0x0900_0000
}

extension Bench {
  func user(_ slot: Int32, scheduledBy scheduler: Endpoint = .none) throws -> Guest {
    try guest(slot, isSystem: false, scheduler)
  }

  func system(_ slot: Int32) throws -> Guest {
    try guest(slot, isSystem: true, .none)
  }

  private func guest(_ slot: Int32, isSystem: Bool, _ scheduler: Endpoint) throws -> Guest {
    // Apart from the test of it: Swift 6.3 now and then crashed where it kept the name's text for that.
    let endpoint = kernel.createProgram(
      in: ProcessSlot(rawValue: slot), name: "p\(slot)", isSystem: isSystem,
      entry: LinearAddress(Place.readOnly), stackPointer: LinearAddress(Place.pair + 0x2000),
      priority: BootProcess.userQueue, waitsForScheduler: false)
    let guest = Guest(endpoint: try #require(endpoint))
    kernel.processes[guest.slot].scheduler = scheduler
    giveMemory(to: guest)
    return guest
  }

  /// Gives a guest its page tables: fresh ones, or those of a guest that is dead.
  func giveMemory(to guest: Guest, in inherited: PhysicalAddress? = nil) {
    let directory = inherited ?? freshMemory()
    var request = Message(.setCR3, who: guest.endpoint, value: directory.rawValue)
    // VM's call, whoever plays VM and whether or not it can run yet.
    guard case .reply(.ok) = kernel.dispatch(&request, from: Endpoint.vm.slot) else {
      Issue.record("\(guest) gets no memory")
      return
    }
  }

  private func freshMemory() -> PhysicalAddress {
    let directory = takeTable()
    // Upper page first: neighbours in linear memory are none in physical memory.
    for (page, isWritable) in [
      (Place.pair + 0x1000, true), (Place.message, true), (Place.readOnly, false),
      (Place.pair, true),
    ] {
      map(page, to: takeFrame(), isWritable: isWritable, in: directory)
    }
    mapKernelPage(in: directory)
    return directory
  }

  func takeFrame() -> PhysicalAddress {
    defer { nextFrame += 1 }
    return PhysicalAddress(nextFrame << 12)
  }

  func takeTable() -> PhysicalAddress {
    defer { nextTable = nextTable + 4096 }
    return nextTable
  }

  /// Maps a page as VM would.
  func map(
    _ page: UInt32, to frame: PhysicalAddress, isWritable: Bool, in directory: PhysicalAddress
  ) {
    let linear = LinearAddress(page)
    let slot = directory + linear.directoryIndex * 4
    var entry = PageDirectoryEntry(rawValue: tables.load(slot))
    if !entry.isPresent {
      entry = PageDirectoryEntry(table: takeTable())
      tables.store(entry.rawValue, at: slot, translating: linear, in: directory)
    }
    tables.store(
      PageTableEntry(frame: frame, isWritable: isWritable).rawValue,
      at: entry.table + linear.tableIndex * 4, translating: linear, in: directory)
  }

  /// Maps a page of a guest, in a fresh frame unless one is given.
  func map(
    _ page: UInt32, of guest: Guest, isWritable: Bool = true, to frame: PhysicalAddress? = nil
  ) {
    map(
      page, to: frame ?? takeFrame(), isWritable: isWritable,
      in: kernel.processes[guest.slot].directory)
  }

  /// A SYS_VMCTL of VM's.
  @discardableResult
  func vmControl(_ parameter: VMControl, _ who: Endpoint, _ value: UInt32 = 0) -> ResultCode {
    var message = Message(parameter, who: who, value: value)
    return kernel.kernelCall(&message, from: .vm)
  }

  func rts(_ guest: Guest) -> RTSFlags { kernel.processes[guest.slot].rts }
  func misc(_ guest: Guest) -> MiscFlags { kernel.processes[guest.slot].misc }
}
