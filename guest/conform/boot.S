/*
 * The payload's first bytes and its first instruction. It is entered in flat 32-bit protected mode
 * without paging: by a multiboot loader, by the boot sector, or by faultline under KVM.
 *
 * The header describes a flat file, not an ELF one: behind a boot sector the same bytes are a disk
 * image, too.
 */
#include "conform.h"

	.section .boot, "ax"
	.code32
	.globl	conform_header
conform_header:
	.long	0x1BADB002		/* multiboot */
	.long	0x00010000		/* the addresses below count */
	.long	-(0x1BADB002 + 0x00010000)
	.long	conform_header
	.long	conform_header
	.long	conform_file_end
	.long	conform_memory_end
	.long	conform_start

	.org	conform_header + 0x40
	.globl	conform_parameters
conform_parameters:			/* see RunParameters.swift */
	.long	0x50434C46		/* magic */
	.long	1			/* version of the layout */
	.long	0			/* channel: ports */
	.long	~0			/* groups: all */
	.long	0, 0			/* matrix: mask, value */
	.long	0, 1			/* shard, shards */
	.long	0			/* seed */
	.long	~0			/* only this case of its group */
	.fill	6, 4, 0

	.globl	conform_start
conform_start:
	cli
	cld
	movl	$conform_stack_top, %esp
	movl	$conform_bss_start, %edi
	movl	$conform_memory_end, %ecx
	subl	%edi, %ecx
	xorl	%eax, %eax
	rep stosb

	movl	%cr0, %eax
	andl	$~0x0000000C, %eax	/* EM, TS */
	orl	$0x22, %eax		/* MP, NE */
	movl	%eax, %cr0
	movl	%cr4, %eax
	orl	$0x600, %eax		/* OSFXSR, OSXMMEXCPT: the compiler uses xmm registers */
	movl	%eax, %cr4
	fninit
	call	conform_main
	call	conform_halt

	.section .bss
	.balign	4096
	.fill	0x8000, 1, 0
conform_stack_top:
