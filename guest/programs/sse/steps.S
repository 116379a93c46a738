/*
 * void sse_steps(Registers *registers, uint32_t steps)
 *
 * All eight xmm registers and MXCSR are loaded, worked on in a loop that has
 * no other memory of them, and stored.  Nothing here forgets: a value that is
 * lost at any step makes another end.
 */
  .text
  .globl sse_steps
  .type sse_steps, @function
sse_steps:
  movl 4(%esp), %eax
  movl 8(%esp), %ecx
  pushl $0
  stmxcsr (%esp)              /* the caller's */
  ldmxcsr 128(%eax)
  movaps 0(%eax), %xmm0
  movaps 16(%eax), %xmm1
  movaps 32(%eax), %xmm2
  movapd 48(%eax), %xmm3
  movapd 64(%eax), %xmm4
  movdqa 80(%eax), %xmm5
  movdqa 96(%eax), %xmm6
  movaps 112(%eax), %xmm7
  testl %ecx, %ecx
  jz 2f
1:
  movaps %xmm0, %xmm7         /* g += angle * f */
  mulps %xmm2, %xmm7
  addps %xmm7, %xmm1
  movaps %xmm1, %xmm7         /* f -= angle * g */
  mulps %xmm2, %xmm7
  subps %xmm7, %xmm0
  addpd %xmm4, %xmm3
  paddd %xmm6, %xmm5
  decl %ecx
  jnz 1b
2:
  movaps %xmm0, 0(%eax)
  movaps %xmm1, 16(%eax)
  movaps %xmm2, 32(%eax)
  movapd %xmm3, 48(%eax)
  movapd %xmm4, 64(%eax)
  movdqa %xmm5, 80(%eax)
  movdqa %xmm6, 96(%eax)
  movaps %xmm7, 112(%eax)
  stmxcsr 128(%eax)
  ldmxcsr (%esp)
  addl $4, %esp
  ret
  .size sse_steps, . - sse_steps

  .section .note.GNU-stack, "", @progbits
