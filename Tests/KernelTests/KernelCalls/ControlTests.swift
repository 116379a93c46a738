import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// What the calls about other processes do when they succeed: RUNCTL, KILL, GETKSIG, ENDKSIG, VMCTL.
@Suite struct ControlTests {
  let bench: Bench
  let service: Guest
  let user: Guest

  init() throws {
    bench = try Bench()
    (service, user) = (try bench.system(11), try bench.user(12))
  }

  @Test func runctlStopsAndResumes() {
    #expect(bench.call(service, Message(.runControl, user.endpoint, 0))?.type == 0)
    #expect(bench.rts(user) == .procStop)
    bench.checkInvariants()
    #expect(bench.resume(user) == nil)
    #expect(bench.call(service, Message(.runControl, user.endpoint, 0))?.type == 0)
    #expect(bench.call(service, Message(.runControl, user.endpoint, 1))?.type == 0)
    #expect(bench.rts(user).isEmpty)
    #expect(bench.call(service, Message(.runControl, user.endpoint, 1))?.type == 0)
    bench.checkInvariants()
    #expect(bench.resume(user) != nil)
  }

  @Test func aProcessMayStopItself() {
    #expect(bench.call(service, Message(.runControl, service.endpoint, 0))?.type == 0)
    #expect(bench.rts(service) == .procStop)
    bench.checkInvariants()
  }

  /// A stopped process receives, but doesn't run.
  @Test func aStoppedProcessStillReceives() throws {
    let other = try bench.system(13)
    bench.ipc(service, .receive, .any)
    bench.call(.pm, Message(.runControl, service.endpoint, 0))
    #expect(bench.rts(service) == [.receiving, .procStop])
    bench.send(other, .send, service.endpoint, type: 5)
    #expect(bench.rts(service) == .procStop)
    bench.call(.pm, Message(.runControl, service.endpoint, 1))
    #expect(bench.received(service)?.type == 5)
    bench.checkInvariants()
  }

  /// RC_DELAY on a blocked sender: EBUSY, then SIGSNDELAY when the message has been taken.
  @Test func stopWithDelay() throws {
    let other = try bench.system(13)
    bench.send(service, .send, other.endpoint, type: 5)
    #expect(bench.call(.pm, Message(.runControl, service.endpoint, 0, 1)) == .ebusy)
    #expect(bench.call(.pm, Message(.runControl, service.endpoint, 0, 1)) == .ebusy)
    #expect(bench.rts(service) == .sending)
    bench.ipc(other, .receive, .any)
    #expect(bench.rts(service) == [.signaled, .sigPending])
    #expect(!bench.misc(service).contains(.signalDelay))
    #expect(bench.fetchSignal() == (service.endpoint, Signal.sendDelay.bit))
    #expect(bench.call(.pm, Message(.runControl, service.endpoint, 0, 1)) == .ok)
    bench.checkInvariants()
  }

  /// A call that waits for VM to be made again has its registers in use, as a blocked sender's: a
  /// handler's frame must not be built before it has been made.
  @Test(arguments: [ResultCode.ok, .efault], [true, false])
  func stopWithDelayBeforeTheFetch(_ answer: ResultCode, _ isTaken: Bool) throws {
    let other = try bench.system(13)
    if isTaken { bench.ipc(other, .receive, .any) }
    bench.ipc(service, .send, other.endpoint, at: Place.absent)
    #expect(bench.call(.pm, Message(.runControl, service.endpoint, 0, 1)) == .ebusy)
    #expect(bench.rts(service) == .vmRequest)
    #expect(bench.misc(service).contains(.signalDelay))
    bench.checkInvariants()
    if answer == .ok { bench.map(Place.absent, of: service) }
    bench.serveMemoryRequest(
      of: service, at: Place.absent, byteCount: 36, isWrite: false, answer)
    #expect(bench.call(.pm, Message(.runControl, service.endpoint, 0, 1)) == .ebusy, "not yet made")
    #expect(bench.resume(service) == nil)
    if answer == .ok, !isTaken {
      #expect(bench.rts(service) == .sending)
      #expect(bench.misc(service).contains(.signalDelay))
      bench.checkInvariants()
      bench.ipc(other, .receive, .any)
    }
    #expect(bench.rts(service) == [.signaled, .sigPending])
    #expect(bench.result(service) == answer)
    #expect(!bench.misc(service).contains(.signalDelay))
    #expect(bench.fetchSignal() == (service.endpoint, Signal.sendDelay.bit))
    #expect(bench.call(.pm, Message(.runControl, service.endpoint, 0, 1)) == .ok)
    bench.checkInvariants()
  }

