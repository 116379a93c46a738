/*
 * Exceptions, and the way into and out of a trial.
 */
#include "conform.h"

	.text
	.code32

/* The rest of a `struct conform_frame`, and segments that ring 0 can work with. */
	.macro	save_frame
	pushal
	pushl	%ds
	pushl	%es
	pushl	%fs
	pushl	%gs
	movl	%cr2, %eax
	pushl	%eax
	movl	$CONFORM_USER_DATA, %eax
	movl	%eax, %ds
	movl	%eax, %es
	cld
	.endm

/* One handler a vector, 16 bytes apart: level the frame, name the vector. */
	.macro	handler vector
	.balign	16
	.if	!(\vector == 8 || (\vector >= 10 && \vector <= 14) || \vector == 17 || \vector == 21 || \vector == 29 || \vector == 30)
	pushl	$0
	.endif
	.if	\vector == 14
	jmp	page_fault
	.else
	pushl	$\vector
	jmp	trap
	.endif
	.endm

	.balign	16
	.globl	conform_handlers
conform_handlers:
	.set	number, 0
	.rept	256
	handler number
	.set	number, number + 1
	.endr

/*
 * In a batch a page fault costs six instructions: it goes on at EBP with what it has to say in
 * registers. Nothing is read by way of DS, which is the trial's.
 */
	.balign	16
page_fault:
	cmpl	$0, %ss:is_batch
	je	ordinary_page_fault
	popl	%ecx
	movl	%cr2, %edx
	movl	%ebp, %ss:(%esp)
	iretl
ordinary_page_fault:
	pushl	$14

trap:
	cmpl	$CONFORM_VECTOR_FINISH, %ss:(%esp)
	je	finish
	cmpl	$0, %ss:is_batch
	jne	unexpected
	save_frame
	pushl	%esp
	call	conform_trap
	testl	%eax, %eax
	popl	%eax			/* the argument: does not change the flags */
	jnz	end_of_trial
	addl	$4, %esp		/* CR2 */
	popl	%gs
	popl	%fs
	popl	%es
	popl	%ds
	popal
	addl	$8, %esp		/* vector, error code */
	iretl

/* Another exception than a page fault, in a batch: it is what the case shows. */
unexpected:
	popl	%ecx
	shll	$16, %ecx
	orl	$0x80000000, %ecx
	movw	%ss:(%esp), %cx
	addl	$4, %esp
	movl	%ebp, %ss:(%esp)
	iretl

/* The trial has said that it is over. */
finish:
	save_frame
end_of_trial:
	movl	%esp, %esi
	movl	$conform_final, %edi
	movl	$20, %ecx
	rep movsl
	movl	$CONFORM_USER_DATA, %eax
	movl	%eax, %fs
	movl	%eax, %gs
	cmpl	$0, has_loaded_cr3
	je	3f
	movl	conform_own_directory, %eax
	movl	%eax, %cr3
3:	movl	saved_stack, %esp
	movl	$0, is_batch
	pushl	$2
	popfl
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret

	.globl	conform_enter
conform_enter:
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	20(%esp), %ebp
	movl	%esp, saved_stack
	movl	52(%ebp), %eax
	movl	%eax, is_batch
	movl	0(%ebp), %eax
	movl	%eax, has_loaded_cr3
	testl	%eax, %eax
	jz	2f
	movl	%eax, %cr3
2:	testl	$3, 8(%ebp)
	jz	1f
	pushl	48(%ebp)
	pushl	16(%ebp)
1:	pushl	12(%ebp)
	pushl	8(%ebp)
	pushl	4(%ebp)
	movl	20(%ebp), %edi
	movl	24(%ebp), %esi
	movl	32(%ebp), %ebx
	movl	36(%ebp), %edx
	movl	40(%ebp), %ecx
	movl	44(%ebp), %eax
	movl	28(%ebp), %ebp
	iretl

	.globl	conform_last
conform_last:
	movl	$conform_final, %eax
	ret

	.globl	conform_trial_stack
conform_trial_stack:
	movl	saved_stack, %eax
	ret

	.globl	conform_set_own_directory
conform_set_own_directory:
	movl	4(%esp), %eax
	movl	%eax, conform_own_directory
	ret

	.section .bss
	.balign	16
is_batch:
	.long	0
saved_stack:
	.long	0
has_loaded_cr3:
	.long	0
conform_own_directory:
	.long	0
conform_final:
	.fill	20, 4, 0
