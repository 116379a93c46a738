/*
 * The two traps, and nothing else: all that a process can ask of the kernel.
 *
 *   IPC, vector 33         in:  ECX call number, EAX peer (SENDA: entry count),
 *                               EBX message pointer (SENDA: table)
 *                          out: EAX result; after RECEIVE, EBX status word
 *   kernel call, vector 32 in:  EAX message pointer; the reply is in the message
 *
 * The functions have the C calling convention: EBX is kept, EAX, ECX and EDX
 * are scratch.  Declared, and documented for the caller, in minix/ipc.h.
 */
#define IPC_VECTOR 33
#define KERN_CALL_VECTOR 32

#define SEND 1
#define RECEIVE 2
#define SENDREC 3
#define NOTIFY 4
#define SENDNB 5
#define SENDA 16

  .text

/* int NAME(first, second): EAX = first, EBX = second, one trap. */
.macro ipc_trap name, number
  .globl \name
  .type \name, @function
\name:
  pushl %ebp
  movl %esp, %ebp
  pushl %ebx
  movl 8(%ebp), %eax
  movl 12(%ebp), %ebx
  movl $\number, %ecx
  int $IPC_VECTOR
  popl %ebx
  popl %ebp
  ret
  .size \name, . - \name
.endm

ipc_trap ipc_send, SEND
ipc_trap ipc_sendrec, SENDREC
ipc_trap ipc_sendnb, SENDNB

/* int ipc_receive(endpoint_t source, message *, int *status) */
  .globl ipc_receive
  .type ipc_receive, @function
ipc_receive:
  pushl %ebp
  movl %esp, %ebp
  pushl %ebx
  movl 8(%ebp), %eax
  movl 12(%ebp), %ebx
  movl $RECEIVE, %ecx
  int $IPC_VECTOR
  movl 16(%ebp), %ecx
  testl %ecx, %ecx
  jz 1f
  movl %ebx, (%ecx)
1:
  popl %ebx
  popl %ebp
  ret
  .size ipc_receive, . - ipc_receive

/* int ipc_notify(endpoint_t destination) */
  .globl ipc_notify
  .type ipc_notify, @function
ipc_notify:
  movl 4(%esp), %eax
  movl $NOTIFY, %ecx
  int $IPC_VECTOR
  ret
  .size ipc_notify, . - ipc_notify

/* int ipc_senda(asynmsg_t *table, size_t count) */
  .globl ipc_senda
  .type ipc_senda, @function
ipc_senda:
  pushl %ebp
  movl %esp, %ebp
  pushl %ebx
  movl 12(%ebp), %eax
  movl 8(%ebp), %ebx
  movl $SENDA, %ecx
  int $IPC_VECTOR
  popl %ebx
  popl %ebp
  ret
  .size ipc_senda, . - ipc_senda

/* void kernel_call_trap(message *) */
  .globl kernel_call_trap
  .type kernel_call_trap, @function
kernel_call_trap:
  movl 4(%esp), %eax
  int $KERN_CALL_VECTOR
  ret
  .size kernel_call_trap, . - kernel_call_trap

  .section .note.GNU-stack, "", @progbits
