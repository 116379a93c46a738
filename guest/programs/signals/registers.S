/*
 * void kill_with_registers(message *, const Registers *before, Registers *after,
 *                          uint32_t xmm[2], double *number)
 *
 * EBX is the message's address, as for any IPC trap; EAX is PM, ECX SENDREC.
 * EBP is loaded too, so that nothing but ESP leads back.
 */
  .text
  .globl kill_with_registers
  .type kill_with_registers, @function
kill_with_registers:
  pushl %ebp
  pushl %ebx
  pushl %esi
  pushl %edi
  movl 32(%esp), %eax /* xmm */
  movd (%eax), %xmm0
  movd 4(%eax), %xmm7
  movl 36(%esp), %eax /* number */
  fldl (%eax)
  movl 20(%esp), %ebx /* the message */
  movl 24(%esp), %eax /* before */
  movl 8(%eax), %edx
  movl 12(%eax), %esi
  movl 16(%eax), %edi
  movl 20(%eax), %ebp
  xorl %eax, %eax
  movl $3, %ecx
  int $33
  pushl %eax
  movl 32(%esp), %eax /* after */
  movl %ecx, 4(%eax)
  movl %edx, 8(%eax)
  movl %esi, 12(%eax)
  movl %edi, 16(%eax)
  movl %ebp, 20(%eax)
  popl (%eax)
  movl 32(%esp), %eax
  movd %xmm0, (%eax)
  movd %xmm7, 4(%eax)
  movl 36(%esp), %eax
  fstpl (%eax)
  popl %edi
  popl %esi
  popl %ebx
  popl %ebp
  ret
  .size kill_with_registers, . - kill_with_registers

  .section .note.GNU-stack, "", @progbits
