import Testing

/// What hostile guests try, by kind.
struct Hostilities: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let cases: [Hostility]

  static let all = [
    Hostilities(testDescription: "registers", cases: registers),
    Hostilities(testDescription: "instructions", cases: instructions),
    Hostilities(testDescription: "messages", cases: messages),
    Hostilities(testDescription: "calls", cases: calls),
    Hostilities(testDescription: "memory", cases: memory),
    Hostilities(testDescription: "int 0 to 127", cases: interrupts(0...127)),
    Hostilities(testDescription: "int 128 to 255", cases: interrupts(128...255)),
  ]

  /// Flags, selectors and a stack pointer that ring 3 should not have.
  static let registers: [Hostility] = [
    .init(
      "popf of IOPL 3, then a trap, then in", "flags $0x3202; trap; inb $0x60, %al",
      .killed(11, by: 13), catches: "a frame's IOPL obeyed on resume"),
    .init(
      "iret to IOPL 3, then a trap, then cli",
      "pushl $0x3202; pushl %cs; pushl $1f; iret; 1: trap; cli",
      .killed(11, by: 13), catches: "a frame's IOPL obeyed on resume"),
    .init(
      "popf of VM", "flags $0x20202; trap; pushfl; testl $0x20000, (%esp); jnz bad",
      .exits(0), catches: "a frame's VM flag obeyed on resume"),
    .init(
      "iret to virtual-8086 mode",
      "pushl $0; pushl $0; pushl $0; pushl $0; pushl %ss; pushl $stack_top; pushl $0x20202; "
        + "pushl %cs; pushl $1f; iret; 1: trap",
      // CPUs ignore VM in ring 3's iret. The lab's obeys it; then the process is lost.
      Here.isLab ? .killed(11) : .exits(0),
      catches: "a frame of virtual-8086 mode taken for a plain one"),
    .init(
      "NT at a trap", "flags $0x4202; trap; pushfl; testl $0x4000, (%esp); jz bad",
      .exits(0), catches: "the stub's own iret taken for a task's return"),
    .init(
      "NT, then iret", "flags $0x4202; trap; iret",
      .killed(11, by: 10), catches: "a back link in the TSS that leads somewhere"),
    .init(
      "TF at a trap", "pushl $0x302; popfl; int $33; nop",
      .killed(5, by: 1), catches: "a debug exception in the stub, or a lost TF"),
    .init(
      "AC and a misaligned access", "flags $0x40202; trap; movl message+1, %eax",
      .exits(0), catches: "alignment checks that MINIX does not switch on"),
    .init(
      "DF at a trap", "std; trap; pushfl; testl $0x400, (%esp); jz bad",
      .exits(0), catches: "a string operation of the stub that runs backwards"),
    .init(
      "popf without IF, then a long loop",
      "flags $0x2; movl $20000000, %ecx; 1: decl %ecx; jnz 1b; pushfl; testl $0x200, (%esp); jz bad",
      .exits(0), catches: "ring 3 keeping the CPU for itself"),
    .init(
      "every flag at once", "flags $0xFFFDFEFF; trap; trap",
      .exits(0), catches: "a flag that the stub's iret chokes on"),

    .init(
      "null selectors at a trap",
      "xorl %eax, %eax; movl %eax, %ds; movl %eax, %es; movl %eax, %fs; movl %eax, %gs; trap; "
        + "movl %gs, %eax; testl %eax, %eax; jnz bad",
      .exits(0), catches: "the stub using ring 3's DS"),
    .init(
      "null selectors with RPL 1 to 3",
      "movl $1, %eax; movl %eax, %ds; movl $2, %eax; movl %eax, %es; movl $3, %eax; "
        + "movl %eax, %fs; trap",
      .exits(0), catches: "a selector that does not load on resume"),
    .init(
      "the data selector with RPL 0",
      "movl %ss, %eax; andl $~3, %eax; movl %eax, %ds; movl %eax, %gs; trap; movl message, %eax",
      .exits(0), catches: "a selector that does not load on resume"),
    .init(
      "the code selector in DS to GS",
      "movl %cs, %eax; movl %eax, %ds; movl %eax, %es; movl %eax, %fs; movl %eax, %gs; trap",
      .exits(0), catches: "the stub writing through ring 3's DS or ES"),

    .init(
      "ESP garbage at a trap",
      "movl $0xDEADBEEF, %esp; trap; cmpl $0xDEADBEEF, %esp; jne bad",
      .exits(0), catches: "a frame on ring 3's stack"),
    .init(
      "ESP 0 at a trap", "xorl %esp, %esp; trap; testl %esp, %esp; jnz bad",
      .exits(0), catches: "a frame on ring 3's stack"),
    .init(
      "ESP in the stub at a trap", "movl $0xF0001000, %esp; trap; cmpl $0xF0001000, %esp; jne bad",
      .exits(0), catches: "a frame on ring 3's stack"),
    .init(
      "a push at ESP 0", "xorl %esp, %esp; pushl %eax",
      .fault(at: 0xFFFF_FFFC, error: 6), .fault(at: 0xFFFF_FFFC, error: 7),
      catches: "a supervisor page within ring 3's reach"),
    .init(
      "a push below the stack's region", "movl $0x7C000000, %esp; pushl %eax",
      .fault(at: 0x7BFF_FFFC, error: 6), catches: "a stack that grows for ever"),
    .init(
      "a push in the stack's last page", "movl $0x7C000004, %esp; pushl %eax",
      .exits(0), catches: "a stack region that is too short"),
  ]

  /// What is not ring 3's to execute, and what is.
  static let instructions: [Hostility] = [
    .init("hlt", "hlt", .killed(11, by: 13), catches: "an exit that is not the stub's"),
    .init("cli", "cli", .killed(11, by: 13), catches: "IOPL 3"),
    .init("sti", "sti", .killed(11, by: 13), catches: "IOPL 3"),
    .init(
      "out to the stub's port", "movl $0x1000, %eax; outl %eax, $0xE0", .killed(11, by: 13),
      catches: "a trap forged without the stub"),
    .init("out", "movl $0x3F8, %edx; outb %al, %dx", .killed(11, by: 13), catches: "an I/O map"),
    .init("in", "inl $0x60, %eax", .killed(11, by: 13), catches: "an I/O map"),
    .init(
      "rep insb", "movl $pages, %edi; movl $5, %ecx; rep insb", .killed(11, by: 13),
      catches: "an I/O map"),
    .init("lgdt", "lgdt message", .killed(11, by: 13), catches: "CPL 0"),
    .init("lidt", "lidt message", .killed(11, by: 13), catches: "CPL 0"),
    .init("lldt", "movl $0x23, %eax; lldt %ax", .killed(11, by: 13), catches: "CPL 0"),
    .init("ltr", "movl $0x28, %eax; ltr %ax", .killed(11, by: 13), catches: "CPL 0"),
    .init("lmsw", "xorl %eax, %eax; lmsw %ax", .killed(11, by: 13), catches: "CPL 0"),
    .init("clts", "clts", .killed(11, by: 13), catches: "CPL 0"),
    .init("mov to CR0", "movl %eax, %cr0", .killed(11, by: 13), catches: "CPL 0"),
    .init("mov from CR3", "movl %cr3, %eax", .killed(11, by: 13), catches: "CPL 0"),
    .init("mov to DR7", "movl %eax, %dr7", .killed(11, by: 13), catches: "CPL 0"),
    .init("wrmsr", "wrmsr", .killed(11, by: 13), catches: "CPL 0"),
    .init("rdpmc", "rdpmc", .killed(11, by: 13), catches: "CR4.PCE"),
    .init("wbinvd", "wbinvd", .killed(11, by: 13), catches: "CPL 0"),
    .init("invlpg", "invlpg message", .killed(11, by: 13), catches: "CPL 0"),
    .init(
      "iret to the stub's code", "pushfl; pushl $8; pushl $0; iret", .killed(11, by: 13, error: 8),
      catches: "a way into ring 0"),
    .init(
      "far call through the TSS", "lcall $0x28, $0", .killed(11, by: 13, error: 0x28),
      catches: "a task gate"),
    .init(
      "far return to ring 0", "pushl $8; pushl $0xF0000000; lret", .killed(11, by: 13, error: 8),
      catches: "a way into ring 0"),
    .init(
      "a jump into the stub", "movl $0xF0001000, %eax; jmp *%eax",
      .fault(at: 0xF000_1000, error: 4), .fault(at: 0xF000_1000, error: 5),
      catches: "a user page in the stub's range"),
    .init("syscall", "syscall", .killed(4, by: 6), catches: "EFER.SCE"),
    .init("sysenter", "sysenter", .killed(11, by: 13), catches: "a SYSENTER_CS"),
    .init("sysexit", "sysexit", .killed(11, by: 13), catches: "CPL 0"),
    .init(
      "vmcall", ".byte 0x0F, 0x01, 0xC1", .killed(4, by: 6), .killed(11, by: 13), .exits(0),
      catches: "a hypercall that does something"),
    .init(
      "vmmcall", ".byte 0x0F, 0x01, 0xD9", .killed(4, by: 6), .killed(11, by: 13), .exits(0),
      catches: "a hypercall that does something"),
    .init(
      "vmrun", ".byte 0x0F, 0x01, 0xD8", .killed(4, by: 6), .killed(11, by: 13),
      catches: "nested virtualisation"),
    .init(
      "xgetbv", "xorl %ecx, %ecx; xgetbv", .killed(4, by: 6),
      catches: "register state that nobody switches"),
    .init(
      "a VEX instruction", "vzeroupper", .killed(4, by: 6),
      catches: "register state that nobody switches"),
    .init(
      "lock of a register", ".byte 0xF0, 0x90", .killed(4, by: 6),
      catches: "a lock that stops the host"),
    .init(
      "cpuid", "xorl %eax, %eax; cpuid; testl %ebx, %ebx; jz bad", .exits(0),
      catches: "an exit for cpuid"),
    .init("rdtsc", "rdtsc", .exits(0), catches: "CR4.TSD"),
    .init(
      "sgdt, sidt, str, smsw", "sgdt pages; sidt pages; str %eax; smsw %eax", .exits(0),
      catches: "CR4.UMIP, which MINIX's start-up code does not expect"),
    .init(
      "division by zero in x87, unwaited for, then a trap",
      "fninit; pushl $0x037B; fldcw (%esp); fld1; fldz; fdivrp; trap", .exits(0),
      catches: "an #MF in the stub"),
    .init(
      "x87 registers across a trap", "fninit; fld1; fldpi; trap; fucomip %st(1), %st; jbe bad",
      .exits(0), catches: "FPU state that is lost"),
    .init(
      "code in a writable page", "movb $0xC3, pages; call pages", .exits(0),
      catches: "an NX bit that i386 paging does not have"),
    .init(
      "16 bytes of one instruction", ".fill 15, 1, 0x66; nop", .killed(11, by: 13),
      catches: "a CPU without the limit"),
  ]

  /// Messages at addresses where none can be.
  static let messages: [Hostility] =
    [
      ("0", "0"), ("the end of the address space", "0xFFFFFFF0"),
      ("user space's end", "0xEFFFFFF0"),
      ("the stub", "0xF0000000"), ("the arena", "0xF0400000"), ("nowhere", "0x60000000"),
      ("below the stack", "0x7BFFFFF0"), ("the program's end", "last_page+4096-8"),
    ].flatMap { (place, address) -> [Hostility] in
      [
        .init(
          "SENDREC at \(place)", "ipc $3, $1, $\(address); result", .exits(14),
          catches: "a message read from there"),
        .init(
          "a kernel call at \(place)", "movl $\(address), %eax; int $32", .exits(0),
          catches: "a request that is neither read nor refused"),
      ]
    } + [
      .init(
        "a message at an odd address",
        "movl $4, message+5; movl $1, message+9; movl $0, message+13; ipc $3, $1, $message+1; movl message+5, %eax",
        .exits(0), catches: "an alignment that nobody promised"),
      .init(
        "a message across two pages",
        "movl $4, pages+4096-4; movl $7, pages+4096; ipc $3, $1, $pages+4096-8; cmpl $-9, pages+4096-4; jne bad",
        .exits(0), catches: "a message cut off at a page's end"),
      .init(
        "a message in pages that are not there",
        "ipc $3, $1, $pages+4096-8; testl %eax, %eax; jnz bad; cmpl $-38, pages+4096-4; jne bad",
        .exits(0), catches: "a fetch that does not ask VM (13.12)"),
      .init(
        "a reply into read-only memory",
        "ipc $3, $1, $read_only; jmp good; .balign 4; read_only: .fill 9, 4, 0", .killed(11),
        catches: "a reply written there, or an endless delivery (13.2)"),
      .init(
        "a kernel call in read-only memory",
        "movl $2f, %eax; int $32; jmp good; .balign 4; 2: .fill 9, 4, 0", .exits(0),
        catches: "a reply written there"),
      .init(
        "a reply half into read-only memory",
        "jmp 1f; .balign 4096; .skip 4096-18; 2: .skip 36; 1: ipc $3, $1, $2b", .killed(11),
        catches: "half a reply"),
    ]

  /// Requests that nobody may make, and requests to nobody.
  static let calls: [Hostility] =
    [
      ("SENDREC to an absent server", 3, 2, 105), ("SENDREC to NONE", 3, 27342, 105),
      ("SENDREC to ANY", 3, 31438, 22), ("SENDREC to SELF", 3, 35534, 105),
      ("SENDREC to a wrong generation", 3, 36569 + 25000, 105),
      ("SENDREC to another user", 3, 36569, 104), ("SENDREC to INIT", 3, 10, 104),
      ("SENDREC to CLOCK", 3, -3, 104), ("SENDREC to SYSTEM", 3, -2, 104),
      ("SENDREC to HARDWARE", 3, -1, 104),
      ("SENDREC to an impossible endpoint", 3, 0x7FFF_FFFF, 105),
      ("SENDREC to the least endpoint", 3, -0x8000_0000, 105),
      ("SEND to PM", 1, 0, 110), ("SENDNB to PM", 5, 0, 110), ("NOTIFY to PM", 4, 0, 110),
      ("RECEIVE from any", 2, 31438, 110), ("RECEIVE from PM", 2, 0, 110),
      ("RECEIVE from nobody", 2, 27342, 105), ("SENDA", 16, 1, 1), ("SENDA of 5000", 16, 5000, 33),
      ("call 0", 0, 0, 102), ("call 6", 6, 0, 102), ("call 15", 15, 0, 102),
      ("call 17", 17, 0, 102),
      ("call 67", 67, 0, 102), ("call 0x80000003", 0x8000_0003, 0, 102),
    ].map { (name, call: Int, peer: Int, error: Int32) in
      .init(
        name, "ipc $\(call), $\(peer); result", .exits(error),
        catches: "a check of ABI 3.4 left out or out of order")
    }
    + [
      ("0 bytes", "$1", "$0", "$0", 0), ("to descriptor 0", "$0", "$1", "$message", 9),
      ("to descriptor 3", "$3", "$1", "$message", 9),
      ("to descriptor -1", "$-1", "$1", "$message", 9),
      ("-1 bytes", "$1", "$-1", "$message", 22),
      ("the least count", "$1", "$0x80000000", "$message", 22),
      ("2 GiB", "$1", "$0x7FFFFFFF", "$pages", 14), ("from nowhere", "$1", "$5", "$0x60000000", 14),
      ("from the stub", "$1", "$5", "$0xF0000000", 14),
      ("around the end of memory", "$2", "$5", "$0xFFFFFFFE", 14),
      ("past the program's end", "$2", "$100", "$last_page+4096-8", 14),
      ("from page 0", "$1", "$1", "$0", 14),
    ].map { (name, fd: String, count: String, buffer: String, error: Int32) in
      .init(
        "WRITE \(name)", "write \(fd), \(count), \(buffer); answer", .exits(error),
        catches: "a copy that trusts the caller")
    } + [
      .init(
        "EXIT with more than eight bits", "ask $0, $1, $0x12345678", .exits(0x78),
        catches: "a status that is not cut off"),
      .init("EXIT with -1", "ask $0, $1, $-1", .exits(255), catches: "a negative status"),
      .init(
        "an unknown call to PM", "ask $0, $0x7FFFFFFF; answer", .exits(38),
        catches: "a table without bounds"),
      .init(
        "a negative call to PM", "ask $0, $0x80000000; answer", .exits(38),
        catches: "a table without bounds"),
      .init(
        "a forged SCHEDULING_NO_QUANTUM", "ask $0, $0xF01; answer", .exits(38),
        catches: "PM taking a user for the kernel, or leaving it without an answer"),
      .init(
        "a notification's type to PM", "ask $0, $0x1002, $0, $0, $0x20000000; answer", .exits(38),
        catches: "PM taking a type for a notification"),
      .init(
        "a forged VM_PAGEFAULT", "ask $8, $0xCFF, $0x08048000, $7; answer", .exits(38),
        catches: "VM resolving faults that never were (13.3)"),
      .init(
        "VM_EXIT of the first program", "ask $8, $0xC00, $36569; answer", .exits(38),
        catches: "a call that only PM may make"),
      .init(
        "VM_WILLEXIT of itself", "ask $8, $0xC05, $35534; answer", .exits(38),
        catches: "a call that only PM may make"),
      .init(
        "an unknown call to VM", "ask $8, $0xC7F; answer", .exits(38),
        catches: "a table without bounds"),
      .init(
        "a call below VM's", "ask $8, $0xBFF; answer", .exits(38), catches: "a table without bounds"
      ),
      .init(
        "a forged m_source", "movl $0, message; ask $1, $4, $7; answer", .exits(9),
        catches: "a server answering whom the message names"),
    ]
    + [
      ("SYS_FORK", 0), ("SYS_EXIT", 53), ("SYS_KILL", 6), ("SYS_VMCTL", 43), ("SYS_PRIVCTL", 4),
      ("number 55", 55),
    ].map { (name, number: Int) in
      .init(
        "\(name) by a user",
        "movl $0x600+\(number), message+4; movl $message, %eax; int $32; xorl %eax, %eax; answer",
        .exits(104), catches: "a kernel call that is not masked")
    } + [
      .init(
        "kernel call 56",
        "movl $0x638, message+4; movl $message, %eax; int $32; xorl %eax, %eax; answer",
        .exits(107), catches: "a table without bounds"),
      .init(
        "kernel call -1",
        "movl $0x5FF, message+4; movl $message, %eax; int $32; xorl %eax, %eax; answer",
        .exits(107), catches: "a table without bounds"),
    ]

  /// VM's own calls with wrong numbers, and memory that is gone.
  static let memory: [Hostility] =
    [
      ("of 0 bytes", "$0", "$0", 22), ("at an odd address", "$4096", "$0x80000001", 22),
      ("in the stub", "$4096", "$0xF0000000", 12), ("of everything", "$0xFFFFF000", "$0", 12),
      ("that rounds up to nothing", "$0xFFFFFFFF", "$0", 22),
      ("of more than there is", "$0x70001000", "$0", 12),
      ("around the end of memory", "$0x10000000", "$0xFFFFF000", 12),
    ].map { (name, byteCount: String, address: String, error: Int32) in
      .init(
        "VM_MMAP \(name)", "\(mmap(byteCount, address)); answer", .exits(error),
        catches: "a region that cannot be")
    } + [
      .init(
        "a file mapping",
        "movl $0x20003, message+8; movl $3, message+12; movl $0, message+20; movl $4096, message+24; movl $0xC0A, message+4; ipc $3, $8; answer",
        .exits(38), .exits(22), catches: "a descriptor taken for memory"),
      .init(
        "user space's last page",
        "\(mmap("$4096", "$0xEFFFF000")); movl message+20, %edi; movl $1, (%edi)", .exits(0),
        catches: "an end that is off by one"),
      .init(
        "VM_MUNMAP of page 0", "ask $8, $0xC11, $4096, $0, $0; answer", .exits(14),
        catches: "a region that never was"),
      .init(
        "VM_MUNMAP of the stub", "ask $8, $0xC11, $4096, $0, $0xF0000000; answer", .exits(14),
        catches: "a region that is not VM's"),
      .init(
        "VM_MUNMAP of its own text", "ask $8, $0xC11, $0x1000, $0, $0x08049000; answer", .exits(14),
        .fault(error: 4), catches: "translations that outlive their page"),
      .init(
        "a page that was unmapped",
        "\(mmap("$4096", "$0")); movl message+20, %edi; movl $1, (%edi); ask $8, $0xC11, $4096, $0, %edi; cmpl $0, message+4; jne bad; movl (%edi), %eax",
        .fault(at: 0x8000_0000, error: 4), catches: "translations that outlive their page"),
      .init(
        "a page that was mapped again",
        "\(mmap("$4096", "$0")); movl message+20, %edi; movl $1, (%edi); ask $8, $0xC11, $4096, $0, %edi; \(mmap("$4096", "$0")); cmpl %edi, message+20; jne bad; cmpl $0, (%edi); jne bad",
        .exits(0), catches: "a page that is not zeroed, or the old one"),
      .init(
        "memory that was never touched, written out", "write $1, $1, $pages+1; answer", .exits(1),
        catches: "a copy that does not ask VM"),
      .init(
        "all of memory at once", "\(mmap("$0x10000000", "$0", flags: "$0xC0003")); answer",
        .exits(12), catches: "pages that are kept although the call failed"),
    ]

  /// VM_MMAP, form 5: protection, flags, descriptor, offset, address, length.
  private static func mmap(
    _ byteCount: String, _ address: String, flags: String = "$0x60003"
  ) -> String {
    "movl $0xC0A, message+4; movl \(flags), message+8; movl $-1, message+12; movl $0, message+16; "
      + "movl \(address), message+20; movl \(byteCount), message+24; ipc $3, $8"
  }

  /// `int n`: the two gates of MINIX's, breakpoint and overflow; every other is closed.
  static func interrupts(_ vectors: ClosedRange<UInt32>) -> [Hostility] {
    vectors.map { vector in
      // EAX 0: PM; as a kernel call a request at address 0.
      let code = "xorl %eax, %eax; movl $99, %ecx; .byte 0xCD, \(vector)"
      switch vector {
      case 3: return .init("int 3", code, .killed(16, by: 3), catches: "a closed gate")
      case 4: return .init("int 4", code, .killed(8, by: 4), catches: "a closed gate")
      case 32: return .init("int 32", code, .exits(0), catches: "a closed gate")
      case 33: return .init("int 33", "\(code); result", .exits(102), catches: "a closed gate")
      default:
        return .init(
          "int \(vector)", code, .killed(11, by: 13, error: vector * 8 + 2),
          catches: "an open gate")
      }
    }
  }
}
