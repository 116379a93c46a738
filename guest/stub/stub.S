/*
 * The stub: all that runs in ring 0. It completes trap frames, exits, carries out the host's edits
 * and resumes; it decides nothing.
 *
 * It is 32-bit code inside a 64-bit object's read-only data: the host copies one page of it to
 * STUB_CODE. All jumps are relative, all absolute addresses come from stub.h, so no relocation is
 * needed. Every memory access goes through %ss: ring 3 may have left any other segment null, and
 * an invlpg through a null segment is dropped without a word by KVM's emulator.
 */
#include "stub.h"

	.section .rodata
	.code32
	.balign	4096
stub_code_start:

/* One handler a vector, STUB_VECTOR_STRIDE apart: level the frame, name the vector. */
	.macro	handler vector, has_error
	.balign	STUB_VECTOR_STRIDE
	.if	!\has_error
	pushl	$0
	.endif
	pushl	$\vector
	jmp	trap
	.endm

	.set	vector, 0
	.rept	32
	.if	vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30
	handler	vector, 1
	.else
	handler	vector, 0
	.endif
	.set	vector, vector + 1
	.endr
	handler	STUB_VECTOR_KERNEL_CALL, 0
	handler	STUB_VECTOR_IPC, 0
	handler	STUB_VECTOR_PREEMPT, 0

/* The way out. The CPU has switched to the stack that ends the shared page. */
	.balign	16
trap:
	pushal
	movl	%cr2, %eax
	pushl	%eax
	pushl	%ds
	pushl	%es
	pushl	%fs
	pushl	%gs
	movl	%esp, %eax
exit_to_host:
	outl	%eax, $STUB_PORT

/* The way back. A fault in a fresh page asks for nothing: one test of all that could be asked for. */
resume:
	cld
	movl	%ss:STUB_RESUME + STUB_RESUME_EDIT_COUNT, %ecx
	movl	%ecx, %eax
	orl	%ss:STUB_RESUME + STUB_RESUME_CR3, %eax
	orl	%ss:STUB_RESUME + STUB_RESUME_FPU_SAVE, %eax
	orl	%ss:STUB_RESUME + STUB_RESUME_FPU_RESTORE, %eax
	orl	%ss:STUB_RESUME + STUB_RESUME_FLAGS, %eax
	jz	enter_ring_3
	testl	%ecx, %ecx
	jz	load_directory
	movl	$STUB_EDITS, %esi
next_edit:
	movl	%ss:STUB_EDIT_ENTRY(%esi), %edi
	movl	%ss:STUB_EDIT_COUNT(%esi), %ebx
	movl	%ss:STUB_EDIT_LINEAR(%esi), %edx
	addl	$STUB_EDIT_BYTES, %esi
/*
 * With shadow paging KVM re-reads only entries that the guest itself has written: a locked OR of
 * nothing is such a write, and cannot lose an accessed or dirty bit.
 */
touch_entry:
	lock orl $0, %ss:(%edi)
	addl	$4, %edi
	testl	%edx, %edx
	jz	entry_done
	invlpg	%ss:(%edx)
	addl	$4096, %edx
entry_done:
	decl	%ebx
	jnz	touch_entry
	decl	%ecx
	jnz	next_edit

load_directory:
	movl	%ss:STUB_RESUME + STUB_RESUME_CR3, %eax
	testl	%eax, %eax
	jz	switch_fpu
	movl	%eax, %cr3

switch_fpu:
	movl	%ss:STUB_RESUME + STUB_RESUME_FPU_SAVE, %eax
	testl	%eax, %eax
	jz	restore_fpu
	fxsave	%ss:(%eax)
restore_fpu:
	movl	%ss:STUB_RESUME + STUB_RESUME_FPU_RESTORE, %eax
	testl	%eax, %eax
	jz	test_flags
	fxrstor	%ss:(%eax)
test_flags:
	movl	%ss:STUB_RESUME + STUB_RESUME_FLAGS, %edx
	xorl	%eax, %eax			/* STUB_EDITS_DONE */
	testl	$STUB_RESUME_FLUSH, %edx
	jnz	exit_to_host

/*
 * The data segments are still those with which ring 3 was left, and the descriptors never change:
 * they are loaded when a selector has, which is 16 bits of what was pushed.
 */
enter_ring_3:
	movl	$STUB_FRAME, %esp
	movl	%gs, %eax
	xorl	%ss:STUB_FRAME_GS(%esp), %eax
	movl	%fs, %ecx
	xorl	%ss:STUB_FRAME_FS(%esp), %ecx
	orl	%ecx, %eax
	movl	%es, %ecx
	xorl	%ss:STUB_FRAME_ES(%esp), %ecx
	orl	%ecx, %eax
	movl	%ds, %ecx
	xorl	%ss:STUB_FRAME_DS(%esp), %ecx
	orl	%ecx, %eax
	testw	%ax, %ax
	jnz	load_segments
	addl	$STUB_FRAME_EDI, %esp
load_registers:
	popal
	addl	$8, %esp			/* vector, error code */
	iretl

load_segments:
	popl	%gs
	popl	%fs
	popl	%es
	popl	%ds
	addl	$4, %esp			/* CR2 */
	jmp	load_registers

/*
 * A virtual CPU's first instruction. The task register is loaded here because setting it from
 * outside is not portable: some nested hosts abort on a busy TSS in KVM_SET_SREGS.
 */
stub_start:
	movl	$STUB_TASK_STATE, %eax
	ltr	%ax
	jmp	resume

/* Growth beyond the page breaks the build here. */
	.org	stub_code_start + STUB_CODE_BYTES
	.code64

	.balign	4
stub_assembly_table:
#define LAYOUT(name) .long name;
#include "layout_table.h"
#undef LAYOUT

	.text
	.globl	stub_code
	.type	stub_code, @function
stub_code:
	leaq	stub_code_start(%rip), %rax
	ret

	.globl	stub_start_address
	.type	stub_start_address, @function
stub_start_address:
	movl	$(stub_start - stub_code_start + STUB_CODE), %eax
	ret

	.globl	stub_assembly_layout
	.type	stub_assembly_layout, @function
stub_assembly_layout:
	leaq	stub_assembly_table(%rip), %rax
	ret

	.section .note.GNU-stack, "", @progbits
