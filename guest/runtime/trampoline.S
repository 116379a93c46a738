/*
 * Where a signal's handler returns to.
 *
 * The kernel has pushed, below the context: this address, the signal, a code,
 * the context's address, EBP, EIP, the context's address once more.  The return
 * has taken the first.  What is left of the handler's call goes, and sigreturn
 * finds the interrupted EIP as its return address and the context as its
 * argument.  The frames stay a chain for a debugger: EBP points to the saved
 * one.
 */
  .text
  .globl __signal_return
  .type __signal_return, @function
__signal_return:
  addl $16, %esp
  jmp sigreturn
  .size __signal_return, . - __signal_return

  .section .note.GNU-stack, "", @progbits
