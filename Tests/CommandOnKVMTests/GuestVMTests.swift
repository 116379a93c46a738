import TestSupport
import Testing

/// A guest program in VM's place: its clients live as they do under the resident VM.
@Suite struct GuestVMTests {
  static let deliveries = ["message", "signal"]
  private static let vm = ManifestEntry("vm", server: "vm")

  /// The same programs with either VM: same output, same ends, same faults.
  @Test(arguments: deliveries) func clientsSeeNoDifference(_ delivery: String) throws {
    let clients = [
      ManifestEntry("hello"), ManifestEntry("touch", ["500"]),
      ManifestEntry("heap", file: "touch", ["300", "random", "7", "heap"]),
      ManifestEntry("sparse", ["20"]), ManifestEntry("segv", ["write-rodata"]),
      ManifestEntry("null", file: "segv", ["read-null"]),
      ManifestEntry("stub", file: "segv", ["write-stub"]),
      ManifestEntry("embedded", ["50000"]), ManifestEntry("ud", file: "exceptions", ["ud2"]),
    ]
    let resident = try GuestRun(clients, options: ["--delivery", delivery])
    let guest = try GuestRun([Self.vm] + clients, options: ["--delivery", delivery])
    #expect(guest.status == resident.status, "\(guest.errors)")
    #expect(guest.lines.sorted() == resident.lines.sorted())
    for client in clients {
      let (one, other) = (
        try #require(resident.summary[client.name]), try #require(guest.summary[client.name])
      )
      #expect(one.exit == other.exit, "\(client.name)")
      #expect(one.faults["total"] == other.faults["total"], "\(client.name)")
    }
    // Only VM knows what became of them.
    #expect(guest.summary["touch"]?.faults.keys.sorted() == ["total"])
    #expect(guest.summary.memory.leakedPages == nil)
    #expect(guest.summary["vm"]?.exit == nil)
    let polls = guest.summary.kernelCalls["SYS_VMCTL/VMCTL_GET_PAGEFAULT"] ?? 0
    #expect(delivery == "message" ? polls == 0 : polls > 0)
    #expect((guest.summary.messages["VM_PAGEFAULT"] ?? 0 == 0) == (delivery == "signal"))
  }

  /// The six functions by VM and by others, in C and in Swift; every type of memory request.
  @Test(arguments: deliveries) func everyFunctionIsChecked(_ delivery: String) throws {
    let run = try GuestRun(
      [ManifestEntry("vm", ["check"], server: "vm")] + Self.checkers,
      options: ["--delivery", delivery, "--timeout", "60s"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.sorted() == Self.checks)
    // What VM has seen, it has seen by its own calls.
    #expect(run.summary.kernelCalls["SYS_VMCTL/VMCTL_MEMREQ_REPLY"] == 8)
    #expect(run.summary.kernelCallErrors["SYS_VMCTL/VMCTL_ENABLE_PAGING=EINVAL"] == 7)
  }

  /// The same under the resident VM, which has made its handshake before.
  @Test(arguments: deliveries) func theResidentVMAnswersAlike(_ delivery: String) throws {
    let run = try GuestRun(
      Self.checkers, options: ["--delivery", delivery, "--timeout", "60s"])
    #expect(run.status == 0, "\(run.errors)")
    // It has no verdict of its own.
    #expect(
      run.lines.sorted()
        == Self.checks.map { $0 == "requests: 32 checks" ? "requests: 30 checks" : $0 })
    // VM's own, and five attempts.
    #expect(run.summary.kernelCalls["SYS_VMCTL/VMCTL_ENABLE_PAGING"] == 6)
    #expect(run.summary.memory.leakedPages == 0)
  }

  private static let checkers = [
    ManifestEntry("partner", file: "requests", isSystem: true),
    ManifestEntry("requests", ["36569"], isSystem: true),
    ManifestEntry("vmctl", isSystem: true),
    ManifestEntry("user", file: "vmctl", ["user"]),
    ManifestEntry("vmctl-swift", isSystem: true),
  ]

