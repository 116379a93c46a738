import TestSupport
import Testing

/// What k faults at once cost under either delivery, against the formulas of ABI 12.2.
@Suite struct FaultBatchTests {
  /// Where VM is when the faults come.
  enum VM: CaseIterable {
    /// Swift code of ours, which waits.
    case resident
    /// The guest program, which waits: the first fault reaches it at once.
    case waiting
    /// The guest program, which has not begun to serve: all come before.
    case busy
  }

  static let cases = VM.allCases.flatMap { vm in [1, 2, 8, 64].map { (vm, $0) } }

  @Test(arguments: cases) func kFaultsAtOnce(_ vm: VM, _ k: Int) throws {
    let byMessage = try Self.run(vm, k, "message")
    let bySignal = try Self.run(vm, k, "signal")
    for (run, delivery) in [(byMessage, "message"), (bySignal, "signal")] {
      #expect(run.status == 0, "\(delivery): \(run.errors)")
      let faults = run.summary.processes.filter { $0.name.hasPrefix("fault") }.map(\.faults)
      #expect(faults.map { $0["total"] } == Array(repeating: 1, count: k))
      #expect(run.summary.exits.byCause["pageFault"] == k)
      #expect(run.summary.kernelCalls["SYS_VMCTL/VMCTL_CLEAR_PAGEFAULT"] == k)
      #expect(run.summary.kernelCalls["SYS_MEMSET"] ?? 0 >= k)
    }
    Self.expect(byMessage.summary, faultMessages: k, notifications: 0, polls: 0, empty: 0)
    // The notifications that reach VM; each is drained to the end.
    let delivered = vm == .busy || k == 1 ? 1 : 2
    Self.expect(
      bySignal.summary, faultMessages: 0, notifications: delivered, polls: k + delivered,
      empty: delivered)
    guard vm != .resident else { return }
    // Real traps: VM's own calls differ by the polls, its RECEIVEs by the batching.
    let (new, old) = (try #require(byMessage.summary["vm"]), try #require(bySignal.summary["vm"]))
    #expect(old.kernelCalls - new.kernelCalls == k + delivered)
    let (newIPC, oldIPC) = (
      try #require(byMessage.summary.exits.byCause["ipc"]),
      try #require(bySignal.summary.exits.byCause["ipc"])
    )
    #expect(newIPC - oldIPC == k - delivered)
  }

  private static func expect(
    _ summary: Summary, faultMessages: Int, notifications: Int, polls: Int, empty: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let poll = "SYS_VMCTL/VMCTL_GET_PAGEFAULT"
    #expect(summary.messages["VM_PAGEFAULT"] ?? 0 == faultMessages, sourceLocation: sourceLocation)
    #expect(
      summary.notifications["SYSTEM"] ?? 0 == notifications, sourceLocation: sourceLocation)
    #expect(summary.kernelCalls[poll] ?? 0 == polls, sourceLocation: sourceLocation)
    #expect(
      summary.kernelCallErrors["\(poll)=ESRCH"] ?? 0 == empty, sourceLocation: sourceLocation)
  }

  private static func run(_ vm: VM, _ k: Int, _ delivery: String) throws -> GuestRun {
    // One process keeps its name, several get numbers; in a better queue than VM's all of them fault
    // before it runs.
    var programs = [ManifestEntry("fault", priority: 1, count: k)]
    switch vm {
    case .resident: break
    case .waiting: programs.insert(ManifestEntry("vm", server: "vm"), at: 0)
    case .busy:
      programs =
        [
          ManifestEntry("vm", ["36569"], server: "vm"),
          ManifestEntry("starter", isSystem: true, priority: 15),
        ] + programs
    }
    return try GuestRun(programs, options: ["--delivery", delivery])
  }
}
