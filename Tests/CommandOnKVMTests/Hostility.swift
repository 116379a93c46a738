import TestSupport

/// One thing that a program may try, and how it must end.
struct Hostility: Sendable {
  let name: String
  /// Assembly, `;` between statements, with the words of ``HostileProgram``.
  let code: String
  /// The ways in which it may end: one, unless CPUs differ.
  let ends: [Summary.Exit]
  /// The mistake in kernel, stub or servers that another end would betray.
  let catches: String

  init(_ name: String, _ code: String, _ ends: Summary.Exit..., catches: String) {
    (self.name, self.code, self.ends, self.catches) = (name, code, ends, catches)
  }
}

extension Summary.Exit {
  /// It went on, and ended by EXIT: 0 is good; an error is that error's number.
  static func exits(_ status: Int32) -> Self { Self(status: status) }

  /// Killed by an exception. The instruction's address is not compared.
  static func killed(_ signal: Int32, by vector: UInt8, error: UInt32 = 0) -> Self {
    Self(signal: signal, vector: vector, errorCode: error)
  }

  /// Killed by a page fault.
  static func fault(at address: UInt32? = nil, error: UInt32) -> Self {
    Self(signal: 11, vector: 14, cr2: address, errorCode: error)
  }

  /// Killed without an exception of its own.
  static func killed(_ signal: Int32) -> Self { Self(signal: signal) }

  /// Whether a program's end is this one; what this one does not say may be anything.
  func allows(_ other: Self) -> Bool {
    status == other.status && signal == other.signal
      && (vector == nil || vector == other.vector)
      && (errorCode == nil || errorCode == other.errorCode)
      && (cr2 == nil || cr2 == other.cr2)
  }
}

/// A program made of hostilities, of which each process carries out the one that its argument names.
enum HostileProgram {
  /// The text, for an assembler.
  static func source(_ cases: [Hostility]) -> String {
    let bodies = cases.enumerated().map { index, hostility in
      "case_\(index): \(hostility.code); jmp good"
    }
    let table = cases.indices.map { "  .long case_\($0)" }
    return ([prelude] + bodies + ["  .section .rodata", "cases:"] + table).joined(separator: "\n")
      + "\n"
  }

  /// Reads argv[1] as a number and jumps to its case. The words that the cases are written with:
  ///
  /// - `ipc call, peer, message`: one IPC trap; `trap`: one that changes nothing.
  /// - `ask peer, type, i1, i2, p1`: SENDREC with a message in form 1.
  /// - `result`: ends with the trap's result, an error as its number.
  /// - `answer`: ends with the reply's type, an error as its number, or with the trap's error.
  /// - `good`, `bad`: end with 0 and with 99, whatever ESP and the segments are by now.
  private static let prelude = """
      .macro ipc call, peer, message=$message
        movl \\call, %ecx; movl \\peer, %eax; movl \\message, %ebx; int $33
      .endm
      .macro trap
        ipc $99, $0
      .endm
      .macro ask peer, type, i1=$0, i2=$0, p1=$0
        movl \\type, message+4; movl \\i1, message+8; movl \\i2, message+12
        movl \\p1, message+20; ipc $3, \\peer
      .endm
      .macro write fd, count, buffer
        ask $1, $4, \\fd, \\count, \\buffer
      .endm
      .macro result
        negl %eax; jmp end
      .endm
      .macro answer
        jmp end_with_answer
      .endm
      .macro flags value
        pushl \\value; popfl
      .endm

      .text
      .globl _start
    _start:
      movl 8(%esp), %esi
      xorl %ebp, %ebp
      xorl %eax, %eax
    1:
      movb (%esi), %al
      testb %al, %al
      jz 2f
      imull $10, %ebp
      leal -48(%ebp, %eax), %ebp
      incl %esi
      jmp 1b
    2:
      jmp *cases(, %ebp, 4)

    good:
      xorl %eax, %eax
      jmp end
    bad:
      movl $99, %eax
      jmp end
    end_with_answer:
      testl %eax, %eax
      jnz 3f
      movl message+4, %eax
      testl %eax, %eax
      jns end
    3:
      negl %eax
    end:
      movl $stack_top, %esp
      pushl %ss
      popl %ds
      pushl $0x202
      popfl
      movl $1, message+4
      movl %eax, message+8
      ipc $3, $0
      ud2

      .data
      .balign 4
    message:
      .fill 9, 4, 0
    second_message:
      .fill 9, 4, 0
      .bss
      .balign 4096
    pages:
      .skip 16384
      .skip 4096
    stack_top:
    last_page:
      .skip 4096
      .text
    """
}
