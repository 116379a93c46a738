/*
 * A program with nothing under it: no runtime, no linker script, its own
 * _start.  The two messages lie ready in data; each call is three registers
 * and `int 33`.
 */
  .text
  .globl _start
  .type _start, @function
_start:
  movl $3, %ecx               /* SENDREC */
  movl $1, %eax               /* to VFS */
  movl $write_request, %ebx
  int $33
  testl %eax, %eax            /* the trap's own result */
  jnz wrong
  cmpl $greeting_size, write_request + 4 /* m_type of the reply: bytes written */
  je end
wrong:
  movl $1, exit_request + 8
end:
  movl $3, %ecx
  movl $0, %eax               /* to PM */
  movl $exit_request, %ebx
  int $33
  ud2                         /* EXIT has no reply */
  .size _start, . - _start

  .section .rodata
greeting:
  .ascii "Raw: two messages, no runtime.\n"
  .set greeting_size, . - greeting

  .data
  .balign 4
write_request:                /* 36 bytes: m_source, m_type, payload */
  .long 0, 4                  /* WRITE */
  .long 1                     /* m1_i1: descriptor */
  .long greeting_size         /* m1_i2: bytes */
  .long 0
  .long greeting              /* m1_p1: buffer */
  .long 0, 0, 0
exit_request:
  .long 0, 1                  /* EXIT */
  .long 0                     /* m1_i1: status */
  .long 0, 0, 0, 0, 0, 0

  .section .note.GNU-stack, "", @progbits
