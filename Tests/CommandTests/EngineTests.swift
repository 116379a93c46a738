import Foundation
import TestSupport
import Testing

/// Which engine runs a program, and what is said where there is none.
@Suite(.serialized) struct EngineTests {
  /// Whether this machine's own KVM is good enough, as `doctor` says.
  private static let hasOwnEngine = Result {
    struct Report: Decodable {
      struct KVM: Decodable { let runsI386Paging: Bool }
      let kvm: KVM
    }
    let output = try FaultlineProcess(["doctor", "--json"]).finish().output
    return try JSONDecoder().decode(Report.self, from: output).kvm.runsI386Paging
  }

  /// Whoever asks for this machine's KVM gets it or an error, never the lab.
  @Test func kvmNeverFallsBack() throws {
    let result = try FaultlineProcess(["run", "--quiet", "--engine", "kvm", "hello"]).finish()
    if try Self.hasOwnEngine.get() {
      #expect(result.status == 0)
      #expect(result.text == "Hello from ring 3. argc is 1.\n")
      #expect(result.errors.isEmpty)
    } else {
      #expect(result.status == 69)
      #expect(result.output.isEmpty)
      #expect(result.errorLines.count == 1)
      #expect(result.errors.hasPrefix("faultline: "))
      #expect(result.errors.contains("; "), "what to do about it")
    }
  }

  @Test func noQemu() throws {
    let result = try FaultlineProcess(
      ["run", "--engine", "lab", "hello"], environment: ["PATH": "/nonexistent"]
    ).finish()
    #expect(result.status == 69)
    #expect(result.output.isEmpty)
    #expect(result.errorLines.count == 1)
    #expect(
      result.errors.hasPrefix(
        "faultline: lab: qemu-system-x86_64 is not on this machine; run 'make tools'"))
  }

  @Test func aLabKernelThatIsNone() throws {
    let folder = try TemporaryFolder()
    let kernel = try folder.write("kernel", Data(repeating: 0x5A, count: 100_000))
    let summary = "\(folder.path)/summary.json"
    let result = try FaultlineProcess(
      ["run", "--engine", "lab", "--json", summary, "hello"],
      environment: ["FAULTLINE_LAB_KERNEL": kernel]
    ).finish()
    #expect(result.status == 69)
    #expect(result.output.isEmpty)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.hasPrefix("faultline: lab: QEMU ended before the kernel started: "))
    #expect(folder.names == ["kernel"], "no empty summary is left")
  }

  @Test func aWrongSettingOfTheLab() throws {
    let result = try FaultlineProcess(
      ["run", "--engine", "lab", "hello"], environment: ["FAULTLINE_LAB_NPT": "perhaps"]
    ).finish()
    #expect(result.status == 64)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.hasPrefix("faultline: lab: FAULTLINE_LAB_NPT is 'perhaps'"))
  }

  /// The whole way, without a word about the engine: from a folder that takes no files, with a
  /// summary that belongs somewhere else.
  @Test func everythingByItself() throws {
    let folder = try TemporaryFolder()
    for name in ["here", "there"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/\(name)", withIntermediateDirectories: false)
    }
    try folder.setMode(0o555, of: "here")
    defer { try? folder.setMode(0o755, of: "here") }
    let isOwn = try Self.hasOwnEngine.get()
    let result = try FaultlineProcess(
      ["run", "--json", "../there/summary.json", "segv", "write-null"],
      in: "\(folder.path)/here"
    ).finish()

    #expect(result.status == 139, "\(result.errors)")
    #expect(
      result.text.hasPrefix("write-null: will write 0x0 from segv_write_instruction at 0x"))
    #expect(result.text.hasSuffix("\n"))
    #expect(result.text.split(separator: "\n").count == 1)
    let lines = result.errorLines
    #expect(lines.count { $0.contains("the lab") } == (isOwn ? 0 : 1), "\(result.errors)")
    #expect(
      isOwn || lines[0].hasPrefix("faultline: ") && lines[0].hasSuffix("; running in the lab"))
    #expect(lines.contains { $0.hasPrefix("segv was killed by SIGSEGV: ") })

    let summary = try JSONDecoder().decode(Summary.self, from: folder.read("there/summary.json"))
    #expect(summary.exitCode == 139)
    #expect(summary.engine.hasSuffix("(lab)") == !isOwn)
    #expect(summary["segv"]?.exit?.symbol == "segv_write_instruction")
    #expect(summary.confinement.uid == getuid())
    #expect(try folder.owner(of: "there/summary.json").user == Int(getuid()))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/there") == [
        "summary.json"
      ])
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/here").isEmpty)
  }

  /// Ctrl-C ends the run in good order wherever it runs, and the summary comes back.
  @Test func anInterruptedRunHasItsSummary() throws {
    let folder = try TemporaryFolder()
    let process = try FaultlineProcess(
      ["run", "--quiet", "--json", "\(folder.path)/summary.json", "spin", "forever"])
    process.waitForOutput()
    process.interrupt()
    let result = process.finish()
    #expect(result.status == 130)
    #expect(result.text == "spinning for ever\n")
    #expect(result.errors == "faultline: interrupted by SIGINT\n")
    let summary = try JSONDecoder().decode(Summary.self, from: folder.read("summary.json"))
    #expect(summary.end.reason == "interrupted")
    #expect(summary.end.detail == "SIGINT")
    #expect(summary["spin"]?.userTicks ?? 0 > 0)
  }
}
