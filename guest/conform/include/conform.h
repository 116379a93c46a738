/*
 * The conformance payload's assembly, as its Swift sees it.
 */
#ifndef FAULTLINE_CONFORM_H
#define FAULTLINE_CONFORM_H

/* Selectors. */
#define CONFORM_KERNEL_CODE 0x08
#define CONFORM_KERNEL_DATA 0x10
#define CONFORM_USER_CODE 0x1B
#define CONFORM_USER_DATA 0x23
#define CONFORM_TASK_STATE 0x28

/* `int` by which a trial ends. */
#define CONFORM_VECTOR_FINISH 0x30
#define CONFORM_HANDLER_BYTES 16

/* What the matrix's loops read and leave, 16 bytes a slot: by offset. */
#define CONFORM_SLOT_LINEAR 0
#define CONFORM_SLOT_ERROR 4
#define CONFORM_SLOT_CR2 8
#define CONFORM_SLOT_REGISTER 12
#define CONFORM_SLOT_BYTES 16

#ifndef __ASSEMBLER__
#include <stdint.h>

/* What an exception leaves on the stack. ESP and SS are there only if it came from ring 3. */
struct conform_frame {
  uint32_t cr2;
  uint32_t gs, fs, es, ds;
  uint32_t edi, esi, ebp, unused_esp, ebx, edx, ecx, eax;
  uint32_t vector, error;
  uint32_t eip, cs, eflags, esp, ss;
};

/*
 * Where a trial begins. In ring 0 it runs on the caller's stack. With a CR3 of 0 nothing is loaded,
 * before or after: the trial runs with what the processor remembers.
 */
struct conform_start {
  uint32_t cr3, eip, cs, eflags, esp;
  uint32_t edi, esi, ebp, ebx, edx, ecx, eax;
  /* SS where the ring is not 0. */
  uint32_t ss;
  /* Nonzero: a page fault goes on at EBP, with the error code in ECX and CR2 in EDX. */
  uint32_t is_batch;
};

/* Runs until `int CONFORM_VECTOR_FINISH`; then CR3, if it was loaded, is the payload's own again. */
void conform_enter(const struct conform_start *start);
/* The registers at the end of the last trial. */
const struct conform_frame *conform_last(void);
/* ESP of the last trial, if it was in ring 0. */
uint32_t conform_trial_stack(void);
/* CR3 between trials. */
void conform_set_own_directory(uint32_t directory);

/* The linear addresses of the assembly's own symbols. */
#define CONFORM_ADDRESS(name)                  \
  extern const uint8_t name[];                 \
  static inline uint32_t name##_address(void) { \
    return (uint32_t)(uintptr_t)name;          \
  }
/* The loops of the matrix, and where a page fault in them goes on: EDI slots from ESI on. */
CONFORM_ADDRESS(conform_code_page)
CONFORM_ADDRESS(conform_loop_read)
CONFORM_ADDRESS(conform_loop_read_resume)
CONFORM_ADDRESS(conform_loop_write)
CONFORM_ADDRESS(conform_loop_write_resume)
CONFORM_ADDRESS(conform_loop_fetch)
CONFORM_ADDRESS(conform_loop_fetch_resume)
/* The processor's tables: to be filled. Handlers are CONFORM_HANDLER_BYTES apart. */
CONFORM_ADDRESS(conform_gdt)
CONFORM_ADDRESS(conform_idt)
CONFORM_ADDRESS(conform_task_state)
CONFORM_ADDRESS(conform_handlers)
#undef CONFORM_ADDRESS

uint32_t conform_read_cr0(void);
uint32_t conform_read_cr4(void);
void conform_write_cr0(uint32_t value);
void conform_write_cr3(uint32_t value);
void conform_write_cr4(uint32_t value);
void conform_invlpg(uint32_t linear);
void conform_load_tables(void);
/* LGDT and LIDT of six bytes in memory, LLDT, LTR. */
void conform_load_gdt(uint32_t pointer);
void conform_load_idt(uint32_t pointer);
void conform_load_local_table(uint32_t selector);
void conform_load_task(uint32_t selector);
void conform_cpuid(uint32_t leaf, uint32_t registers[4]);
void conform_out8(uint16_t port, uint8_t value);
void conform_out32(uint16_t port, uint32_t value);
uint8_t conform_in8(uint16_t port);
_Noreturn void conform_halt(void);
#endif
#endif
