import I386
import Machine
import MinixABI
import TestSupport
import Testing

@testable import Kernel

/// A run of random traps, kernel calls, faults, births and deaths, from a seed.
struct RandomRun {
  let bench: Bench
  private var generator: SeededGenerator
  private var guests: [Guest] = []
  private var log: [String] = []
  /// Faults and memory requests that VM has and has not answered.
  private var faulted: [Endpoint] = []
  private var requested: [Endpoint] = []

  init(seed: UInt64) throws {
    bench = try Bench(memory: 64 << 20, processCapacity: 40)
    generator = SeededGenerator(seed: seed)
    for slot in 11..<23 as Range<Int32> { try create(in: slot) }
  }

  /// The last steps, for whoever wants to know how it came to this.
  var history: String { log.suffix(12).joined(separator: "; ") }

  private mutating func create(in slot: Int32) throws {
    let guest =
      slot % 3 == 0
      ? try bench.user(slot, scheduledBy: Bool.random(using: &generator) ? .pm : .none)
      : try bench.system(slot)
    guests.append(guest)
  }

  private mutating func pick<Choices: Collection>(_ choices: Choices) -> Choices.Element? {
    choices.randomElement(using: &generator)
  }

  /// One thing happens.
  mutating func step() throws {
    guard let guest = pick(guests) else { return }
    let runnable = guests.filter { bench.rts($0).isEmpty }
    switch Int.random(in: 0..<100, using: &generator) {
    case 0..<60: trap(pick(runnable) ?? guest)
    case 60..<75: vmActs()
    case 75..<80: pmActs()
    case 80..<96: serversAct()
    default: try endAndBegin(pick(guests.filter { !bench.rts($0).isEmpty }) ?? guest)
    }
    listen()
  }

  // MARK: Ring 3

  private mutating func trap(_ guest: Guest) {
    guard bench.resume(guest) != nil else {
      log.append("\(guest) can't run")
      return
    }
    let isAny = Bool.random(using: &generator)
    let peers = guests.map(\.endpoint) + [.pm, .vfs, .vm, .system, .none]
    guard let peer = pick(peers),
      let buffer = pick([
        Place.message, Place.message, Place.message + 5, Place.pair + 0xFF0, Place.pair,
        Place.readOnly, Place.absent,
        Place.nowhere, 0xEFFF_FFF0,
      ])
    else { return }
    let ticks: UInt32 = pick([0, 0, 0, 0, 1, 9]) ?? 0
    switch Int.random(in: 0..<10, using: &generator) {
    case 0:
      log.append("\(guest) faults, \(ticks) ticks")
      bench.fault(
        guest, at: 0x5000, eip: UInt32.random(in: 0..<1 << 20, using: &generator),
        ticks: ticks)
    case 1:
      log.append("\(guest) computes")
      bench.tick(guest, UInt32.random(in: 1...9, using: &generator))
    case 2:
      log.append("\(guest) kernel call at \(hexadecimal(buffer))")
      if bench.physical(guest, buffer) != nil, bench.physical(guest, buffer &+ 35) != nil {
        bench.write(randomRequest(), to: guest, at: buffer)
      }
      bench.trapKernelCall(guest, at: buffer)
    default:
      let call = pick([1, 2, 2, 2, 3, 4, 5, 5, 6] as [UInt32]) ?? 1
      let source = call == 2 && isAny ? .any : peer
      log.append("\(guest) call \(call) \(source) at \(hexadecimal(buffer)), \(ticks) ticks")
      bench.ipc(guest, call, source, at: buffer, ticks: ticks)
    }
  }

