import Foundation
import TestSupport
import Testing

/// What is wrong with a file is found before anything is booted, and said in one line.
@Suite struct WrongInputTests {
  /// Makes the file; gives its contents.
  typealias Maker = @Sendable () throws -> Data

  private static let programs: [(name: String, detail: String, make: Maker)] = [
    ("empty", "is empty", { Data() }),
    ("text", "is not an ELF", { Data("#!/bin/sh\n".utf8) }),
    ("truncated header", "is truncated", { try PatchedProgram().cut(to: 40).bytes }),
    ("truncated segments", "is truncated", { try PatchedProgram().cut(to: 3000).bytes }),
    ("x86-64", "64-bit", { try Data(contentsOf: URL(filePath: FaultlineProcess.path)) }),
    (
      "another processor", "build it for i386",
      { try PatchedProgram().setting(at: 16, to: 0x0028_0002).bytes }
    ),
    (
      "position-independent", "link it with -static",
      { try PatchedProgram().setting(at: 16, to: 0x0003_0003).bytes }
    ),
    (
      "dynamic", "is dynamically linked",
      { try PatchedProgram().setting(.type, ofHeader: 1, to: 3).bytes }
    ),
    (
      "overlapping", "has overlapping segments",
      {
        let program = try PatchedProgram()
        return program.setting(.address, ofHeader: 1, to: 0x0804_8000).bytes
      }
    ),
    (
      "wrapping", "wraps around the end of memory",
      {
        try PatchedProgram().setting(.address, ofHeader: 1, to: 0xFFFF_F000)
          .setting(.memoryByteCount, ofHeader: 1, to: 0x2000).bytes
      }
    ),
    (
      "in page 0", "is in page 0",
      { try PatchedProgram().setting(.address, ofHeader: 1, to: 0).bytes }
    ),
    (
      "in the stack", "collides with the stack",
      { try PatchedProgram().setting(.address, ofHeader: 1, to: 0x7FFF_F000).bytes }
    ),
    (
      "in the stub", "wants the stub's addresses",
      { try PatchedProgram().setting(.address, ofHeader: 1, to: 0xF000_0000).bytes }
    ),
    (
      "across the stub", "wants the stub's addresses",
      {
        try PatchedProgram().setting(.address, ofHeader: 1, to: 0xEFFF_F000)
          .setting(.memoryByteCount, ofHeader: 1, to: 0x10_0000).bytes
      }
    ),
    (
      "entry in no segment", "no executable segment",
      { try PatchedProgram().setting(at: 24, to: 0x1000_0000).bytes }
    ),
  ]

  @Test(arguments: programs.map(\.name))
  func badProgram(_ name: String) throws {
    let (_, detail, make) = try #require(Self.programs.first { $0.name == name })
    let folder = try TemporaryFolder()
    let file = try folder.write("program", try make())
    try Self.expect(["run", file], exitCode: 65, "\(file): ", detail)
  }

  @Test(arguments: [
    (
      "programs:\n  - file: hello\n    argumnets: [a]\n",
      "manifest.yaml:3:5: unknown key 'argumnets'"
    ),
    ("programs:\n  - name: x\n", "manifest.yaml:2:5: this program has no 'file'"),
    ("programs:\n  - file: hello\n    as: root\n", "manifest.yaml:3:9: "),
    ("programs:\n  - file: hello\n    server: 99\n", "manifest.yaml:3:13: "),
    ("programs:\n  - file: hello\n    priority: 16\n", "manifest.yaml:3:15: "),
    (
      "programs:\n  - {file: hello, server: rs}\n  - {file: hello, server: 2}\n",
      "manifest.yaml:3:27: "
    ),
    ("memory: 5\nprograms: [{file: hello}]\n", "manifest.yaml:1:9: "),
    ("memory: 8GiB\nprograms: [{file: hello}]\n", "manifest.yaml:1:9: "),
    ("timeout: soon\nprograms: [{file: hello}]\n", "manifest.yaml:1:10: "),
    ("programs: []\n", "manifest.yaml:1:11: "),
    ("programs: [\n", "manifest.yaml:2:1: "),
    ("", "manifest.yaml: "),
  ])
  func badManifest(_ text: String, _ place: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("manifest.yaml", text)
    try Self.expect(["run", file], exitCode: 65, "\(folder.path)/\(place)")
  }

