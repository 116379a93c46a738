/*
 * What a compiler has no words for.
 */
#include "conform.h"

	.text
	.code32
	.macro	function name
	.balign	16
	.globl	\name
\name:
	.endm

	function conform_read_cr0
	movl	%cr0, %eax
	ret

	function conform_read_cr4
	movl	%cr4, %eax
	ret

	function conform_write_cr0
	movl	4(%esp), %eax
	movl	%eax, %cr0
	ret

	function conform_write_cr3
	movl	4(%esp), %eax
	movl	%eax, %cr3
	ret

	function conform_write_cr4
	movl	4(%esp), %eax
	movl	%eax, %cr4
	ret

	function conform_invlpg
	movl	4(%esp), %eax
	invlpg	(%eax)
	ret

	function conform_cpuid
	pushl	%ebx
	pushl	%edi
	movl	12(%esp), %eax
	movl	16(%esp), %edi
	xorl	%ecx, %ecx
	cpuid
	movl	%eax, 0(%edi)
	movl	%ebx, 4(%edi)
	movl	%ecx, 8(%edi)
	movl	%edx, 12(%edi)
	popl	%edi
	popl	%ebx
	ret

	function conform_out8
	movl	4(%esp), %edx
	movl	8(%esp), %eax
	outb	%al, %dx
	ret

	function conform_out32
	movl	4(%esp), %edx
	movl	8(%esp), %eax
	outl	%eax, %dx
	ret

	function conform_in8
	movl	4(%esp), %edx
	xorl	%eax, %eax
	inb	%dx, %al
	ret

	function conform_halt
1:	cli
	hlt
	jmp	1b

/* The tables are filled; segments, IDT and task register from now on. */
	function conform_load_tables
	lgdt	gdt_pointer
	lidt	idt_pointer
	ljmp	$CONFORM_KERNEL_CODE, $1f
1:	movl	$CONFORM_KERNEL_DATA, %eax
	movl	%eax, %ss
	movl	$CONFORM_USER_DATA, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %fs
	movl	%eax, %gs
	movl	$CONFORM_TASK_STATE, %eax
	ltr	%ax
	ret

	function conform_load_gdt
	movl	4(%esp), %eax
	lgdt	(%eax)
	ret

	function conform_load_idt
	movl	4(%esp), %eax
	lidt	(%eax)
	ret

	function conform_load_local_table
	movl	4(%esp), %eax
	lldt	%ax
	ret

	function conform_load_task
	movl	4(%esp), %eax
	ltr	%ax
	ret

	.data
	.balign	8
gdt_pointer:
	.word	8 * 8 - 1
	.long	conform_gdt
	.balign	8
idt_pointer:
	.word	256 * 8 - 1
	.long	conform_idt

	.bss
	.balign	4096
	.globl	conform_gdt
conform_gdt:
	.fill	8, 8, 0
	.globl	conform_task_state
	.balign	128
conform_task_state:
	.fill	26, 4, 0
	.balign	4096
	.globl	conform_idt
conform_idt:
	.fill	256, 8, 0
