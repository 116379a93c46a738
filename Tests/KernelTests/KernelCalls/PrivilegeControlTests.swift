import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// SYS_PRIVCTL (ABI 8.5).
@Suite struct PrivilegeControlTests {
  let bench: Bench
  let service: Guest
  let target: Guest

  init() throws {
    bench = try Bench()
    (service, target) = (try bench.system(11), try bench.system(12))
  }

  private func request(
    _ request: PrivilegeControl, _ endpoint: Endpoint, _ argument: UInt32 = 0
  ) -> Message {
    var message = Message(.privilegeControl, endpoint, request.rawValue)
    message[word: 28] = argument
    return message
  }

  private func make(
    _ what: PrivilegeControl, _ endpoint: Endpoint? = nil, _ argument: UInt32 = 0
  ) -> ResultCode? {
    bench.call(service, request(what, endpoint ?? target.endpoint, argument))
      .map { ResultCode(rawValue: $0.type) }
  }

  private func id(_ guest: Guest) -> PrivilegeID { bench.kernel.processes[guest.slot].privilege }
  private func privilege(_ guest: Guest) -> Privilege { bench.kernel.privileges[id(guest)] }
  private func resources(_ guest: Guest) -> PrivilegeResources {
    bench.kernel.resources[Int(id(guest).rawValue)]
  }

  /// A structure as RS would fill it in.
  private func image(flags: UInt16, id: UInt16 = 0) -> KernelImage {
    var image = KernelImage(byteCount: 476)
    image[short: 4] = id
    image[short: 6] = flags
    image[short: 16] = 0x0C
    image[word: 18] = 1 << 4
    image[word: 22] = 0x1234_5678
    image[word: 26] = 0x9ABC
    image[endpoint: 32] = .vm
    for (count, table, items) in [(104, 108, 2), (364, 368, 2)] as [(Int, Int, Int)] {
      image[word: count] = UInt32(items)
      for item in 0..<items {
        image[word: table + item * 8] = UInt32(item * 0x1000)
        image[word: table + item * 8 + 4] = UInt32(item * 0x1000 + 0xFFF)
      }
    }
    image[word: 448] = 2
    (image[word: 452], image[word: 456]) = (5, 7)
    return image
  }

  private func place(_ image: KernelImage) -> UInt32 {
    bench.write(image.bytes, to: service, at: Place.pair + 0xF00)
    return Place.pair + 0xF00
  }

  @Test func disallowAndAllow() {
    #expect(make(.allow) == .eperm)
    #expect(make(.disallow) == .ok)
    #expect(bench.rts(target) == .noPriv)
    #expect(make(.disallow) == .eperm)
    bench.checkInvariants()
    #expect(bench.resume(target) == nil)
    #expect(make(.allow) == .ok)
    #expect(bench.rts(target).isEmpty)
    #expect(bench.resume(target) != nil)
    bench.checkInvariants()
  }

  @Test func setUser() {
    #expect(make(.setUser) == .eperm)
    let old = id(target)
    _ = make(.disallow)
    #expect(make(.setUser) == .ok)
    #expect(id(target) == .user)
    #expect(bench.kernel.privileges[old].owner == .none)
    #expect(privilege(service).ipcTo & old.bit == 0)
    #expect(make(.allow) == .ok)
    bench.checkInvariants()
    #expect(bench.ipc(target, .receive, .any) == .etrapdenied)
  }

  /// A service's defaults: every trap and call, everyone but users.
  @Test func setSystemByDefault() throws {
    let user = try bench.user(13)
    _ = make(.disallow, user.endpoint)
    #expect(make(.setSystem, user.endpoint) == .ok)
    let new = privilege(user)
    #expect(id(user).rawValue > 14)
    #expect(new.owner == user.slot)
    #expect(new.flags.rawValue == 0x1A)
    #expect(new.trapMask == .all)
    #expect(new.kernelCallMask == .max)
    #expect(new.signalManager == .pm)
    #expect(new.ipcTo & PrivilegeID.user.bit == 0)
    #expect(new.ipcTo & id(service).bit != 0 && privilege(service).ipcTo & id(user).bit != 0)
    #expect(bench.rts(user) == .noPriv)
    #expect(make(.allow, user.endpoint) == .ok)
    #expect(bench.ipc(user, .receive, .any) == .ok)
    bench.checkInvariants()
  }

