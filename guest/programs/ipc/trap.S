/*
 * void observed_trap(Registers *before, Registers *after)
 *
 * One IPC trap with all registers as `before` has them, and all registers as
 * they are afterwards in `after`.  ESP, CS and SS cannot be chosen: what they
 * were is written into `before`.  Memory is reached through SS alone, because
 * DS and the others may be null meanwhile.
 */
#define IPC_VECTOR 33

#define EAX 0
#define EBX 4
#define ECX 8
#define EDX 12
#define ESI 16
#define EDI 20
#define EBP 24
#define ESP 28
#define EFLAGS 32
#define DS 36
#define ES 40
#define FS 44
#define GS 48
#define CS 52
#define SS 56

/* The stack at the trap: nine saved words, the return address, the arguments. */
#define BEFORE (9 * 4 + 4)
#define AFTER (BEFORE + 4)
/* What is pushed right after it: eight registers and EFLAGS. */
#define IMAGE (9 * 4)

  .text
  .globl observed_trap
  .type observed_trap, @function
observed_trap:
  pushl %ebp
  pushl %ebx
  pushl %esi
  pushl %edi
  pushfl
  pushl %ds
  pushl %es
  pushl %fs
  pushl %gs

  movl BEFORE(%esp), %edx
  movl %esp, %ss:ESP(%edx)
  movl %cs, %eax
  movzwl %ax, %eax
  movl %eax, %ss:CS(%edx)
  movl %ss, %eax
  movzwl %ax, %eax
  movl %eax, %ss:SS(%edx)

  movw %ss:DS(%edx), %ds
  movw %ss:ES(%edx), %es
  movw %ss:FS(%edx), %fs
  movw %ss:GS(%edx), %gs
  movl %ss:EAX(%edx), %eax
  movl %ss:EBX(%edx), %ebx
  movl %ss:ECX(%edx), %ecx
  movl %ss:ESI(%edx), %esi
  movl %ss:EDI(%edx), %edi
  movl %ss:EBP(%edx), %ebp
  pushl %ss:EFLAGS(%edx)
  popfl
  movl %ss:EDX(%edx), %edx
  int $IPC_VECTOR

  pushfl
  pushal                      /* from below: EDI ESI EBP ESP EBX EDX ECX EAX */
  cld
  movl IMAGE + AFTER(%esp), %edi
  movl 28(%esp), %eax
  movl %eax, %ss:EAX(%edi)
  movl 16(%esp), %eax
  movl %eax, %ss:EBX(%edi)
  movl 24(%esp), %eax
  movl %eax, %ss:ECX(%edi)
  movl 20(%esp), %eax
  movl %eax, %ss:EDX(%edi)
  movl 4(%esp), %eax
  movl %eax, %ss:ESI(%edi)
  movl 0(%esp), %eax
  movl %eax, %ss:EDI(%edi)
  movl 8(%esp), %eax
  movl %eax, %ss:EBP(%edi)
  movl 12(%esp), %eax
  addl $4, %eax               /* EFLAGS was pushed before it */
  movl %eax, %ss:ESP(%edi)
  movl 32(%esp), %eax
  movl %eax, %ss:EFLAGS(%edi)
.macro selector register, place
  movl %\register, %eax
  movzwl %ax, %eax
  movl %eax, %ss:\place(%edi)
.endm
  selector ds, DS
  selector es, ES
  selector fs, FS
  selector gs, GS
  selector cs, CS
  selector ss, SS

  addl $IMAGE, %esp
  popl %gs
  popl %fs
  popl %es
  popl %ds
  popfl
  popl %edi
  popl %esi
  popl %ebx
  popl %ebp
  ret
  .size observed_trap, . - observed_trap

  .section .note.GNU-stack, "", @progbits
