import TestSupport
import Testing

/// The IPC primitives from ring 3. The programs check every output of their traps themselves; here
/// it is seen that they did, all of it, whichever way page faults go to VM.
@Suite(.serialized) struct IPCProgramTests {
  private struct Manifest: CustomTestStringConvertible {
    let name: String
    let output: [String]
    /// Ours: the first program's that did not end with 0.
    let status: Int32
    /// Who is killed by SIGSEGV; all others end with 0, or run when the last program ends.
    let killed: [String]
    let endless: [String]
    /// How often VM has provided the memory of a message or a table.
    let memoryRequests: Int

    var testDescription: String { name }
  }

  private static let manifests = [
    Manifest(
      name: "ipc-checks",
      output: [
        "send: 828 checks", "receive: 887 checks", "sendrec: 1228 checks", "notify: 617 checks",
        "sendnb: 706 checks", "senda: 1458 checks", "badcall: 1158 checks",
        "an ordinary process: 2613 checks", "user: 48 checks",
      ],
      status: 0, killed: [], endless: ["log", "tty"], memoryRequests: 117),
    Manifest(
      name: "ipc-killed", output: ["killed: 364 checks"], status: 128 + 11,
      killed: (5...10).map { "partner-\($0)" }, endless: [], memoryRequests: 6),
  ]

  @Test(arguments: manifests, ["message", "signal"])
  private func everyOutputIsRight(_ manifest: Manifest, delivery: String) throws {
    let run = try GuestRun([
      "--quiet", "--timeout", "60s", "--delivery", delivery, "\(manifest.name).yaml",
    ])
    #expect(run.status == manifest.status)
    #expect(run.lines == manifest.output)
    // A check that has failed would be a line more.
    let deaths = manifest.killed.map { "faultline: \($0) was killed by SIGSEGV\n" }
    #expect(run.errors == deaths.joined())
    for process in run.summary.processes {
      let expected: Summary.Exit? =
        manifest.endless.contains(process.name)
        ? nil : manifest.killed.contains(process.name) ? .init(signal: 11) : .init(status: 0)
      #expect(process.exit == expected, "\(process.name)")
    }
    let requests = run.summary.kernelCalls["SYS_VMCTL/VMCTL_MEMREQ_REPLY"]
    #expect(requests == manifest.memoryRequests)
    TouchTests.expectOrder(run.summary)
  }
}