  @Test func noSuchFile() throws {
    let folder = try TemporaryFolder()
    try Self.expect(
      ["run", "./none"], exitCode: 66, "./none: no such file or directory; check the name")
    try Self.expect(
      ["run", "none"], exitCode: 66, "none: no such file, and no program of that name is shipped;",
      "hello, ")
    try Self.expect(["run", folder.path], exitCode: 65, "\(folder.path): is a folder")
    let manifest = try folder.write("m.yaml", "programs: [{file: none}]\n")
    try Self.expect(["run", manifest], exitCode: 66, "\(folder.path)/none: no such file")
    try Self.expect(
      ["run", "demo", "an argument"], exitCode: 64, "demo is a manifest and takes no arguments")
  }

  /// A wrong output is found before the run, and leaves nothing behind.
  @Test func unwritableOutput() throws {
    let folder = try TemporaryFolder()
    try Self.expect(
      ["run", "--json", folder.path, "hello"], exitCode: 73,
      "can't write \(folder.path): Is a directory; name another file")
    try Self.expect(
      ["run", "--json", "\(folder.path)/none/summary.json", "hello"], exitCode: 73,
      "can't write \(folder.path)/none/summary.json: No such file or directory; ")
    try Self.expect(
      ["run", "--json", "", "hello"], exitCode: 73, "can't write : No such file or directory; ")
    try Self.expect(
      ["run", "--json", "\(folder.path)/summary.json", "./none"], exitCode: 66, "./none")
    #expect(folder.names.isEmpty)
  }

  @Test(arguments: [
    ("run", "Missing expected argument '<target>'"),
    ("run --memory 4096 hello", "The value '4096' is invalid for '--memory <memory>'"),
    ("run --memory 4GiB hello", "The value '4GiB' is invalid for '--memory <memory>'"),
    ("run --memory 1048577 hello", "The value '1048577' is invalid for '--memory <memory>'"),
    ("run --memory much hello", "The value 'much' is invalid for '--memory <memory>'"),
    ("run --timeout 0s hello", "The value '0s' is invalid for '--timeout <timeout>'"),
    ("run --timeout 5 hello", "The value '5' is invalid for '--timeout <timeout>'"),
    ("run --engine qemu hello", "The value 'qemu' is invalid for '--engine <engine>'"),
    ("run --as root hello", "The value 'root' is invalid for '--as <as>'"),
    (
      "run --policy lazy hello",
      "The value 'lazy' is invalid for '--policy <exact|around:N|eager>': there are exact, "
        + "around:N and eager, with N from 1 to 1023"
    ),
    (
      "run --policy around:0 hello",
      "The value 'around:0' is invalid for '--policy <exact|around:N|eager>': there are exact,"
    ),
    ("run --jsn x hello", "Unknown option '--jsn'"),
    ("run --json", "Missing value for '--json <file>'"),
    ("lab --npt maybe -- true", "The value 'maybe' is invalid for '--npt <npt>'"),
    ("doctor twice", "Unexpected argument 'twice'"),
    (
      "bench host --case spoon",
      "The value 'spoon' is invalid for '--case <case>'. Please provide one of the "
        + "following: zeroFill, copyOnWrite, sendReceive, sendrec, sendrecToResident, schedule, "
        + "fork, exec, lookup, split, map"
    ),
    ("bench host --processes 0", "--processes must be 1 to 4096, not 0"),
    ("bench host --processes 4097", "--processes must be 1 to 4096, not 4097"),
    ("bench host --rounds 99", "--rounds must be 100 to 200000, not 99"),
    ("bench fault --rounds 5", "--rounds must be 6 to 1000, not 5"),
    ("bench start --rounds 5", "--rounds must be 6 to 1000, not 5"),
    ("bench fault --rounds 1001", "--rounds must be 6 to 1000, not 1001"),
    ("walk", "Unexpected argument 'walk'"),
  ])
  func wrongCommandLine(_ words: String, _ problem: String) throws {
    let arguments = words.split(separator: " ").map(String.init)
    let subcommand =
      arguments[0] == "walk"
      ? "" : " " + arguments.prefix(arguments[0] == "bench" ? 2 : 1).joined(separator: " ")
    try Self.expect(arguments, exitCode: 64, problem, "; see 'faultline\(subcommand) --help'")
  }

  /// Runs the command with nothing from which a lab could be made: what is wrong must show before.
  private static func expect(
    _ arguments: [String], exitCode: Int32, _ beginning: String, _ detail: String = ""
  ) throws {
    let result = try FaultlineProcess(arguments, environment: ["PATH": "/nonexistent"]).finish()
    #expect(result.status == exitCode, "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(result.errorLines.count == 1, "\(result.errors)")
    #expect(result.errors.hasPrefix("faultline: \(beginning)"), "\(result.errors)")
    #expect(detail.isEmpty || result.errors.contains(detail), "\(result.errors)")
  }
}