  private mutating func randomRequest() -> Message {
    // The servers are left alone: without them everything would soon stand still.
    let peer = pick(guests)?.endpoint ?? .none
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: return Message(.kill, peer, Int32.random(in: 1..<26, using: &generator))
    case 1: return Message(.runControl, peer, 0, Int32.random(in: 0...1, using: &generator))
    case 2: return Message(.runControl, peer, 1)
    case 3: return Message(.scheduleControl, peer)
    case 4: return Message(.schedule, peer, Int32.random(in: -1...16, using: &generator), 4)
    case 5: return Message(.exit, peer)
    default:
      var message = Message(type: KernelCallNumber.virtualCopy.messageType)
      message[endpoint: 12] = peer
      message[endpoint: 16] = .itself
      message[word: 20] = pick([Place.pair, Place.absent]) ?? 0
      message[word: 24] = pick([Place.pair, Place.readOnly]) ?? 0
      message[word: 28] = 40
      return message
    }
  }

  // MARK: The servers

  private mutating func vmActs() {
    while let request = bench.memoryRequest() { requested.append(request[endpoint: 28]) }
    for _ in 0..<4 { vmAnswers() }
  }

  private mutating func vmAnswers() {
    if Bool.random(using: &generator), let index = pick(faulted.indices) {
      let endpoint = faulted.remove(at: index)
      log.append("VM clears the fault of \(endpoint)")
      bench.vmControl(.clearPageFault, endpoint)
    } else if let index = pick(requested.indices) {
      let endpoint = requested.remove(at: index)
      let result: ResultCode = pick([.ok, .efault, .enomem]) ?? .ok
      log.append("VM answers \(endpoint): \(result)")
      if result == .ok, let guest = guests.first(where: { $0.endpoint == endpoint }) {
        open(guest)
      }
      bench.answer(endpoint, result)
    }
  }

  /// Makes everything writable that the process may name, as VM would.
  private func open(_ guest: Guest) {
    let request = bench.kernel.processes[guest.slot].request
    guard let target = guests.first(where: { $0.endpoint == request.target }) else { return }
    var page = request.start.pageStart.rawValue
    while page < request.start.rawValue &+ request.byteCount {
      bench.map(page, of: target, to: bench.physical(target, page))
      page += 4096
    }
  }

  private mutating func pmActs() {
    let (victim, _) = bench.fetchSignal()
    if victim != .none {
      log.append("PM ends the signals of \(victim)")
      bench.call(.pm, Message(.endKernelSignal, victim))
    }
    guard let guest = pick(guests) else { return }
    log.append("PM resumes and schedules \(guest)")
    bench.call(.pm, Message(.runControl, guest.endpoint, 1))
    bench.call(.pm, Message(.endKernelSignal, guest.endpoint))
    bench.call(.pm, Message(.schedule, guest.endpoint, 8, 8))
  }

  private mutating func serversAct() {
    guard var guest = pick(guests), var server = pick([Endpoint.pm, .vfs, .vm]) else { return }
    // Mostly it is one who waits for that.
    let waiting = guests.filter { bench.rts($0) == .receiving }
    if let waiter = pick(waiting) {
      guest = waiter
      let wanted = bench.kernel.processes[waiter.slot].getFrom
      if [.pm, .vfs, .vm].contains(wanted) { server = wanted }
    }
    if Bool.random(using: &generator) {
      log.append("\(server) notifies \(guest)")
      bench.kernel.notify(from: server, to: guest.endpoint)
    } else {
      log.append("\(server) answers \(guest)")
      bench.kernel.sendWithoutBlocking(Message(type: 0), from: server, to: guest.endpoint)
    }
  }

  private mutating func endAndBegin(_ guest: Guest) throws {
    guard guests.count > 6, bench.rts(guest) != .slotFree else { return }
    log.append("\(guest) dies")
    bench.call(.pm, Message(.clear, guest.endpoint))
    guests.removeAll { $0 == guest }
    faulted.removeAll { $0 == guest.endpoint }
    try create(in: guest.slot.rawValue)
  }

  /// VM takes note of the faults that have reached it; the others' messages are dropped.
  private mutating func listen() {
    for delivery in bench.take(.vm) where delivery.status.isFromKernel {
      if delivery.message.type == 0xCFF { faulted.append(delivery.message.source) }
    }
    bench.deliveries = []
  }
}
