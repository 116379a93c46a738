import Foundation
import TestSupport
import Testing

/// Where what a run says goes, and what happens where it can't go.
@Suite struct OutputTests {
  @Test func aFullDiskUnderTheSummary() throws {
    let result = try Self.run(["--quiet", "--json", "/dev/full", "hello"])
    #expect(result.status == 73)
    #expect(result.text == "Hello from ring 3. argc is 1.\n")
    #expect(
      result.errors
        == "faultline: can't write /dev/full: No space left on device; name another file\n")
  }

  /// The program is told (EIO), and so is whoever started it.
  @Test func aFullDiskUnderTheProgram() throws {
    let result = try FaultlineProcess(
      ["run", "--engine", "kvm", "--quiet", "hello"],
      by: ["/bin/sh", "-c", "exec \"$@\" >/dev/full", "sh"]
    ).finish()
    #expect(result.status == 73)
    #expect(
      result.errors == "faultline: can't write the programs' output: No space left on device\n")
  }

  @Test func theSummaryOnStandardOutput() throws {
    let result = try Self.run(["--quiet", "--json", "-", "hello"])
    #expect(result.status == 0)
    #expect(result.errors == "Hello from ring 3. argc is 1.\n")
    #expect(try JSONDecoder().decode(Summary.self, from: result.output).exitCode == 0)
    #expect(result.text.hasSuffix("}\n"))
  }

  /// A longer file that was there before is replaced as a whole.
  @Test func anOldSummaryIsReplaced() throws {
    let folder = try TemporaryFolder()
    try folder.write("summary.json", String(repeating: "old\n", count: 10_000))
    let run = try GuestRun(["--quiet", "hello"], in: folder)
    #expect(run.status == 0)
  }

  @Test func tooLittleMemoryToLoad() throws {
    let folder = try TemporaryFolder()
    let program = try GNUCompiler.build(
      "char data[2 << 20] = {1}; void _start(void) { for (;;) data[1]++; }", as: "large", in: folder
    )
    let result = try Self.run([
      "--memory", "1MiB", "--json", "\(folder.path)/summary.json", program,
    ])
    #expect(result.status == 71)
    #expect(
      result.errors
        == "faultline: 1024 KiB of guest memory are too little to load large; give more with --memory\n"
    )
    #expect(!folder.names.contains("summary.json"))
  }

  /// Whoever may not open the device is told so, and what to do.
  @Test func noPermission() throws {
    try #require(geteuid() == 0, "needs root, as in the lab")
    let mode = try #require(
      FileManager.default.attributesOfItem(atPath: "/dev/kvm")[.posixPermissions] as? NSNumber)
    try #require(mode.intValue & 0o006 == 0, "a device that not everybody may open, as in the lab")
    let result = try FaultlineProcess(
      ["run", "--engine", "kvm", "hello"],
      by: ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    ).finish()
    #expect(result.status == 69)
    #expect(result.errorLines.count == 1)
    #expect(
      result.errors.hasPrefix("faultline: no permission to use /dev/kvm"), "\(result.errors)")
    #expect(result.errors.contains("; "), "what to do about it")
  }

  private static func run(_ words: [String]) throws -> FaultlineProcess.Result {
    try FaultlineProcess(["run", "--engine", "kvm"] + words).finish()
  }
}
