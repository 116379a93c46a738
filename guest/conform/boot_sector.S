/*
 * The first sector of the image as a disk: reads the rest below 1 MiB by the BIOS, moves it to where
 * it belongs in protected mode, and enters it as a multiboot loader would.
 */
	.set	LOW_BUFFER, 0x10000		/* up to 0x90000: 1,024 sectors */
	.set	PAYLOAD, 0x00100000
	.set	SECTORS_AT_ONCE, 64

	.section .boot_sector, "ax"
	.code16
	.globl	boot_sector_start
boot_sector_start:
	ljmp	$0, $1f
1:	cli
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movw	$0x7C00, %sp
	sti
	movb	%dl, drive

read_next:
	movw	sectors_left, %ax
	testw	%ax, %ax
	jz	enter_protected_mode
	cmpw	$SECTORS_AT_ONCE, %ax
	jbe	1f
	movw	$SECTORS_AT_ONCE, %ax
1:	movw	%ax, packet_count
	subw	%ax, sectors_left
	movw	$packet, %si
	movb	drive, %dl
	movb	$0x42, %ah			/* extended read */
	int	$0x13
	jc	failed
	movw	packet_count, %ax
	movzwl	%ax, %eax
	addl	%eax, packet_block
	shll	$5, %eax			/* 32 paragraphs a sector */
	addw	%ax, packet_segment
	jmp	read_next

failed:
	movb	$'!', %al
	outb	%al, $0xE9
1:	hlt
	jmp	1b

enter_protected_mode:
	cli
	inb	$0x92, %al			/* the A20 gate */
	orb	$2, %al
	andb	$~1, %al
	outb	%al, $0x92
	lgdtl	gdt_pointer
	movl	%cr0, %eax
	orl	$1, %eax
	movl	%eax, %cr0
	ljmp	$8, $protected

	.code32
protected:
	movl	$0x10, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	$LOW_BUFFER, %esi
	movl	$PAYLOAD, %edi
	movzwl	sectors, %ecx
	shll	$7, %ecx			/* 128 words a sector */
	cld
	rep movsl
	movl	$0x2BADB002, %eax
	jmp	*PAYLOAD + 28			/* the header's entry address */

	.balign	8
gdt:	.quad	0
	.quad	0x00CF9B000000FFFF
	.quad	0x00CF93000000FFFF
gdt_pointer:
	.word	23
	.long	gdt
packet:
	.byte	16, 0
packet_count:
	.word	0
	.word	0				/* offset */
packet_segment:
	.word	LOW_BUFFER >> 4
packet_block:
	.long	1, 0
drive:	.byte	0

/* How many sectors follow this one: faultline writes both. */
	.org	boot_sector_start + 506
sectors:
	.word	0
sectors_left:
	.word	0
	.word	0xAA55
