import GuestImage
import MinixABI
import Testing

/// What a good manifest turns into.
@Suite struct ManifestTests {
  private func manifest(_ text: String, path: String = "demo.yaml") throws -> Manifest {
    try Manifest(FileContents(path: path, bytes: Array(text.utf8)))
  }

  @Test func everyKey() throws {
    let manifest = try manifest(
      """
      # Two programs and a server.
      memory: 64MiB
      timeout: 30s
      programs:
        - file: bin/ping.elf
          name: ping
          arguments: [--count, 010, yes, ~, 1.50, "a b", '']
          as: system
          priority: 7
        - file: hello
        - {file: ./my-vm, server: vm}
        - {file: my-pm, server: 0, as: system, priority: 15}
      """)
    #expect(manifest.memory?.byteCount == 64 << 20)
    #expect(manifest.timeout?.milliseconds == 30_000)
    #expect(
      manifest.programs == [
        Manifest.Program(
          file: "bin/ping.elf", name: "ping",
          arguments: ["--count", "010", "yes", "~", "1.50", "a b", ""],
          privileges: .system, priority: 7, server: nil,
          position: ManifestPosition(line: 5, column: 5)),
        Manifest.Program(
          file: "hello", name: "hello", arguments: [], privileges: .user, priority: nil,
          server: nil, position: ManifestPosition(line: 10, column: 5)),
        Manifest.Program(
          file: "./my-vm", name: "my-vm", arguments: [], privileges: .system, priority: nil,
          server: .vm, position: ManifestPosition(line: 11, column: 5)),
        Manifest.Program(
          file: "my-pm", name: "my-pm", arguments: [], privileges: .system, priority: 15,
          server: .pm, position: ManifestPosition(line: 12, column: 5)),
      ])
  }

  @Test func whatTheRunIsLike() throws {
    let manifest = try manifest(
      "delivery: signal\npolicy: around:16\nprograms: [{file: hello}]")
    #expect(manifest.delivery == .signal)
    #expect(manifest.policy == .around(16))
  }

  /// A program's own variables take the place of those that all have.
  @Test func environment() throws {
    let manifest = try manifest(
      """
      environment: {LANG: C, DEBUG: 0}
      programs:
        - file: a
        - {file: b, environment: {HOME: "/", DEBUG: 1, EMPTY: ''}}
      """)
    #expect(
      manifest.programs.map(\.environment) == [
        ["LANG=C", "DEBUG=0"], ["LANG=C", "DEBUG=1", "HOME=/", "EMPTY="],
      ])
  }

  @Test func rights() throws {
    let manifest = try manifest(
      """
      programs:
        - file: a
          as: system
          traps: [send, senda, receive]
          ipc-to: [pm, 8, users, b-2]
          kernel-calls: [SYS_GETINFO, SYS_VMCTL]
          quantum: 20
        - {file: b, count: 2}
        - {file: c, server: rs, traps: [], ipc-to: [all], kernel-calls: []}
      """)
    let programs = manifest.programs
    #expect(programs[0].rights.traps == TrapMask(rawValue: 1 << 1 | 1 << 0 | 1 << 2))
    #expect(
      programs[0].rights.ipcTo == [.server(.pm), .server(.vm), .users, .program("b-2")])
    #expect(programs[0].rights.kernelCalls == [.getInfo, .vmControl])
    #expect(programs.map(\.quantum) == [20, nil, nil])
    #expect(programs[1].rights.isFull)
    #expect(
      programs[2].rights == .init(traps: TrapMask(rawValue: 0), ipcTo: [.all], kernelCalls: []))
  }

  @Test func starts() throws {
    let manifest = try manifest(
      """
      programs:
        - {file: a, after: b-2, delay: 500ms}
        - {file: b, count: 2}
        - {file: c, delay: 2s}
      """)
    #expect(manifest.programs.map(\.start.after) == ["b-2", nil, nil])
    #expect(manifest.programs.map { $0.start.delay?.milliseconds } == [500, nil, 2000])
  }

  @Test func theLeast() throws {
    let manifest = try manifest("programs: [{file: hello}]")
    #expect(manifest.programs.count == 1 && manifest.memory == nil && manifest.timeout == nil)
  }

  @Test func severalProcesses() throws {
    let manifest = try manifest(
      "programs: [{file: a, count: 3}, {file: b, name: c, count: 1}, {file: d}]")
    #expect(manifest.programs.map(\.count) == [3, 1, 1])
    #expect(manifest.programs.map(\.processNames) == [["a-1", "a-2", "a-3"], ["c"], ["d"]])
  }

  @Test func oneProgramTwice() throws {
    let manifest = try manifest("programs: [{file: a/x}, {file: b/x}]")
    #expect(manifest.programs.map(\.name) == ["x", "x"])
  }

  @Test(arguments: [
    ("demo.yaml", "hello", "/shipped/hello"),
    ("demo.yaml", "./hello", "./hello"),
    ("demo.yaml", "other", "other"),
    ("sets/demo.yaml", "hello", "/shipped/hello"),
    ("sets/demo.yaml", "./hello", "sets/./hello"),
    ("sets/demo.yaml", "other", "sets/other"),
    ("/sets/demo.yaml", "../x/hello", "/sets/../x/hello"),
    ("/sets/demo.yaml", "/bin/hello", "/bin/hello"),
    ("/demo.yaml", "other", "/other"),
  ])
  func filesAreFound(path: String, file: String, expected: String) throws {
    let manifest = try manifest("programs: [{file: '\(file)'}]", path: path)
    let program = try #require(manifest.programs.first)
    #expect(manifest.resolve(program) { $0 == "hello" ? "/shipped/hello" : nil } == expected)
  }

  @Test func serversHaveTheirEndpoints() throws {
    for (endpoint, name) in [
      "pm", "vfs", "rs", "memory", "log", "tty", "ds", "mfs", "vm", "pfs",
      "init",
    ].enumerated() {
      let programs = try manifest("programs: [{file: x, server: \(name)}]").programs
      #expect(programs.first?.server?.endpoint == endpoint)
      #expect(try manifest("programs: [{file: x, server: \(endpoint)}]").programs == programs)
      #expect(programs.first?.server?.name == name)
    }
  }
}
