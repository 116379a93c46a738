import I386
import MinixABI
import TestSupport
import Testing

@testable import VMServer

/// Random calls with random and with likely fields, from everybody who may make any.
@Suite struct RandomCallTests {
  private static let slots: Range<Int32> = 11..<16
  private static let results: Set<Int32> = [
    0, -1, -3, -6, -11, -12, -14, -22, -28, -38,
  ]

  private var generator: SeededGenerator
  private let bench = VMBench(frames: 300, tables: 24)

  init() { generator = SeededGenerator(seed: 0) }

  private func endpoint(_ slot: Int32) -> Endpoint {
    Endpoint(generation: 1, slot: ProcessSlot(rawValue: slot))
  }

  private mutating func prepare(_ seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    bench.kernel.copiedIn = [.max, .max]
    bench.kernel.isMemoryAllowed = true
    for server in [Endpoint.tty, .rs] { bench.vm.createAddressSpace(for: server) }
    for slot in Self.slots { revive(slot) }
  }

  /// Puts a process into an empty slot; whoever is there may make all calls.
  private func revive(_ slot: Int32) {
    if bench.vm.slot(of: endpoint(slot)) == nil { _ = bench.process(slot) }
    bench.vm.spaces[Int(slot)].calls = CallSet(low: .max, high: .max)
  }

  /// A field: somebody, an address where something is or is not, a length, flags, or anything at all.
  private mutating func field() -> UInt32 {
    let some = endpoint(Int32.random(in: Self.slots, using: &generator))
    let starts = bench.regions(some).map(\.start.rawValue)
    switch Int.random(in: 0..<12, using: &generator) {
    case 0..<3: return UInt32(bitPattern: some.rawValue)
    case 3..<6: return starts.randomElement(using: &generator) ?? 0
    case 6..<9: return UInt32.random(in: 0...20, using: &generator) << 12
    case 9: return UInt32.random(in: 0...0xFF, using: &generator)
    case 10:
      return [0, 1, 4095, UInt32(bitPattern: Endpoint.itself.rawValue), 0xF000_0000, .max]
        .randomElement(using: &generator) ?? 0
    default: return .random(in: 0 ... .max, using: &generator)
    }
  }

  private mutating func request() -> Message {
    // FORK makes processes that nobody here knows; `MemoryModelTests` has it.
    let number =
      VMCallNumber.allCases.filter { $0 != .fork }.randomElement(using: &generator) ?? .mmap
    var message = Message(type: number.messageType)
    for word in 2..<9 { message.words[word] = field() }
    if Int.random(in: 0..<4, using: &generator) > 0 { makeLikely(number, &message) }
    return message
  }

  /// Gives a request fields that can succeed: a process, one of its regions, another process.
  private mutating func makeLikely(_ number: VMCallNumber, _ message: inout Message) {
    let one = endpoint(Int32.random(in: Self.slots, using: &generator))
    let other = endpoint(Int32.random(in: Self.slots, using: &generator))
    let all = bench.regions(one)
    let shared = all.filter { $0.flags.contains(.shared) }
    guard let region = shared.randomElement(using: &generator) ?? all.first else { return }
    message[endpoint: 8] = one
    switch number {
    case .mmap:
      message[short: 8] = 0
      message[short: 10] = Int16.random(in: 0...0xFF, using: &generator) | 4
      message[int: 12] = -1
      message[word: 20] = 0
      message[word: 24] = UInt32.random(in: 1...20, using: &generator) << 12
    case .remap:
      (message[endpoint: 8], message[endpoint: 12]) = (other, one)
      (message[word: 16], message[word: 20]) = (region.byteCount, 0)
      message[word: 24] = region.start.rawValue
    case .mapPhysical, .info:
      message[endpoint: number == .info ? 12 : 8] = number == .info ? one : .itself
      if number == .info { message[int: 8] = Int32.random(in: 1...3, using: &generator) }
      if number == .mapPhysical { message[word: 12] = 0x3000 }
    case .unmapPhysical:
      let direct = all.first { $0.flags.contains(.direct) } ?? region
      message[word: 20] = direct.start.rawValue
    case .rsUpdate: message[endpoint: 12] = other
    case .addDMA, .deleteDMA: (message[word: 20], message[word: 24]) = (0x1000, 0x1000)
    default: message[word: 20] = region.start.rawValue
    }
  }

  /// Every call is answered by a result that it can have; a refused one leaves everything as it was, save
  /// for a page that was made for a buffer; nothing is lost.
  @Test(arguments: ModelTests.seeds) mutating func everybody(_ seed: UInt64) {
    print("random calls: FAULTLINE_SEED=\(seed)")
    prepare(seed)
    var succeeded: Set<VMCallNumber> = []
    for step in 0..<2_500 {
      let callers = Self.slots.map { endpoint($0) } + [.pm, .tty, .rs]
      guard let caller = callers.randomElement(using: &generator) else { return }
      let message = request()
      let before = step % 8 == 0 ? bench.snapshot() : nil
      let reply = bench.call(caller, message)
      #expect(reply.map { Self.results.contains($0.type) } == true, "step \(step), seed \(seed)")
      if reply?.type == 0, let call = VMCallNumber(rawValue: message.type - 0xC00) {
        succeeded.insert(call)
      } else if let before, message.type != VMCallNumber.info.messageType {
        #expect(bench.snapshot() == before, "step \(step), seed \(seed)")
      }
      if let page = bench.regions(caller).randomElement(using: &generator)?.start.rawValue {
        _ = bench.fault(caller, page, Bool.random(using: &generator) ? [.user] : [.user, .write])
      }
      for slot in Self.slots { revive(slot) }
      if step % 20 == 0 {
        let mapped = bench.vm.pageCount(of: callers)
        #expect(mapped == bench.pagesUsed + bench.tablesUsed, "step \(step), seed \(seed)")
      }
    }
    // Of the seeds that are always the same it is known that they reach all of these.
    let expected: Set<VMCallNumber> = [
      .willExit, .exit, .mmap, .munmap, .mapPhysical, .unmapPhysical, .remap, .sharedUnmap,
      .getPhysical, .getReference, .info, .addDMA, .queryExit, .notifySignal, .rsUpdate,
    ]
    #expect(seed > 2 || succeeded.isSuperset(of: expected), "seed \(seed)")
    for process in Self.slots.map({ endpoint($0) }) + [.tty, .rs] {
      #expect(bench.end(process) == [0, 0])
    }
    #expect((bench.pagesUsed, bench.tablesUsed) == (0, 0), "seed \(seed)")
    #expect(bench.kernel.presentCount == 0)
  }
}
