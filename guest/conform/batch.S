/*
 * The page that ring 3 sees. Position independent: ring 0 runs it where it is linked, ring 3 by way of
 * its window.
 *
 * The loops of the matrix: ESI the first slot, EDI how many. EAX goes into every access with the
 * slot's own value, EBP the loop's resume label, ECX is the error code or ~0.
 */
#include "conform.h"

	.section .code_page, "ax"
	.code32
	.balign	4096
	.globl	conform_code_page
conform_code_page:

	.macro	loop name, access:vararg
	.balign	16
	.globl	\name
\name:
2:	movl	CONFORM_SLOT_LINEAR(%esi), %ebx
	movl	CONFORM_SLOT_REGISTER(%esi), %eax
	xorl	%edx, %edx
	movl	$-1, %ecx
	\access
	.globl	\name\()_resume
\name\()_resume:
	movl	%ecx, CONFORM_SLOT_ERROR(%esi)
	movl	%edx, CONFORM_SLOT_CR2(%esi)
	movl	%eax, CONFORM_SLOT_REGISTER(%esi)
	addl	$CONFORM_SLOT_BYTES, %esi
	decl	%edi
	jnz	2b
	int	$CONFORM_VECTOR_FINISH
	.endm

	loop	conform_loop_read, movl (%ebx), %eax
	loop	conform_loop_write, movl %eax, (%ebx)
/* The code there is `movl $mark, %eax; jmp *%ebp`. */
	loop	conform_loop_fetch, jmp *%ebx