  /// What the caller describes, with and without the tables that its flags announce.
  @Test(arguments: [0x1A, 0xFA] as [UInt16]) func setSystemAsDescribed(_ flags: UInt16) {
    let before = id(target)
    _ = make(.disallow)
    #expect(make(.setSystem, nil, place(image(flags: flags))) == .ok)
    let new = privilege(target)
    #expect(new.flags.rawValue == flags)
    #expect(new.trapMask.rawValue == 0x0C)
    #expect(new.kernelCallMask == 0x9ABC_1234_5678)
    #expect(new.signalManager == .vm)
    #expect(new.ipcTo == 1 << 4)
    #expect(bench.kernel.privileges[before].owner == (before == id(target) ? target.slot : .none))
    let isFull = flags == 0xFA
    #expect(resources(target).irqs == (isFull ? [5, 7] : []))
    #expect(resources(target).ioRanges.count == (isFull ? 2 : 0))
    #expect(resources(target).memoryRanges.map(\.limit) == (isFull ? [0xFFF, 0x1FFF] : []))
    bench.checkInvariants()
  }

  @Test func staticIDs() {
    _ = make(.disallow)
    // 6 is RS's, which nobody owns here; 4 is PM's; there is no 15 to ask for.
    for (id, result) in [(4, ResultCode.ebusy), (0, .ebusy), (14, .ebusy), (15, .einval)] {
      let argument = place(image(flags: 0x12, id: UInt16(id)))
      #expect(make(.setSystem, nil, argument) == result, "id \(id)")
    }
    #expect(make(.setSystem, nil, place(image(flags: 0x12, id: 0xFFFF))) == .einval)
    #expect(make(.setSystem, nil, place(image(flags: 0x12, id: 6))) == .ok)
    #expect(id(target).rawValue == 6)
    bench.checkInvariants()
  }

  @Test(arguments: [(448, 5), (448, -1), (104, 33), (364, 11), (364, .min)] as [(Int, Int32)])
  func tooManyRanges(_ offset: Int, _ count: Int32) {
    let before = id(target)
    _ = make(.disallow)
    var image = image(flags: 0xFA)
    image[int: offset] = count
    #expect(make(.setSystem, nil, place(image)) == .einval)
    #expect(id(target) == before)
    bench.checkInvariants()
  }

  @Test func noneLeft() throws {
    let user = try bench.user(13)
    for slot in 14..<29 as Range<Int32> { _ = try bench.system(slot) }
    _ = make(.disallow, user.endpoint)
    #expect(make(.setSystem, user.endpoint) == .enospc)
    #expect(id(user) == .user)
  }

