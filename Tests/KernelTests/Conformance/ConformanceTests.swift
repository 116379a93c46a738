import MinixABI
import Testing

@testable import Kernel

/// The ABI's table of kernel calls (8.3 to 8.9, 6), each with its success and every documented error,
/// and the state of both processes afterwards.
@Suite struct ConformanceTests {
  static let rows: [CallRow] =
    CallRow.processes + CallRow.privileges + CallRow.signals + CallRow.memory + CallRow.grants
    + CallRow.information + CallRow.devices + CallRow.paging

  @Test(arguments: rows) func row(_ row: CallRow) throws {
    let scene = try Scene()
    let bench = scene.bench
    let request = try row.request(scene)
    _ = bench.resume(scene.caller)
    let target = scene.target.slot
    let bystander = scene.target == scene.other ? scene.user : scene.other
    let before = bench.kernel.processes[target]
    let bystandersFlags = (bench.rts(bystander), bench.misc(bystander))
    let callersMisc = bench.misc(scene.caller)
    let reply = try #require(bench.call(scene.caller, request))
    #expect(bench.rts(scene.caller) == row.callerRTS)
    #expect(bench.misc(scene.caller) == callersMisc)
    #expect(bench.result(scene.caller).rawValue == Int32(Place.message), "EAX is preserved")
    #expect(bench.kernel.processes[scene.caller.slot].callerQueueHead == .none)
    if let result = row.result {
      #expect(reply.type == result.rawValue, "\(ResultCode(rawValue: reply.type))")
      #expect(reply.source == .system)
    } else {
      #expect(reply == request)
    }
    let after = bench.kernel.processes[target]
    #expect(after.rts == row.rts ?? before.rts)
    #expect(after.misc == row.misc ?? before.misc)
    #expect(after.callerQueueHead == before.callerQueueHead)
    #expect((bench.rts(bystander), bench.misc(bystander)) == bystandersFlags)
    bench.checkInvariants()
    // What is not suspended has no memory request left behind.
    #expect(bench.memoryRequest() == nil)
  }

  /// Nothing is left out: every call, and for each exactly the answers that the ABI documents.
  @Test func theTableIsComplete() {
    for call in KernelCallNumber.allCases {
      let found = Set(Self.rows.filter { $0.call == call }.map { $0.result ?? .edontreply })
      let documented = Set(Self.documented[call] ?? [])
      #expect(found == documented, "\(call.name)")
      #expect(!documented.isEmpty, "\(call.name)")
    }
  }

  /// ABI 8.4 to 8.9, 6, and docs/readings.md. Elsewhere are the errors of the dispatcher (8.1,
  /// `RefusedCallTests`); calls that have to wait for VM (`AbsentMemoryTests`, `SafeMapTests`), and
  /// what only a resident server or a guest in VFS's place can do (`GrantTests`).
  static let documented: [KernelCallNumber: [ResultCode]] = [
    .fork: [.ok, .einval, .efault], .exec: [.ok, .einval], .clear: [.ok, .einval, .eperm],
    .schedule: [.ok, .eperm, .einval],
    .privilegeControl: [.ok, .eperm, .einval, .ebusy, .enospc, .enomem, .efault],
    .trace: [.ok, .einval, .eperm, .efault], .kill: [.ok, .einval, .eperm],
    .getKernelSignal: [.ok], .endKernelSignal: [.ok, .einval, .eperm],
    .signalSend: [.ok, .einval, .eperm, .efault], .signalReturn: [.ok, .einval, .eperm, .efault],
    .newMap: [.ok, .einval, .eperm, .efault], .segmentControl: [.einval], .memset: [.ok, .efault],
    .umap: [.ok, .einval, .efault], .virtualCopy: [.ok, .einval, .eperm, .edom, .efault],
    .physicalCopy: [.ok, .einval, .edom, .efault],
    .irqControl: [.ok, .einval, .eperm, .enospc], .int86: [.einval, .efault],
    .devio: [.ok, .eperm, .einval], .sdevio: [.ok, .eperm, .einval, .efault],
    .vdevio: [.ok, .eperm, .einval, .e2big, .efaultSource], .setAlarm: [.ok, .eperm],
    .times: [.ok], .getInfo: [.ok, .e2big, .einval, .enoent, .efault],
    .abort: [.ok, .e2big, .edeadsrcdst, .edom, .efault], .ioEnable: [.ok, .einval],
    .safeCopyFrom: [.ok, .einval, .eperm, .eloop, .edom, .efault],
    .safeCopyTo: [.ok, .einval, .eperm, .eloop, .edom, .efault],
    .vectorSafeCopy: [.ok, .einval, .eperm, .edom, .efault], .setGrant: [.ok],
    .readBIOS: [.edom, .efault], .statisticalProfile: [.enosys], .callProfile: [.enosys],
    .profileBuffer: [.enosys], .setTime: [.ok],
    // 1 is the type of a memory request, CHECK.
    .vmControl: [.ok, .einval, .esrch, ResultCode(rawValue: 1)],
    .systemControl: [.ok, .einval, .efault], .virtualTimer: [.ok, .eperm, .einval],
    .runControl: [.ok, .einval, .eperm, .ebusy], .safeMap: [.einval, .eperm, .ebusy, .eloop],
    .safeRevokeMap: [.ok, .eperm, .einval], .safeUnmap: [.ok, .eperm, .einval],
    .getMachineContext: [.ok, .einval, .eperm, .efault],
    .setMachineContext: [.ok, .einval, .eperm, .efault],
    .update: [.ok, .einval, .eperm, .ebusy], .exit: [.edontreply],
    .scheduleControl: [.ok, .eperm, .einval], .stateControl: [.ok, .einval],
  ]
}
