/*
 * The instructions of exceptions.  Each function is called exceptions_KIND;
 * the label exceptions_KIND_eip is where the exception frame's EIP points.
 */
  .text

.macro raise kind
  .globl exceptions_\kind
  .type exceptions_\kind, @function
exceptions_\kind:
  nop                         /* so that even `hlt` has a label of its own */
.endm

/* A symbol with an extent of its own: the function before it ends here. */
.macro eip kind
  .size exceptions_\kind, . - exceptions_\kind
  .globl exceptions_\kind\()_eip
  .type exceptions_\kind\()_eip, @function
exceptions_\kind\()_eip:
.endm

.macro end kind
  .size exceptions_\kind\()_eip, . - exceptions_\kind\()_eip
.endm

/* 0 #DE, fault: division by zero */
raise divide
  xorl %edx, %edx
  movl $1, %eax
  xorl %ecx, %ecx
eip divide
  divl %ecx
  ret
end divide

/* 1 #DB, trap: TF takes effect after the instruction that follows popf */
raise debug
  pushfl
  orl $0x100, (%esp)
  popfl
  nop
eip debug
  pushfl
  andl $~0x100, (%esp)
  popfl
  ret
end debug

/* 3 #BP, trap */
raise int3
  int3
eip int3
  ret
end int3

/* 4 #OF, trap */
raise into
  movl $0x7FFFFFFF, %eax
  addl $1, %eax
  into
eip into
  ret
end into

/* 5 #BR, fault: index 7 in bounds 1 to 3 */
raise bound
  movl $7, %eax
eip bound
  bound %eax, bounds
  ret
end bound

/* 6 #UD, fault */
raise ud2
eip ud2
  ud2
end ud2

/* 10 #TS, fault: a return from a nested task that never was */
raise iret_nt
  pushfl
  orl $0x4000, (%esp)
  popfl
eip iret_nt
  iret
end iret_nt

/* 13 #GP, fault, error code 0: what only ring 0 may do */
raise hlt
eip hlt
  hlt
  ret
end hlt

raise cli
eip cli
  cli
  ret
end cli

raise in
  movl $0x3F8, %edx
eip in
  inb %dx, %al
  ret
end in

raise mov_cr3
eip mov_cr3
  movl %cr3, %eax
  ret
end mov_cr3

/* 13 #GP(0), fault: sixteen bytes of one instruction, one too many */
raise long
eip long
  .fill 15, 1, 0x3E           /* DS prefixes */
  nop
  ret
end long

/* 13 #GP, fault: gates that are closed to ring 3; error code vector * 8 + 2 */
raise int_1
eip int_1
  .byte 0xCD, 1
  ret
end int_1

raise int_8
eip int_8
  .byte 0xCD, 8
  ret
end int_8

raise int_14
eip int_14
  .byte 0xCD, 14
  ret
end int_14

raise int_34
eip int_34
  .byte 0xCD, 34
  ret
end int_34

raise int_0x80
eip int_0x80
  .byte 0xCD, 0x80
  ret
end int_0x80

/* 13 #GP, fault: selectors that ring 3 may not have; error code the selector */
raise load_ds
  movl $0x10, %eax            /* the supervisor's data */
eip load_ds
  movl %eax, %ds
  ret
end load_ds

raise load_ss
  movl $0x10, %eax
eip load_ss
  movl %eax, %ss
  ret
end load_ss

raise load_limit
  movl $0xFFF8, %eax          /* beyond any GDT */
eip load_limit
  movl %eax, %es
  ret
end load_limit

raise far_jump
eip far_jump
  ljmp $0x08, $0              /* the supervisor's code */
end far_jump

/* 16 #MF, fault: an unmasked x87 division by zero, reported by the next wait */
raise x87
  fninit
  pushl $0x037B               /* ZM clear */
  fldcw (%esp)
  addl $4, %esp
  fld1
  fldz
  fdivrp %st, %st(1)          /* 1 / 0 */
eip x87
  fwait
  ret
end x87

/* 19 #XM, fault: an unmasked SSE division by zero */
raise simd
  pushl $0x1D80               /* ZM clear */
  ldmxcsr (%esp)
  addl $4, %esp
  xorps %xmm1, %xmm1
  movl $0x3F800000, %eax
  movd %eax, %xmm0
eip simd
  divss %xmm1, %xmm0
  ret
end simd

  .section .rodata
  .balign 4
bounds:
  .long 1, 3

  .section .note.GNU-stack, "", @progbits
