/*
 * void x87_steps(Registers *registers, uint32_t steps)
 *
 * The whole x87 stack and the control word are loaded, worked on in a loop
 * that has no other memory of them, and stored.  With ST(7) a little above 1
 * nothing is forgotten: a value that is lost at any step makes another end.
 */
  .text

.macro turn other             /* ST(0) = ST(0) * ST(7) + ST(6), then the next */
  fmul %st(7), %st
  fadd %st(6), %st
  fxch %st(\other)
.endm

  .globl x87_steps
  .type x87_steps, @function
x87_steps:
  movl 4(%esp), %eax
  movl 8(%esp), %ecx
  fninit
  fldcw 96(%eax)
  fldt 84(%eax)
  fldt 72(%eax)
  fldt 60(%eax)
  fldt 48(%eax)
  fldt 36(%eax)
  fldt 24(%eax)
  fldt 12(%eax)
  fldt 0(%eax)
  testl %ecx, %ecx
  jz 2f
1:
  turn 1
  turn 2
  turn 3
  turn 4
  turn 5
  decl %ecx
  jnz 1b
2:
  fstpt 0(%eax)
  fstpt 12(%eax)
  fstpt 24(%eax)
  fstpt 36(%eax)
  fstpt 48(%eax)
  fstpt 60(%eax)
  fstpt 72(%eax)
  fstpt 84(%eax)
  fnstcw 96(%eax)
  fninit
  ret
  .size x87_steps, . - x87_steps

  .section .note.GNU-stack, "", @progbits
