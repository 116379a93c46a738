import Foundation
import TestSupport
import Testing
import Trace

/// `faultline trace`, to the letter, of a run that is known step by step.
@Suite struct TraceCommandTests {
  private func run(_ words: [String], _ folder: TemporaryFolder) throws -> FaultlineProcess.Result {
    try FaultlineProcess(["trace"] + words, in: folder.path).finish()
  }

  private func sample() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try SampleTrace.make(in: folder)
    return folder
  }

  private static let secondFault = """
        0.003000  victim <b> (36569)  #PF at 0x00000010: user write to a page that is not present (error code 6)  [fault 2]
                     at 0x08048010
                     victim <b> (36569) flags: +RTS_PAGEFAULT, now RTS_PAGEFAULT
                     victim <b> (36569) -> VM: VM_PAGEFAULT address=0x00000010 error=6 (user write to a page that is not present), sent by the kernel
                     VM goes on
                     VM calls SYS_KILL who=victim <b> (36569) signal=SIGSEGV
                     victim <b> (36569) gets SIGSEGV
                     how the CPU translated 0x00000010 for victim <b> (36569):
                       PDE 0 at 0xf040b000 = 0x00000000: not present, there is no page table
                     why: 0x00000010 lies in no region of victim <b>: a null pointer, most likely, so VM had nothing to put there.
                     instruction in memory: movl $0x5e67, (%ecx) (code: c7 01 67 5e 00 00 c3)
                     victim <b> (36569) flags: +RTS_SLOT_FREE -RTS_PAGEFAULT, now RTS_SLOT_FREE

    """

  private static let calls = """
                     VM calls SYS_MEMSET physical=0x01004000 bytes=4096 pattern=0
                     VM calls SYS_VMCTL/VMCTL_CLEAR_PAGEFAULT who=victim <b> (36569) value=0x00000000
                     VM calls SYS_KILL who=victim <b> (36569) signal=SIGSEGV

    """

  @Test(arguments: [
    (["--fault", "2"], secondFault), (["--kind", "kernelCall"], calls),
    (["--process", "VM", "--kind", "kernelCall"], calls),
    (["--process", "8", "--kind", "kernelCall", "--faults"], calls),
    (
      ["--process", "victim <b>", "--kind", "signal", "--kind", "process"],
      """
                       victim <b> (36569) is there
                       victim <b> (36569) gets SIGSEGV

      """
    ),
  ])
  func show(options: [String], text: String) throws {
    let folder = try sample()
    let result = try run(["show"] + options + ["sample.fltrace"], folder)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.text == text)
  }

  /// A part of a trace is one, too: who was born is in it, and nothing else that was not wanted.
  @Test func filter() throws {
    let folder = try sample()
    let words = ["--process", "VM", "--kind", "kernelCall", "sample.fltrace", "part.fltrace"]
    let result = try run(["filter"] + words, folder)
    #expect(result.status == 0)
    #expect(result.output.isEmpty && result.errors.isEmpty)
    let births = """
                       VM is there, a resident server
                       victim <b> (36569) is there

      """
    #expect(try run(["show", "part.fltrace"], folder).text == births + Self.calls)
  }

  @Test(
    arguments: [
      (
        ["show", "--process", "nobody", "sample.fltrace"], 64,
        "sample.fltrace: no process is called nobody; there are VM, victim <b> (36569)"
      ),
      (
        ["filter", "--process", "nobody", "sample.fltrace", "part.fltrace"], 64,
        "sample.fltrace: no process is called nobody; there are VM, victim <b> (36569)"
      ),
      (["show", "--kind", "pages", "sample.fltrace"], 0, "nothing in sample.fltrace is like that"),
      (["show", "--fault", "3", "sample.fltrace"], 64, "sample.fltrace has no page fault 3"),
      (
        ["show", "--fault", "1", "--faults", "sample.fltrace"], 64,
        "--fault shows all of one; --process, --kind and --faults are for many; see "
          + "'faultline trace show --help'"
      ),
      (
        ["filter", "sample.fltrace", "./sample.fltrace"], 64,
        "./sample.fltrace is the trace itself; name another file"
      ),
      (
        ["convert", "--fault", "3", "sample.fltrace", "a.mmd"], 64,
        "sample.fltrace has no page fault 3"
      ),
      (
        ["convert", "sample.fltrace", "a.xyz"], 64,
        "a.xyz must end in one of .jsonl, .json, .txt, .mmd, .html; see "
          + "'faultline trace convert --help'"
      ),
      (
        ["convert", "sample.fltrace", "full.json"], 73,
        "can't write full.json: No space left on device"
      ),
      (
        ["filter", "sample.fltrace", "full.fltrace"], 73,
        "can't write full.fltrace: No space left on device"
      ),
      (
        ["convert", "sample.fltrace", "none/a.json"], 73,
        "can't write none/a.json: No such file or directory; name another file"
      ),
      (
        ["show", "text.fltrace"], 65,
        "text.fltrace is no trace that this version of faultline reads"
      ),
      (["show", "none.fltrace"], 66, "can't read none.fltrace: No such file or directory"),
      (
        ["show", "--kind", "signal", "cut.fltrace"], 65,
        "cut.fltrace ends in the middle; what comes before was read"
      ),
    ] as [([String], Int32, String)])
  func wrongInput(words: [String], status: Int32, line: String) throws {
    let folder = try sample()
    let whole = try folder.read("sample.fltrace")
    try folder.write("text.fltrace", "no trace at all")
    try folder.write("cut.fltrace", whole.dropLast(100))
    for name in ["full.json", "full.fltrace"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/\(name)", withDestinationPath: "/dev/full")
    }
    let result = try run(words, folder)
    #expect(result.status == status)
    #expect(result.errors == "faultline: \(line)\n")
    #expect(try folder.read("sample.fltrace") == whole, "a trace is never lost")
    #expect(!folder.names.contains("a.mmd"))
  }
}
