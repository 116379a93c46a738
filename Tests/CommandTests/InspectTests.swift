import GuestPrograms
import TestSupport
import Testing

/// `faultline inspect`, to the letter.
@Suite struct InspectTests {
  /// Without what differs from machine to machine: where the file is, and how long.
  private func text(_ words: String...) throws -> String {
    let result = try FaultlineProcess(["inspect"] + words).finish()
    #expect(result.status == 0, "\(result.errors)")
    return result.text
      .replacing(/[^ ]*resources\//, with: "…/").replacing(
        /[0-9 ]+ bytes; it/, with: " N bytes; it")
  }

  @Test func aProgram() throws {
    #expect(
      try text("raw") == """
        …/raw: a static ELF32 program for i386, N bytes; it begins at 0x004010f4 (_start, ./guest/programs/raw.S:10)

                                         present  left to
        from        to           pages  at start   faults  rights  holds
        0x00400000  0x00401000       1         1        0  R       constants
        0x00401000  0x00402000       1         1        0  R X     code
        0x00402000  0x00403000       1         1        0  R W     data
        0x7c000000  0x80000000  16 384         1   16 383  R W     stack, arguments and environment
        4 pages present at the first instruction, 2 page tables; the heap begins at 0x00403000

        6 symbols (--symbols lists them); with source lines

        """)
  }

  @Test func symbols() throws {
    let text = try text("--symbols", "raw")
    #expect(
      text.hasSuffix(
        """

        address     bytes  symbol         source
        0x004000d4      0  greeting
        0x004010f4     62  _start         ./guest/programs/raw.S:10
        0x00401115      0  wrong          ./guest/programs/raw.S:19
        0x0040111f      0  end            ./guest/programs/raw.S:21
        0x00402134      0  write_request
        0x00402158      0  exit_request

        """))
  }

  /// What is offered is read, or the error names the manifest's line.
  @Test func offeredFiles() throws {
    let folder = try TemporaryFolder()
    let motd = try folder.write("motd", "hello")
    let good = try folder.write("a.yaml", "programs: [{file: raw}]\nfiles: {/etc/motd: motd}")
    #expect(try text(good).hasSuffix("\n\nfile /etc/motd: \(motd)\n"))
    let bad = try folder.write("b.yaml", "programs: [{file: raw}]\nfiles: {/etc/motd: none}")
    let result = try FaultlineProcess(["inspect", bad]).finish()
    #expect(result.status == 66)
    #expect(result.errors.contains("b.yaml:2:9: 'files': "), "\(result.errors)")
    #expect(result.errors.contains("/none: no such file"), "\(result.errors)")
  }

  @Test func anImage() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "image.yaml",
      """
      memory: 64MiB
      delivery: signal
      policy: around:16
      environment: {LANG: C}
      programs:
        - {file: raw, name: first, priority: 3, quantum: 20}
        - {file: raw, server: rs, traps: [receive, senda], kernel-calls: []}
        - {file: raw, count: 2, as: system, ipc-to: [pm, 8, first, users]}
        - {file: raw, name: last, after: raw-2, delay: 1500ms, arguments: ["a b", c]}
      """)
    let text = try text(path).replacing(path, with: "image.yaml")
    #expect(
      text == """
        image.yaml: 5 processes, memory 64MiB, delivery signal, policy around:16

                                                                                          pages
        process  endpoint  program  as          queue  quantum  starts                 at start  of
        first       36569  raw      user            3       20  at once                       4   4
        raw             2  raw      RS's place      -        -  at once                       4   4
        raw-1       36570  raw      system          -        -  at once                       4   4
        raw-2       36571  raw      system          -        -  at once                       4   4
        last        36572  raw      user            -        -  after raw-2 + 1.500 s         4   4

        first: environment LANG=C
        raw: environment LANG=C; traps RECEIVE SENDA; kernel calls none
        raw-1: environment LANG=C; may send to PM VM first users
        raw-2: environment LANG=C; may send to PM VM first users
        last: arguments "a b" c; environment LANG=C

        """)
  }

  @Test(
    arguments: [
      (["nobody"], 66, "faultline: nobody: no such file, and no program of that name is shipped"),
      (["/dev/null"], 65, "faultline: /dev/null"), ([], 64, "faultline: "),
      (["raw", "sparse"], 64, "faultline: "),
    ] as [([String], Int32, String)])
  func wrongInput(_ words: [String], _ status: Int32, _ line: String) throws {
    let result = try FaultlineProcess(["inspect"] + words).finish()
    #expect(result.status == status)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.hasPrefix(line))
  }
}