  @Test func resourcesAreAdded() {
    var range = KernelImage(byteCount: 8)
    (range[word: 0], range[word: 4]) = (0x3F0, 0x3F7)
    let rows: [(PrivilegeControl, Int, PrivilegeFlags)] = [
      (.addIO, 32, .checksIOPort), (.addMemory, 10, .checksMemory), (.addIRQ, 4, .checksIRQ),
    ]
    for (what, capacity, flag) in rows {
      let argument = place(range)
      for _ in 0..<capacity { #expect(make(what, nil, argument) == .ok) }
      #expect(make(what, nil, argument) == .enomem)
      #expect(privilege(target).flags.contains(flag))
    }
    #expect(resources(target).irqs == [0x3F0, 0x3F0, 0x3F0, 0x3F0])
    #expect(resources(target).ioRanges.last?.limit == 0x3F7)
    _ = make(.disallow)
    for (what, _, _) in rows { #expect(make(what, nil, place(range)) == .eperm) }
  }

  @Test func queryMemory() {
    var range = KernelImage(byteCount: 8)
    (range[word: 0], range[word: 4]) = (0xA0000, 0xBFFFF)
    #expect(make(.addMemory, nil, place(range)) == .ok)
    let rows: [(UInt32, UInt32, ResultCode)] = [
      (0xA0000, 0x20000, .ok), (0xA1000, 1, .ok), (0xA0000, 0x20001, .eperm),
      (0x9FFFF, 2, .eperm), (0xBFFFF, .max, .eperm), (0xA0000, 0, .eperm),
    ]
    for (start, count, result) in rows {
      var message = request(.queryMemory, target.endpoint)
      (message[word: 20], message[word: 24]) = (start, count)
      #expect(bench.call(service, message)?.type == result.rawValue, "\(start) \(count)")
    }
  }

  @Test func refusals() throws {
    let user = try bench.user(13)
    for nobody in [Endpoint.none, .rs, Endpoint(rawValue: 12)] {
      #expect(make(.allow, nobody) == .einval)
    }
    for what in PrivilegeControl.allCases { #expect(make(what, .clock) == .eperm) }
    for number in [0, 9, -1] as [Int32] {
      let message = Message(.privilegeControl, target.endpoint, number)
      #expect(bench.call(service, message)?.type == ResultCode.einval.rawValue)
    }
    for what in [PrivilegeControl.addIO, .addMemory, .addIRQ] {
      #expect(make(what, user.endpoint, Place.message) == .eperm)
      #expect(make(what, nil, 0xEFFF_FFFF) == .efault)
    }
    _ = make(.disallow)
    #expect(make(.setSystem, nil, 0xEFFF_FFF0) == .efault)
    bench.checkInvariants()
  }

  /// "EPERM unless … its privilege structure is owned."
  @Test func allowNeedsAnOwner() {
    _ = make(.disallow)
    let owner = privilege(target).owner
    bench.kernel.privileges[id(target)].owner = .none
    #expect(make(.allow) == .eperm)
    #expect(bench.rts(target) == .noPriv)
    bench.kernel.privileges[id(target)].owner = owner
    #expect(make(.allow) == .ok)
  }

  /// SELF is the caller, who can take away his own privileges, and not give them back.
  @Test func itself() {
    bench.write(request(.disallow, .itself), to: service, at: Place.message)
    bench.trapKernelCall(service, at: Place.message)
    #expect(bench.rts(service) == .noPriv)
    #expect(bench.read(service).type == 0)
    #expect(bench.resume(service) == nil)
    bench.checkInvariants()
  }

  /// A structure of somebody's own who is no system process: it is given out again when he is gone.
  @Test func notASystemProcess() throws {
    _ = make(.disallow)
    #expect(make(.setSystem, nil, place(image(flags: 0x0A))) == .ok)
    _ = make(.allow)
    let own = id(target)
    #expect(privilege(target).owner == target.slot)
    #expect(!privilege(target).flags.contains(.systemProcess))
    // It may not do what only those may.
    bench.kernel.privileges[own].kernelCallMask = .max
    for call in [
      KernelCallNumber.setAlarm, .virtualTimer, .scheduleControl, .privilegeControl,
    ] {
      #expect(bench.call(target, Message(call, service.endpoint, 1))?.type == -1, "\(call)")
    }
    #expect(bench.ipc(target, .senda, Endpoint(rawValue: 1), at: Place.pair) == .eperm)
    bench.call(.pm, Message(.clear, target.endpoint))
    #expect(bench.kernel.privileges[own].owner == .none)
    bench.checkInvariants()
  }

  /// What was notified under an id is not the next owner's word.
  @Test(arguments: [PrivilegeControl.setUser, .setSystem])
  func notificationsOfAFormerOwner(_ what: PrivilegeControl) throws {
    let (listener, old) = (try bench.system(13), id(target))
    #expect(bench.ipc(target, .notify, listener.endpoint) == .ok)
    _ = make(.disallow)
    #expect(make(what) == .ok)
    bench.checkInvariants()
    let next = try bench.system(14)
    #expect(what == .setUser ? id(next) == old : id(next).rawValue > 14)
    bench.ipc(listener, .receive, .any)
    #expect(bench.rts(listener) == .receiving)
  }

  /// A service that manages its own signals dies like any other when it must.
  @Test func aServiceThatManagesItself() {
    _ = make(.disallow)
    var image = image(flags: 0x1A)
    image[endpoint: 32] = .itself
    #expect(make(.setSystem, nil, place(image)) == .ok)
    _ = make(.allow)
    #expect(bench.call(service, Message(.kill, target.endpoint, 15))?.type == 0)
    #expect(bench.rts(target).isEmpty)
    #expect(
      privilege(target).pendingSignals & FaultDelivery.message.signals.signalForManager.bit != 0)
    bench.trap(target) { $0.vector = 13 }
    #expect(bench.kernel.failure == nil)
    #expect(bench.rts(target) == [.signaled, .sigPending])
    #expect(bench.fetchSignal().victim == target.endpoint)
  }
}
