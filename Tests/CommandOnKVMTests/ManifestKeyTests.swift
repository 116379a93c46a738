import TestSupport
import Testing

/// What a manifest says of its programs, and what comes of it.
@Suite struct ManifestKeyTests {
  private func run(_ text: String, _ options: [String] = []) throws -> GuestRun {
    let folder = try TemporaryFolder()
    return try GuestRun(options + [try folder.write("image.yaml", text)], in: folder)
  }

  /// What is offered is read, by names short and long; what is not ends the program.
  @Test func files() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<20_000).map { "line \($0)" }.joined(separator: "\n") + "\n"
    _ = try folder.write("large", bytes)
    _ = try folder.write("small", "small\n")
    let image = try folder.write(
      "image.yaml",
      """
      files: {/data/a/long/path: large, /small: small}
      programs:
        - {file: cat, arguments: [/small, /data/a/long/path, small]}
        - {file: cat, name: missing, arguments: [/large], after: cat}
      """)
    let run = try GuestRun([image], in: folder)
    #expect(run.status != 0)
    #expect(run.summary["cat"]?.exit == .init(status: 0))
    #expect(run.lines == ["small"] + (0..<20_000).map { "line \($0)" } + ["small"])
    #expect(run.errors.contains("/large: error 2"), "\(run.errors)")
  }

  @Test func environment() throws {
    let run = try run(
      """
      environment: {LANG: C, SHELL: /bin/sh}
      programs: [{file: hello, environment: {LANG: de, N: 1}}]
      """)
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.lines == [
        "Hello from ring 3. argc is 1.", "The environment has \"LANG=de\".",
        "The environment has \"SHELL=/bin/sh\".", "The environment has \"N=1\".",
      ])
  }

  /// The manifest's, unless the command line has others.
  @Test func deliveryAndPolicy() throws {
    let text = "delivery: signal\npolicy: around:16\nprograms: [{file: touch, arguments: [100]}]"
    let own = try run(text)
    #expect(own.summary.delivery == "signal" && own.summary.policy == "around:16")
    #expect(own.summary.messages["VM_PAGEFAULT"] == nil)
    let other = try run(text, ["--delivery", "message", "--policy", "exact"])
    #expect(other.summary.delivery == "message" && other.summary.policy == "exact")
    #expect(try #require(other.summary.messages["VM_PAGEFAULT"]) > 100)
  }

  @Test func oneAfterTheOther() throws {
    let run = try run(
      """
      programs:
        - {file: hello, name: third, arguments: [third], after: second, delay: 300ms}
        - {file: hello, name: second, arguments: [second], after: first}
        - {file: hello, name: first, arguments: [first], delay: 200ms}
        - {file: hello, name: now, arguments: [now]}
      """)
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.lines.filter { $0.hasPrefix("argv") }
        == ["now", "first", "second", "third"].map { "argv[1] is \"\($0)\"." })
    TouchTests.expectOrder(run.summary)
  }

  /// One that is killed has ended, too; its follower's end is the last.
  @Test func afterADeath() throws {
    let run = try run(
      """
      programs:
        - {file: segv, arguments: [read-null]}
        - {file: hello, after: segv}
      """)
    #expect(run.status == 139)
    #expect(run.summary["hello"]?.exit == .init(status: 0))
    TouchTests.expectOrder(run.summary)
  }

  /// Whose end never comes keeps the other for ever, and the run says so.
  @Test func afterNobody() throws {
    let run = try run(
      """
      programs:
        - {file: waiter, arguments: [any], as: system}
        - {file: hello, after: waiter}
      """)
    #expect(run.status == 75)
    #expect(run.errors.contains("hello (36570) is stopped"))
  }

  @Test func aPMOfOnesOwnStartsNobodyLater() throws {
    let folder = try TemporaryFolder()
    let manifest = try folder.write(
      "image.yaml",
      "programs: [{file: echo-server, server: pm}, {file: hello, delay: 1s}]")
    let result = try FaultlineProcess(["run", "--engine", "kvm", manifest]).finish()
    #expect(result.status == 65)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.hasPrefix("faultline: hello: it can't start later with a guest in PM's "))
  }

  /// What is withheld is refused, and nothing else.
  @Test(
    arguments: [
      ("ipc-to: [pm, vfs, vm]", "SEND to 36570: error -104"),
      ("traps: [sendrec]", "SEND to 36570: error -110"),
      ("ipc-to: [pm, vfs, vm, consumer]", "3 numbers sent"),
      ("traps: [sendrec, send]", "3 numbers sent"),
      ("kernel-calls: []", "3 numbers sent"),
    ])
  func rights(_ key: String, _ line: String) throws {
    let run = try run(
      """
      timeout: 20s
      programs:
        - {file: producer, arguments: [36570, 3], as: system, \(key)}
        - {file: consumer, arguments: [1], as: system}
      """)
    // The consumer of what isn't sent waits for ever.
    #expect(run.status == (line.hasPrefix("SEND") ? 75 : 0), "\(run.errors)")
    #expect((run.output + run.errors).contains(line))
  }

  @Test func kernelCalls() throws {
    let refused = try run(
      "programs: [{file: vmctl-swift, as: system, kernel-calls: [SYS_GETINFO]}]")
    #expect(refused.status == 1)
    #expect(refused.summary.kernelCallErrors.keys.contains { $0.hasSuffix("=ECALLDENIED") })
    let allowed = try run(
      "programs: [{file: vmctl-swift, as: system, kernel-calls: [SYS_GETINFO, SYS_VMCTL]}]")
    #expect(allowed.status == 0, "\(allowed.errors)")
  }
}
