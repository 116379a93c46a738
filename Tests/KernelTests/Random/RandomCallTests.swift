import Foundation
import Machine
import MinixABI
import TestSupport
import Testing

@testable import Kernel

/// Kernel calls with random numbers and fields, by services that may make them all: whatever they
/// ask for, the kernel answers or lets them wait, and its books agree.
@Suite struct RandomCallTests {
  static var seeds: [UInt64] { RandomRunTests.seeds }

  @Test(arguments: seeds) func nothingBreaks(_ seed: UInt64) throws {
    print("kernel random calls: FAULTLINE_SEED=\(seed)")
    var run = try RandomCalls(seed: seed)
    for step in 0..<4_000 {
      try run.step()
      run.bench.checkInvariants("at step \(step) of FAULTLINE_SEED=\(seed): \(run.history)")
    }
    // Of most calls some were granted.
    #expect(run.granted.count > 15, "\(run.granted.map(\.name).sorted())")
  }
}

/// Services that call, users that they call about, and a VM that answers at random.
struct RandomCalls {
  private(set) var bench: Bench
  private var generator: SeededGenerator
  private var guests: [Guest] = []
  private var log: [String] = []
  /// The calls that have answered OK at least once.
  private(set) var granted: Set<KernelCallNumber> = []

  var history: String { log.suffix(6).joined(separator: "; ") }

  init(seed: UInt64) throws {
    bench = try Bench(processCapacity: 40)
    generator = SeededGenerator(seed: seed)
    try begin()
  }

  private mutating func begin() throws {
    bench = try Bench(processCapacity: 40)
    guests = try (11..<15).map { try bench.system($0) } + (15..<18).map { try bench.user($0) }
    for guest in guests.prefix(4) {
      bench.grant(guest, guests.map { .direct(to: $0.endpoint, Place.message, 0x1000) })
    }
    log = []
  }

  private mutating func pick<Choices: Collection>(_ choices: Choices) -> Choices.Element {
    // No collection here is empty.
    choices[
      choices.index(
        choices.startIndex, offsetBy: Int.random(in: 0..<choices.count, using: &generator))]
  }

  mutating func step() throws {
    let callers = guests.filter {
      bench.rts($0).isEmpty && bench.kernel.processes[$0.slot].privilege != .user
    }
    // When nobody can go on, or the run has ended, there is a new one.
    let servers = [Endpoint.pm, .vm].compactMap { bench.kernel.processes.slot(of: $0) }
    guard !callers.isEmpty, servers.count == 2, bench.kernel.failure == nil,
      bench.kernel.shutdown == nil
    else { return try begin() }
    let caller = pick(callers)
    guard bench.resume(caller) != nil else { return vmAnswers() }
    let call = pick(KernelCallNumber.allCases)
    let request = request(call)
    log.append("\(caller) \(call.name) \((0..<9).map { request[int: 4 * $0] })")
    bench.write(request, to: caller, at: Place.message)
    bench.trapKernelCall(caller, at: Place.message)
    if bench.rts(caller).isEmpty, bench.read(caller).type == 0 { granted.insert(call) }
    if Int.random(in: 0..<4, using: &generator) == 0 { vmAnswers() }
    if Int.random(in: 0..<8, using: &generator) == 0 { pmActs() }
  }

  /// Fields that often make sense, and sometimes none.
  private mutating func request(_ call: KernelCallNumber) -> Message {
    var message = Message(type: call.messageType)
    for offset in stride(from: 8, to: 36, by: 4) {
      switch Int.random(in: 0..<10, using: &generator) {
      case 0..<3: message[endpoint: offset] = pick(guests).endpoint
      case 3: message[endpoint: offset] = pick([.itself, .none, .any, .clock, .idle, .vfs])
      case 4..<7:
        message[word: offset] = pick([
          Place.message, Place.pair, Place.pair + 0xFF0, Place.readOnly, Place.absent,
          Place.nowhere, 0xEFFF_FFF0, 0xF000_0000,
        ])
      case 7, 8: message[int: offset] = Int32.random(in: 0..<20, using: &generator)
      default:
        message[int: offset] = pick([-1, .min, .max, 0x0401_0001, 0x1001, 4096, 64, 584, 1 << 24])
      }
    }
    // The field that says about whom mostly does.
    if Bool.random(using: &generator) { message[endpoint: 8] = pick(guests).endpoint }
    if Bool.random(using: &generator) {
      message[int: 12] = Int32.random(in: -1..<14, using: &generator)
    }
    return message
  }

  private mutating func vmAnswers() {
    for guest in guests where bench.rts(guest).contains(.vmRequest) {
      var message = Message(.memoryRequestGet, who: .itself)
      _ = bench.kernel.kernelCall(&message, from: .vm)
      bench.answer(guest.endpoint, pick([.ok, .efault, .enomem]))
    }
    bench.deliveries = []
  }

  private mutating func pmActs() {
    // Somebody may just have ended it.
    guard bench.kernel.processes.slot(of: .pm) != nil else { return }
    log.append("PM acts")
    for guest in guests {
      bench.call(.pm, Message(.runControl, guest.endpoint, 1))
      bench.call(.pm, Message(.trace, guest.endpoint, TraceRequest.resume.rawValue))
      bench.call(
        .pm, Message(.privilegeControl, guest.endpoint, PrivilegeControl.allow.rawValue))
    }
    while bench.fetchSignal().victim != .none {}
    for guest in guests { bench.call(.pm, Message(.endKernelSignal, guest.endpoint)) }
    bench.deliveries = []
  }
}
