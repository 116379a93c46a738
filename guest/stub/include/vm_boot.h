/*
 * What a guest program in VM's place (endpoint 8) finds in its address space at its first instruction,
 * besides its own text, data, bss and stack, all of which are present: it must never fault itself.
 *
 *   VM_BOOT_RECORD   read-only   this record: the processes of the boot image and the free memory
 *   VM_ARENA_WINDOW  writable    the arena of page-table pages, as VM sees it
 *
 * The arena begins with a page directory for each process slot, slot 0's first. VM's own, slot 8's, is
 * in use, and a few page tables behind the directories are; all other pages of the arena are empty and
 * VM's to use. SETCR3 takes the *physical* address of a directory: VM may use any page of the arena.
 *
 * RAM begins at physical address 0. Its first `memory_used` pages hold VM itself and what the record
 * lists; all others are free and VM's to hand out, until its run ends. VM fills and copies them by their
 * physical addresses (SYS_MEMSET, SYS_PHYSCOPY), or maps them into its own page tables.
 */
#ifndef FAULTLINE_VM_BOOT_H
#define FAULTLINE_VM_BOOT_H

#define VM_BOOT_RECORD 0xA0000000
#define VM_ARENA_WINDOW 0xC0000000
/* How much of its stack region VM has. */
#define VM_STACK_BYTES 0x10000
/* Where the kernel's mappings begin, which VM puts into every directory. */
#define VM_KERNEL_MAPPINGS 0xF8400000

#define VM_BOOT_MAGIC 0x544F4F42
/* Values of `delivery`. */
#define VM_DELIVERY_MESSAGE 0
#define VM_DELIVERY_SIGNAL 1

/* Region flags, as VM's own. */
#define VM_REGION_WRITABLE 0x001

#ifndef __ASSEMBLER__
#include <stdint.h>

struct vm_boot {
  uint32_t magic;
  uint32_t delivery;       /* how page faults reach VM */
  uint32_t slot_count;     /* process slots from 0 up */
  uint32_t arena_physical; /* the arena's physical address */
  uint32_t arena_pages;    /* its size */
  uint32_t arena_used;     /* how many of its first pages are directories or in use */
  uint32_t memory_pages;   /* RAM */
  uint32_t memory_used;    /* how many of its first pages are in use */
  uint32_t process_count, region_count, page_count;
  /* struct vm_boot_process[process_count], vm_boot_region[region_count], vm_boot_page[page_count] */
};

/* A process that waits for its page table (RTS_VMINHIBIT). Its regions and its pages follow those of
   the process before. */
struct vm_boot_process {
  int32_t endpoint;
  uint32_t region_count, page_count;
};

struct vm_boot_region {
  uint32_t start, byte_count, flags;
};

/* A page that the program's file or its start-up stack has filled. */
struct vm_boot_page {
  uint32_t linear, physical;
};
#endif

#endif
