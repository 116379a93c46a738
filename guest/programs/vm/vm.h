// A small VM: what its parts know of each other.

#ifndef VM_H
#define VM_H

#include <errno.h>
#include <minix/ipc.h>
#include <minix/syslib.h>
#include <stdbool.h>
#include <stddef.h>
#include <vm_boot.h>

#define PAGE_BYTES 4096u
#define USER_END 0xF0000000u
#define MMAP_START 0x80000000u
// VM's own memory that it maps itself.
#define OWN_START 0xD0000000u

// Entries of page tables and directories.
#define ENTRY_PRESENT 0x001u
#define ENTRY_WRITE 0x002u
#define ENTRY_USER 0x004u
#define ENTRY_UNCACHED 0x018u
#define ENTRY_FRAME 0xFFFFF000u

struct region {
  uint32_t start, end;
  bool writable;
};

#define REGION_CAPACITY 16
struct process {
  bool used, exiting;
  endpoint_t endpoint;
  int region_count;
  struct region regions[REGION_CAPACITY];  // ascending, none overlapping
};

#define SLOT_CAPACITY 256
#define OWN_SLOT VM_PROC_NR

static inline const struct vm_boot *boot_record(void) {
  return (const struct vm_boot *)VM_BOOT_RECORD;
}

// main.c: prints a line by the kernel and ends.
_Noreturn void die(const char *reason, int number);

// startup.c
void shake_hands(void);
void start_processes(void);

// frames.c: free physical pages, and how many have each that is not.
void frames_init(void);
uint32_t frame_take(void);  // one reference, zeroed; 0 when memory is used up
void frame_share(uint32_t frame);
void frame_drop(uint32_t frame);
bool frame_is_shared(uint32_t frame);

// tables.c: page directories and page tables, by way of the arena's window.
void tables_init(void);
uint32_t table_take(void);  // its physical address; 0 when the arena is used up
uint32_t *table_entry(uint32_t table, unsigned index);
uint32_t directory_of(int slot);
uint32_t *page_entry(int slot, uint32_t page, bool make);  // NULL: no page table
void tables_free(int slot);

// processes.c: who there is, and which regions he has.
struct process *process_of(endpoint_t endpoint);  // NULL: nobody
int slot_of(const struct process *process);
struct process *process_add(endpoint_t endpoint);
void process_remove(struct process *process);
struct region *region_of(struct process *process, uint32_t address);
int region_add(struct process *process, uint32_t start, uint32_t end, bool writable);
int region_cut(struct process *process, uint32_t start, uint32_t end);
uint32_t region_gap(const struct process *process, uint32_t minimum, uint32_t byte_count);

// faults.c
int make_accessible(struct process *process, uint32_t address, bool write);
void page_fault(endpoint_t who, uint32_t address, uint32_t flags);
void fetch_page_faults(void);  // the model before 2010

// requests.c
struct request {
  int type;  // VMPTYPE_*
  endpoint_t target;
  uint32_t start, byte_count;
  int write;
  endpoint_t source;  // this and its address count for the map types
  uint32_t source_start;
  endpoint_t requestor;
};
void serve_memory_requests(void);

// check.c: `vm check`.
void check_before_handshake(void);
void check_after_handshake(void);
void check_request(const struct request *request);
int check_call(message *request);

// calls.c: the reply's m_type.
int serve_call(message *request);

#endif
