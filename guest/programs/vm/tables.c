// Page directories and page tables: pages of the arena, which VM sees in its
// window.
//
// What it stores there counts when the process runs again: CR3 is loaded then,
// because VM has a directory of its own.

#include "vm.h"

// Arena pages never used, by number; and those that came back, linked by their
// first words.
static uint32_t untouched;
static uint32_t first_free;

void tables_init(void) {
  untouched = boot_record()->arena_used;
}

uint32_t *table_entry(uint32_t table, unsigned index) {
  return (uint32_t *)(VM_ARENA_WINDOW + (table - boot_record()->arena_physical)) + index;
}

uint32_t directory_of(int slot) {
  return boot_record()->arena_physical + (uint32_t)slot * PAGE_BYTES;
}

uint32_t table_take(void) {
  uint32_t table = first_free;
  if (table != 0) {
    first_free = *table_entry(table, 0);
    *table_entry(table, 0) = 0;
    return table;
  }
  if (untouched == boot_record()->arena_pages) {
    return 0;
  }
  return boot_record()->arena_physical + untouched++ * PAGE_BYTES;
}

uint32_t *page_entry(int slot, uint32_t page, bool make) {
  uint32_t *place = table_entry(directory_of(slot), page >> 22);
  if (!(*place & ENTRY_PRESENT)) {
    uint32_t table = make ? table_take() : 0;
    if (table == 0) {
      return NULL;
    }
    *place = table | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USER;
  }
  return table_entry(*place & ENTRY_FRAME, page >> 12 & 1023);
}

// A free table is empty but for its link, which has no present bit.
static void table_free(uint32_t table) {
  for (unsigned index = 0; index < 1024; index++) {
    *table_entry(table, index) = 0;
  }
  *table_entry(table, 0) = first_free;
  first_free = table;
}

void tables_free(int slot) {
  for (unsigned index = 0; index < USER_END >> 22; index++) {
    uint32_t *place = table_entry(directory_of(slot), index);
    if (*place & ENTRY_PRESENT) {
      table_free(*place & ENTRY_FRAME);
      *place = 0;
    }
  }
}