  /// A program that checks nothing would say so.
  private static let checks = [
    "partner: 10 checks", "requests: 32 checks", "vmctl user: 17 checks", "vmctl-swift: 16 checks",
    "vmctl: 63 checks",
  ]
}

/// What becomes of a run whose VM is not fit for it.
@Suite struct UnfitVMTests {
  /// The program in VM's place, its arguments; the exit code, and what the first line says.
  static let cases: [(String, [String], Int32, String)] = [
    ("segv", ["read-unmapped"], 70, "VM itself faulted at 0x60000000"),
    ("exceptions", ["ud2"], 70, "vm, without which nothing goes on, raised SIGILL"),
    ("spin", ["forever"], 124, "the time that the run was given is over"),
    ("waiter", ["any"], 75, "nothing can run any more"),
    // It ends, and nobody ever makes its client's address space.
    ("hello", [], 75, "nothing can run any more"),
    ("vm", ["7", "7"], 75, "vm: usage: vm [check | ENDPOINT], arguments: 2"),
  ]

  @Test(arguments: cases) func endsInGoodOrder(
    _ file: String, _ arguments: [String], _ status: Int32, _ line: String
  ) throws {
    let run = try GuestRun(
      [
        ManifestEntry("unfit", file: file, arguments, server: "vm"),
        ManifestEntry("client", file: "hello"),
      ], options: ["--timeout", "2s"])
    #expect(run.status == status, "\(run.errors)")
    #expect(run.errors.contains(line), "\(run.errors)")
    #expect(run.summary["client"]?.exit == nil)
  }

  /// Its client's pages run out: the client dies of it.
  @Test func tooLittleMemory() throws {
    let run = try GuestRun(
      [ManifestEntry("vm", server: "vm"), ManifestEntry("touch", ["500"]), ManifestEntry("hello")],
      options: ["--memory", "1MiB", "--timeout", "20s"])
    #expect(run.summary["touch"]?.exit?.signal == 11, "\(run.errors)")
    #expect(run.status == 139)
    #expect(run.summary["hello"]?.exit == .init(status: 0))
  }

  /// What VM does to the stub by way of the arena's window, and what the run ends with. Its own
  /// directory is the page of slot 8; an entry there with PS, and it sees the stub itself.
  static let attacks: [(String, String)] = [
    ("movl $0, 0xC0008F00; flush; int $33", "the guest shut down by a triple fault"),
    (
      "movl $0xF00000E7, 0xC0008B40; movw $0xFEEB, 0xB4000210; int $33",
      "the guest's ring 0 has not come back"
    ),
    // hlt at the IPC handler.
    (
      "movl $0xF00000E7, 0xC0008B40; movb $0xF4, 0xB4000210; int $33",
      "KVM left the guest for an unexpected reason (KVM_EXIT_HLT"
    ),
    // Everything above user space at once.
    (
      "movl $0xC0008F00, %edi; movl $64, %ecx; movl $-1, %eax; rep stosl; flush; int $33",
      "the guest shut down by a triple fault"
    ),
  ]

  /// The host bears it, and ends the run with a reason.
  @Test(arguments: attacks) func theStubIsOverwritten(_ code: String, _ line: String) throws {
    let folder = try TemporaryFolder()
    let program = try GNUCompiler.build(
      """
        .macro flush
          movl $message, %eax; int $32
        .endm
        .text
        .globl _start
      _start: \(code); jmp .
        .data
      message: .long 0, 0x62B, 0x8ACE, 26, 0, 0, 0, 0, 0

      """, language: "assembler", as: "attack", in: folder)
    let run = try GuestRun(
      [ManifestEntry("attack", file: program, server: "vm"), ManifestEntry("hello")],
      options: ["--timeout", "30s"])
    #expect(run.status == 70, "\(run.errors)")
    #expect(run.errors.hasPrefix(line), "\(run.errors)")
    #expect(run.summary["hello"]?.exit == nil)
  }
}
