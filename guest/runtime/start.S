/*
 * The first instructions of a guest program.
 *
 * At entry ESP is a multiple of 16 and holds argc, the argv pointers, 0, the
 * envp pointers, 0.  main is called with ESP again a multiple of 16, which is
 * what compilers expect when they keep xmm registers on the stack.
 * The same steps as MINIX's start-up code, which besides unmaps page 0: here
 * that page is never mapped.
 */
  .section .text.start, "ax", @progbits
  .globl _start
  .type _start, @function
_start:
  xorl %ebp, %ebp             /* the outermost frame */
  movl (%esp), %eax           /* argc */
  leal 4(%esp), %ecx          /* argv */
  leal 4(%ecx, %eax, 4), %edx /* envp, after argv's closing 0 */
  andl $-16, %esp
  subl $4, %esp               /* three words follow: 16 in all */
  pushl %edx
  pushl %ecx
  pushl %eax
  call __runtime_start        /* never returns */
  ud2
  .size _start, . - _start

  .section .note.GNU-stack, "", @progbits
