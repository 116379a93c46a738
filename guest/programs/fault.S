/*
 * Exactly one page fault, and the end: what is left of a program when only
 * that matters.
 */
  .text
  .globl _start
  .type _start, @function
_start:
  movl $0x5A, page            /* the fault: a first touch, for writing */
  cmpl $0, page + 4092        /* the rest of the page is zero */
  je end
  movl $1, exit_request + 8
end:
  movl $3, %ecx               /* SENDREC */
  movl $0, %eax               /* to PM */
  movl $exit_request, %ebx
  int $33
  ud2                         /* EXIT has no reply */
  .size _start, . - _start

  .data
  .balign 4
exit_request:                 /* 36 bytes: m_source, m_type, payload */
  .long 0, 1                  /* EXIT */
  .long 0                     /* m1_i1: status */
  .long 0, 0, 0, 0, 0, 0

  .bss
  .balign 4096
page:
  .skip 4096

  .section .note.GNU-stack, "", @progbits
