/*
 * The accesses of segv, each in one labelled instruction, so that the EIP of
 * the fault can be looked up in the symbol table.  A label is a symbol with an
 * extent of its own: the function before it ends where it begins.
 */
  .text

.macro function name
  .globl \name
  .type \name, @function
\name:
.endm

.macro instruction name, of
  .size \of, . - \of
  function \name
.endm

function segv_read            /* uint32_t segv_read(uintptr_t address) */
  movl 4(%esp), %ecx
instruction segv_read_instruction, segv_read
  movl (%ecx), %eax
  ret
  .size segv_read_instruction, . - segv_read_instruction

function segv_write           /* void segv_write(uintptr_t address) */
  movl 4(%esp), %ecx
instruction segv_write_instruction, segv_write
  movl $0x5E67, (%ecx)
  ret
  .size segv_write_instruction, . - segv_write_instruction

function segv_jump            /* void segv_jump(uintptr_t address) */
  movl 4(%esp), %ecx
instruction segv_jump_instruction, segv_jump
  jmp *%ecx                   /* the fault is at the target, on its fetch */
  .size segv_jump_instruction, . - segv_jump_instruction

  .section .note.GNU-stack, "", @progbits
