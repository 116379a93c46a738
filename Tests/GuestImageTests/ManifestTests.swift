import GuestImage
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
