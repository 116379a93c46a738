/*
 * What the ring-0 stub and the host have agreed upon, stated once.
 *
 * Assembly includes this file for the numbers, C for the structures, Swift imports both. A test
 * compares what each of them sees.
 *
 * The stub's memory is identity-mapped: its linear and guest-physical addresses are equal, and no
 * process may touch either (user/supervisor is 0 in every entry).
 *
 *   0xF0000000  code            one page: vectors, the trap path, the resume path
 *   0xF0003000  shared page     begins with the resume block, what the host asks for; then GDT, TSS and
 *                               IDT; the trap frame ends it. All data of a trap is in this one page: each
 *                               further one is a translation to find again after every exit.
 *   0xF0004000  edit list
 *   0xF0007000  kernel page     what the kernel asks VM to map; processes may read it
 *   0xF0008000  boot directory  CR3 until the first process runs
 *   0xF0100000  FPU areas       512 bytes a process
 *   0xF0400000  page-table arena, to 0xF8400000
 */
#ifndef FAULTLINE_STUB_H
#define FAULTLINE_STUB_H

/* Where things are. */
#define STUB_BASE 0xF0000000
#define STUB_BYTES 0x00400000
#define STUB_CODE 0xF0000000
#define STUB_CODE_BYTES 0x1000
#define STUB_RESUME 0xF0003000
#define STUB_GDT 0xF0003040
#define STUB_TSS 0xF00030C0
#define STUB_IDT 0xF0003200
#define STUB_FRAME 0xF0003FB0
#define STUB_STACK_TOP 0xF0004000
#define STUB_EDITS 0xF0004000
#define STUB_EDIT_CAPACITY 1024
#define STUB_KERNEL_PAGE 0xF0007000
#define STUB_BOOT_DIRECTORY 0xF0008000
#define STUB_FPU_AREAS 0xF0100000
#define STUB_FPU_AREA_BYTES 512
#define STUB_FPU_AREA_COUNT 6144
#define STUB_ARENA 0xF0400000
#define STUB_ARENA_BYTES 0x08000000

/* Selectors. */
#define STUB_KERNEL_CODE 0x08
#define STUB_KERNEL_DATA 0x10
#define STUB_USER_CODE 0x1B
#define STUB_USER_DATA 0x23
#define STUB_TASK_STATE 0x28
#define STUB_GDT_ENTRIES 6

/* Vectors: 0-31 the CPU's, then MINIX's two traps, then the clock, which only the host raises. */
#define STUB_VECTOR_KERNEL_CALL 32
#define STUB_VECTOR_IPC 33
#define STUB_VECTOR_PREEMPT 0x50
/* Gates; to the CPU all vectors beyond are as those without one, a general protection fault. */
#define STUB_IDT_ENTRIES 0x51
/* Handler n stands at STUB_CODE + n * STUB_VECTOR_STRIDE; the clock's comes after vector 33's. */
#define STUB_VECTOR_STRIDE 16
#define STUB_PREEMPT_HANDLER 34

/*
 * The only exit: `outl %eax`. EAX is the address of the trap frame. A frame elsewhere than at
 * STUB_FRAME is a trap that should not be: from ring 0, or from virtual-8086 mode.
 */
#define STUB_PORT 0xE0
/* EAX instead of a frame's address: the edits of a resume with STUB_RESUME_FLUSH are done. */
#define STUB_EDITS_DONE 0

/* The resume block, by offset from STUB_RESUME. */
#define STUB_RESUME_CR3 0          /* page directory to load, or 0 to keep the current one */
#define STUB_RESUME_FPU_SAVE 4     /* linear address for fxsave, or 0 */
#define STUB_RESUME_FPU_RESTORE 8  /* linear address for fxrstor, or 0 */
#define STUB_RESUME_EDIT_COUNT 12  /* edits to carry out first */
#define STUB_RESUME_FLAGS 16
#define STUB_RESUME_FLUSH 1        /* exit again after the edits instead of resuming ring 3 */

