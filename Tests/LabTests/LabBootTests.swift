import Foundation
import TestSupport
import Testing

/// Boots of the lab through the program, as a user starts it. Few, because each takes seconds.
@Suite("The lab", .serialized)
struct LabBootTests {
  @Test("a command in the lab is like a command here")
  func everything() throws {
    let folder = try TemporaryFolder()
    let input = Data((0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 8) })
    try folder.write("in put", input)
    let script = """
      printf '<%s>' "$@" >&2; printf '|%s|' "$WEIRD" >&2; pwd >&2
      cat
      test -c /dev/kvm && cat /sys/module/kvm_amd/parameters/npt > "$2"
      cp 'in put' unnamed; mkdir -p new/deep; cp 'in put' new/deep/copy
      exit 7
      """
    let weird = "a\"b'c\nd\\ é"
    let run = try FaultlineProcess(
      ["lab", "--npt", "off", "--", "sh", "-c", script, "sh", "a b é", "out file", "--dir=new"],
      in: folder.path, environment: ["WEIRD": weird, "SUDO_UID": "1234", "SUDO_GID": "1234"])
    run.send(input)
    let result = run.finish()

    #expect(result.status == 7)
    #expect(result.output == input)
    #expect(result.errors == "<a b é><out file><--dir=new>|\(weird)|\(folder.path)\n")
    #expect(try folder.read("out file") == Data("N\n".utf8))
    #expect(try folder.read("new/deep/copy") == input)
    #expect(folder.names == ["in put", "new", "out file"])
    let caller = getuid() == 0 ? 1234 : Int(getuid())
    #expect(try folder.owner(of: "out file").user == caller)
    #expect(try folder.owner(of: "new/deep/copy").user == caller)
  }

  @Test("Ctrl-C reaches the command, which may answer it")
  func interrupt() throws {
    // `read` also ends when these tests are killed, so that no lab outlives them.
    let script = "trap 'echo caught; exit 5' INT; echo ready; read line; exit 9"
    let run = try FaultlineProcess(["lab", "--", "sh", "-c", script])
    run.waitForOutput()
    run.interrupt()
    let result = run.finish()
    #expect(result.status == 5)
    #expect(String(decoding: result.output, as: UTF8.self) == "ready\ncaught\n")
  }

  @Test("a command that can't be executed is named")
  func notExecutable() throws {
    let result = try FaultlineProcess(["lab", "--", "/no/such/program"]).finish()
    #expect(result.status == 69)
    #expect(result.output.isEmpty)
    #expect(
      result.errors.hasPrefix("faultline: lab: can't execute '/no/such/program': No such file"))
  }

  @Test("without QEMU the lab says so")
  func noQemu() throws {
    let result = try FaultlineProcess(["lab", "--", "true"], environment: ["PATH": "/nonexistent"])
      .finish()
    #expect(result.status == 69)
    #expect(result.errors.hasPrefix("faultline: lab: qemu-system-x86_64 is not on this machine"))
  }

  @Test("a kernel that is none ends in one line, at once")
  func badKernel() throws {
    let folder = try TemporaryFolder()
    try folder.write("kernel", Data(repeating: 0x5A, count: 100_000))
    let result = try FaultlineProcess(
      ["lab", "--", "true"], environment: ["FAULTLINE_LAB_KERNEL": "\(folder.path)/kernel"]
    ).finish()
    #expect(result.status == 69)
    #expect(result.errors.hasPrefix("faultline: lab: QEMU ended before the kernel started: "))
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test("a kernel that never says anything ends in one line, in time")
  func silentKernel() throws {
    let result = try FaultlineProcess(["lab", "--boot-timeout", "1", "--", "true"]).finish()
    #expect(result.status == 69)
    #expect(result.errors.hasPrefix("faultline: lab: did not boot within 1 s in 2 attempts"))
  }

  @Test("labs are not nested")
  func nested() throws {
    let result = try FaultlineProcess(
      ["lab", "--", "true"], environment: ["FAULTLINE_IN_LAB": "npt=1"]
    )
    .finish()
    #expect(result.status == 69)
    #expect(result.errors.hasPrefix("faultline: lab: this is the lab already"))
  }
}