  /// A signal is raised once until it is fetched; the manager is told once until it has fetched.
  @Test func signalsCollect() {
    let (term, hup) = (Signal.terminate, Signal.hangup)
    for signal in [term, hup, term] {
      #expect(bench.call(service, Message(.kill, user.endpoint, signal.rawValue))?.type == 0)
    }
    #expect(bench.rts(user) == [.signaled, .sigPending])
    #expect(bench.take(.pm).count == 1)
    #expect(bench.fetchSignal() == (user.endpoint, term.bit | hup.bit))
    #expect(bench.rts(user) == .sigPending)
    // A new one before the manager is done keeps the process where it is.
    bench.call(service, Message(.kill, user.endpoint, term.rawValue))
    #expect(bench.rts(user) == [.signaled, .sigPending])
    #expect(bench.call(.pm, Message(.endKernelSignal, user.endpoint)) == .ok)
    #expect(bench.rts(user) == [.signaled, .sigPending])
    #expect(bench.fetchSignal() == (user.endpoint, term.bit))
    #expect(bench.call(.pm, Message(.endKernelSignal, user.endpoint)) == .ok)
    #expect(bench.rts(user).isEmpty)
    #expect(bench.kernel.statistics.signals[15] == 2)
    bench.checkInvariants()
  }

  /// By slot; and only those whom the caller manages.
  @Test func getksigGoesBySlot() throws {
    let other = try bench.user(20)
    for guest in [other, service, user] { bench.call(.pm, Message(.kill, guest.endpoint, 1)) }
    #expect(bench.call(.vm, Message(.getKernelSignal, .none)) == .ok)
    var request = Message(.getKernelSignal, user.endpoint)
    #expect(bench.kernel.kernelCall(&request, from: .vm) == .ok)
    #expect(request[endpoint: 8] == .none)
    for guest in [service, user, other] { #expect(bench.fetchSignal().victim == guest.endpoint) }
    #expect(bench.fetchSignal().victim == .none)
  }

  /// A blocked process stays blocked, and gets its signal all the same.
  @Test func aBlockedProcessIsSignaled() {
    bench.send(user, .sendrec, .pm, type: 1)
    bench.call(.pm, Message(.kill, user.endpoint, 15))
    #expect(bench.rts(user) == [.receiving, .signaled, .sigPending])
    #expect(
      bench.kernel.sendWithoutBlocking(Message(type: 3), from: .pm, to: user.endpoint) == .ok)
    #expect(bench.rts(user) == [.signaled, .sigPending])
    _ = bench.fetchSignal()
    bench.call(.pm, Message(.endKernelSignal, user.endpoint))
    #expect(bench.received(user)?.type == 3)
    bench.checkInvariants()
  }

  @Test func directories() throws {
    let directory = bench.kernel.processes[user.slot].directory
    let reply = try #require(bench.call(service, Message(.getCR3, who: user.endpoint)))
    #expect(reply.type == 0)
    #expect(reply.vmControlValue == directory.rawValue)
    #expect(bench.vmControl(.setCR3, user.endpoint, 0) == .ok)
    #expect(!bench.misc(user).contains(.fullVM))
    #expect(bench.kernel.processes[user.slot].directory.rawValue == 0)
    // Without page tables there is no memory either; frame 0 is nobody's directory.
    bench.map(Place.nowhere, of: service, to: PhysicalAddress(0))
    let forged = PageDirectoryEntry(table: PhysicalAddress(0)).rawValue
    bench.tables.memory.storeWord(forged, at: PhysicalAddress(0))
    #expect(
      bench.kernel.translate(LinearAddress(0), of: user.slot, isWrite: false) == nil)
    #expect(bench.vmControl(.setCR3, user.endpoint, directory.rawValue) == .ok)
    #expect(bench.misc(user).contains(.fullVM))
    // A directory has the stub's entries from now on.
    let entry = StubMappings.entry(at: 0x3C0)
    #expect(entry.isPresent)
    #expect(bench.tables.load(directory + 0x3C0 * 4) == entry.rawValue)
  }

  @Test func stackPointerAndFlush() throws {
    let esp = try #require(bench.resume(user)).registers.frame.esp
    #expect(bench.vmControl(.incrementStackPointer, user.endpoint, 0x100) == .ok)
    #expect(bench.resume(user)?.registers.frame.esp == esp + 0x100)
    bench.vmControl(.incrementStackPointer, user.endpoint, UInt32(bitPattern: -0x100))
    #expect(bench.resume(user)?.registers.frame.esp == esp)
    let before = bench.tables.edits.requiresDirectoryReload
    #expect(bench.vmControl(.flushTLB, .itself) == .ok)
    let after = bench.tables.edits.requiresDirectoryReload
    #expect((before, after) == (false, true))
  }

  @Test func vmInhibitIsLiftedBySetCR3() throws {
    let endpoint = try #require(
      bench.kernel.createProgram(
        in: ProcessSlot(rawValue: 14), name: "inhibit", isSystem: false, entry: LinearAddress(1),
        stackPointer: LinearAddress(2), priority: 8, waitsForScheduler: true))
    let guest = Guest(endpoint: endpoint)
    #expect(bench.rts(guest) == [.vmInhibit, .noQuantum])
    bench.vmControl(.setCR3, endpoint, bench.kernel.processes[user.slot].directory.rawValue)
    #expect(bench.rts(guest) == .noQuantum)
    bench.call(.pm, Message(.scheduleControl, endpoint))
    #expect(bench.call(.pm, Message(.schedule, endpoint, 8, 8)) == .ok)
    #expect(bench.rts(guest).isEmpty)
    bench.checkInvariants()
  }
}
