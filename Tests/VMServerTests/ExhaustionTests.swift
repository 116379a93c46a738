import I386
import MinixABI
import Testing

@testable import VMServer

/// Every call that can run out of physical pages or of page tables answers ENOMEM then and changes
/// nothing: regions, entries, references, what is free. When there is room again, it succeeds.
@Suite struct ExhaustionTests {
  /// What is used up, or all but one of it.
  enum Shortage { case pages, allButOnePage, tables, allButOneTable }

  struct Case: Sendable, CustomStringConvertible {
    var description: String
    var shortages: [Shortage] = [.pages, .tables]
    var policy = FaultPolicy.exact
    /// What comes before memory is used up.
    var prepare: @Sendable (Scene) -> Void = { _ in }
    /// The call's result.
    var call: @Sendable (Scene) -> Int32
  }

  /// Processes that have a little of everything, and one that can take all the rest.
  struct Scene {
    let bench: VMBench
    var parent: Endpoint { bench.endpoint(11) }
    var owner: Endpoint { bench.endpoint(12) }
    /// Has regions, and nothing present.
    var user: Endpoint { bench.endpoint(13) }
    var service: Endpoint { bench.endpoint(14) }
    private var hog: Endpoint { bench.endpoint(20) }

    /// Where each of the callers has a region with nothing present.
    static var buffer: UInt32 { 0x5000 }
    static var top: UInt32 { AddressSpaceLayout.stackTop }

    init(_ policy: FaultPolicy) {
      bench = VMBench(frames: 250, tables: 24, policy: policy)
      for slot: Int32 in [11, 12, 13, 20] { _ = bench.process(slot) }
      bench.vm.createAddressSpace(for: service, isSystem: true)
      for server in [Endpoint.pm, .rs] { bench.vm.createAddressSpace(for: server) }
      for caller in [service, .pm, .rs] {
        let region = VirtualRegion(
          start: LinearAddress(Self.buffer), byteCount: 0x2000, flags: [.anonymous, .writable])
        let isAdded = bench.add(region, to: caller)
        precondition(isAdded)
      }
      bench.kernel.isMemoryAllowed = true
      bench.kernel.copiedIn = [.max, .max]
      for page: UInt32 in 0..<3 { _ = bench.fault(parent, VMBench.heap + page << 12) }
      precondition(bench.mmap(owner, count: 0x4000, flags: 0x0D).type == 0)
    }

    func use(up shortage: Shortage) {
      let free = bench.snapshot()
      switch shortage {
      case .pages: takePages(free.freePages)
      case .allButOnePage: takePages(free.freePages - 1)
      case .tables: takeTables(free.freeTables)
      case .allButOneTable: takeTables(free.freeTables - 1)
      }
    }

    private func takePages(_ count: UInt32) {
      let reply = bench.mmap(hog, count: count << 12, flags: 0x0C)
      precondition(reply.type == 0)
    }

    private func takeTables(_ count: UInt32) {
      for index in 0..<count {
        let reply = bench.mmap(hog, count: 0x1000, hint: Self.top + index << 22, flags: 0x0C)
        precondition(reply.type == 0)
      }
    }

    func giveBack() { _ = bench.end(hog) }

    func call(_ caller: Endpoint, _ number: VMCallNumber, _ fill: (inout Message) -> Void) -> Int32
    {
      var request = Message(type: number.messageType)
      fill(&request)
      return bench.call(caller, request)?.type ?? 12345
    }

    func mmap(_ flags: MapFlags, hint: UInt32 = 0) -> Int32 {
      bench.mmap(user, count: 0x3000, hint: hint, flags: Int16(bitPattern: flags.rawValue)).type
    }

    func info(_ what: Int32) -> Int32 {
      call(service, .info) {
        $0[int: 8] = what
        $0[endpoint: 12] = parent
        $0[int: 16] = 64
        $0[word: 28] = Self.buffer
      }
    }

    /// A request of the kernel for memory: CHECK (1) of a user's, or SMAP (3).
    func memoryRequest(_ type: Int32, to target: Endpoint) -> Int32 {
      var message = Message(type: type)
      message[endpoint: 8] = target
      message[word: 12] = VMBench.heap
      message[word: 16] = 0x1000
      message[endpoint: 20] = parent
      message[word: 24] = VMBench.heap + 0x1000
      message[endpoint: 28] = .vfs
      message[short: 32] = 1
      bench.kernel.memoryRequests = [message]
      _ = bench.kernel.takeCalls()
      var notification = Message(type: 0x1002)
      notification.source = .system
      notification[word: 20] = FaultDelivery.message.signals.memory.bit
      bench.vm.handle(notification, status: IPCStatus(call: .notify))
      let reply = bench.kernel.takeCalls().last { $0.hasPrefix("REPLY") }
      return reply.flatMap { $0.split(separator: " ").last }.flatMap { Int32($0) } ?? 12345
    }
  }