/* An edit, by offset. */
#define STUB_EDIT_ENTRY 0   /* linear address of the first entry, in the arena */
#define STUB_EDIT_COUNT 4   /* entries that were present before and must be touched */
#define STUB_EDIT_LINEAR 8  /* first page to invalidate, or 0 for none */
#define STUB_EDIT_BYTES 12

/* The trap frame, by offset from STUB_FRAME: 80 bytes, the last 20 pushed by the CPU. */
#define STUB_FRAME_GS 0
#define STUB_FRAME_FS 4
#define STUB_FRAME_ES 8
#define STUB_FRAME_DS 12
#define STUB_FRAME_CR2 16
#define STUB_FRAME_EDI 20
#define STUB_FRAME_ESI 24
#define STUB_FRAME_EBP 28
#define STUB_FRAME_EBX 36
#define STUB_FRAME_EDX 40
#define STUB_FRAME_ECX 44
#define STUB_FRAME_EAX 48
#define STUB_FRAME_VECTOR 52
#define STUB_FRAME_ERROR 56
#define STUB_FRAME_EIP 60
#define STUB_FRAME_CS 64
#define STUB_FRAME_EFLAGS 68
#define STUB_FRAME_ESP 72
#define STUB_FRAME_SS 76
#define STUB_FRAME_BYTES 80

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

/* The trap frame in memory. */
struct stub_trap_frame {
  uint32_t gs, fs, es, ds;
  uint32_t cr2;
  uint32_t edi, esi, ebp, unused_esp, ebx, edx, ecx, eax;
  uint32_t vector, error_code;
  uint32_t eip, cs, eflags, esp, ss;
};

/* What the host asks of the stub before the process runs on. */
struct stub_resume {
  uint32_t cr3, fpu_save, fpu_restore, edit_count, flags;
};

/* Entries that were present before the host changed them. */
struct stub_edit {
  uint32_t entry, count, linear;
};

_Static_assert(sizeof(struct stub_trap_frame) == STUB_FRAME_BYTES, "frame size");
_Static_assert(STUB_FRAME + STUB_FRAME_BYTES == STUB_STACK_TOP, "frame ends at esp0");
_Static_assert(offsetof(struct stub_trap_frame, cr2) == STUB_FRAME_CR2, "cr2");
_Static_assert(offsetof(struct stub_trap_frame, edi) == STUB_FRAME_EDI, "edi");
_Static_assert(offsetof(struct stub_trap_frame, eax) == STUB_FRAME_EAX, "eax");
_Static_assert(offsetof(struct stub_trap_frame, vector) == STUB_FRAME_VECTOR, "vector");
_Static_assert(offsetof(struct stub_trap_frame, eip) == STUB_FRAME_EIP, "eip");
_Static_assert(offsetof(struct stub_trap_frame, ss) == STUB_FRAME_SS, "ss");
_Static_assert(offsetof(struct stub_resume, fpu_save) == STUB_RESUME_FPU_SAVE, "fpu_save");
_Static_assert(offsetof(struct stub_resume, edit_count) == STUB_RESUME_EDIT_COUNT, "edit_count");
_Static_assert(offsetof(struct stub_resume, flags) == STUB_RESUME_FLAGS, "flags");
_Static_assert(sizeof(struct stub_edit) == STUB_EDIT_BYTES, "edit size");
_Static_assert(STUB_EDITS + STUB_EDIT_CAPACITY * STUB_EDIT_BYTES <= STUB_KERNEL_PAGE, "edits");
_Static_assert(STUB_FPU_AREAS + STUB_FPU_AREA_COUNT * STUB_FPU_AREA_BYTES <= STUB_ARENA, "areas");

/* The assembled stub: STUB_CODE_BYTES bytes, position dependent, for STUB_CODE. */
const uint8_t *stub_code(void);
/* Address inside the stub at which a virtual CPU starts. */
uint32_t stub_start_address(void);
/* The header's numbers as the assembler saw them, in the order of stub_c_layout(). */
const uint32_t *stub_assembly_layout(void);
/* The header's numbers as the C compiler saw them. */
const uint32_t *stub_c_layout(void);
/* How many numbers both tables hold. */
uint32_t stub_layout_count(void);
#endif

#endif
