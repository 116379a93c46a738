/*
 * Sends VM one message and ends, without a page fault (system process): the
 * message that `vm ENDPOINT` waits for while others fault.
 */
  .text
  .globl _start
  .type _start, @function
_start:
  movl $1, %ecx               /* SEND */
  movl $8, %eax               /* to VM */
  movl $start, %ebx
  int $33
  movl %eax, exit_request + 8 /* 0: the message has been taken */
  movl $3, %ecx               /* SENDREC */
  movl $0, %eax               /* to PM */
  movl $exit_request, %ebx
  int $33
  ud2                         /* EXIT has no reply */
  .size _start, . - _start

  .data
  .balign 4
start:                        /* 36 bytes: m_source, m_type, payload */
  .long 0, 0x3000, 0, 0, 0, 0, 0, 0, 0
exit_request:
  .long 0, 1                  /* EXIT */
  .long 0                     /* m1_i1: status */
  .long 0, 0, 0, 0, 0, 0

  .section .note.GNU-stack, "", @progbits