  /// What calls that want several pages meet.
  private static let several: [Shortage] = [.pages, .allButOnePage, .tables]

  static let preallocated: [(String, MapFlags)] = [
    ("anywhere", []), ("contiguous", .contiguous), ("aligned", .align64K),
    ("contiguous and aligned", [.contiguous, .align64K]), ("below 16 MiB", .lower16M),
    ("below 1 MiB", .lower1M), ("shared", .shared),
  ]

  static let mappings: [Case] =
    preallocated.map { name, flags in
      Case(description: "MMAP \(name)", shortages: several) {
        $0.mmap(flags.union([.anonymous, .preallocate]))
      }
    } + [
      Case(description: "MMAP eagerly", shortages: several, policy: .eager) {
        $0.mmap(.anonymous)
      },
      Case(description: "MMAP over two tables", shortages: [.allButOneTable]) {
        $0.mmap([.anonymous, .preallocate], hint: Scene.top + 0x3F_F000)
      },
      Case(description: "REMAP", shortages: [.tables]) { scene in
        scene.call(scene.service, .remap) {
          $0[endpoint: 8] = scene.user
          $0[endpoint: 12] = scene.owner
          $0[word: 16] = 0x4000
          $0[word: 24] = Scene.top
        }
      },
      Case(description: "MAP_PHYS", shortages: [.tables]) { scene in
        scene.call(scene.user, .mapPhysical) {
          $0[endpoint: 8] = .itself
          $0[word: 12] = 0x2000
          $0[word: 24] = 0x1000
        }
      },
    ]

  static let processes: [Case] = [
    Case(description: "FORK", shortages: [.tables]) {
      $0.bench.forkReply($0.parent, into: 15).type
    },
    Case(
      description: "FORK with a grant", shortages: [.pages],
      prepare: { #expect($0.memoryRequest(3, to: $0.owner) == 0) }
    ) { $0.bench.forkReply($0.parent, into: 15).type },
    Case(description: "BRK eagerly", shortages: several, policy: .eager) {
      $0.bench.brk($0.user, VMBench.heap + 0x2_2000)
    },
    Case(description: "EXEC_NEWMEM's argument") {
      $0.exec(at: Scene.buffer)
    },
    Case(
      description: "EXEC_NEWMEM eagerly", shortages: several, policy: .eager,
      prepare: { _ = $0.bench.fault(.pm, Scene.buffer) }
    ) { $0.exec(at: Scene.buffer) },
  ]

  static let answers: [Case] =
    [1, 2, 3].map { what in Case(description: "INFO \(what)") { $0.info(what) } } + [
      Case(description: "RS_SET_PRIV") { scene in
        scene.call(.rs, .rsSetPrivilege) {
          $0[endpoint: 8] = scene.user
          $0[word: 20] = Scene.buffer
        }
      },
      Case(description: "a memory request") { $0.memoryRequest(1, to: $0.user) },
      Case(description: "a mapping by grant", shortages: [.tables]) {
        $0.memoryRequest(3, to: $0.user)
      },
      Case(description: "a fault") { scene in
        let calls = scene.bench.fault(scene.user, VMBench.heap, [.user, .write])
        let isKilled = calls.contains("KILL \(scene.user) 11")
        return isKilled ? ResultCode.enomem.rawValue : 0
      },
    ]

  @Test(arguments: mappings + processes + answers) func changesNothing(_ test: Case) {
    for shortage in test.shortages {
      let scene = Scene(test.policy)
      test.prepare(scene)
      scene.use(up: shortage)
      let before = scene.bench.snapshot()
      #expect(min(before.freePages, before.freeTables) <= 1)
      #expect(test.call(scene) == ResultCode.enomem.rawValue, "\(shortage)")
      #expect(scene.bench.snapshot() == before, "\(shortage)")
      scene.giveBack()
      let roomy = scene.bench.snapshot()
      #expect(test.call(scene) == 0, "\(shortage)")
      #expect(scene.bench.snapshot() != roomy, "\(shortage)")
    }
  }
}

extension ExhaustionTests.Scene {
  /// EXEC_NEWMEM for the user, by PM: three pages of text.
  fileprivate func exec(at address: UInt32) -> Int32 {
    let sizes: [UInt32] = [0x3000, 0x1000]
    bench.kernel.copiedIn = sizes + Array(repeating: 0, count: 14 - sizes.count)
    return call(.pm, .execNewMemory) {
      $0[endpoint: 8] = user
      $0[word: 12] = 56
      $0[word: 20] = address
    }
  }
}
