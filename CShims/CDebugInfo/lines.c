#include "CDebugInfo.h"
#include "image.h"

#include <elfutils/libdw.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

struct cdebuginfo_lines {
  Dwarf *dwarf;
  Dwarf_Off next_unit;
  Dwarf_Lines *rows; // of the current unit, owned by dwarf
  size_t row_count;
  size_t next_row;
};

int cdebuginfo_lines_open(cdebuginfo_image *image, cdebuginfo_lines **out) {
  Dwarf *dwarf = dwarf_begin_elf(image->elf, DWARF_C_READ, NULL);
  if (!dwarf)
    return 0;

  cdebuginfo_lines *lines = calloc(1, sizeof *lines);
  if (!lines) {
    dwarf_end(dwarf);
    return -ENOMEM;
  }
  lines->dwarf = dwarf;
  *out = lines;
  return 1;
}

void cdebuginfo_lines_close(cdebuginfo_lines *lines) {
  dwarf_end(lines->dwarf);
  free(lines);
}

/// Moves to the next unit that has rows; false after the last unit.
static bool advance_unit(cdebuginfo_lines *lines) {
  for (;;) {
    Dwarf_Off unit = lines->next_unit, next;
    size_t header_size;
    if (dwarf_nextcu(lines->dwarf, unit, &next, &header_size, NULL, NULL,
                     NULL) != 0 ||
        next <= unit) // a unit that leads back would never end
      return false;
    lines->next_unit = next;
    lines->next_row = lines->row_count = 0;

    Dwarf_Die die;
    if (!dwarf_offdie(lines->dwarf, unit + header_size, &die) ||
        dwarf_getsrclines(&die, &lines->rows, &lines->row_count) != 0) {
      lines->row_count = 0;
      continue;
    }
    if (lines->row_count > 0)
      return true;
  }
}

int cdebuginfo_lines_next(cdebuginfo_lines *lines, cdebuginfo_line *out) {
  while (lines->next_row < lines->row_count || advance_unit(lines)) {
    Dwarf_Line *row = dwarf_onesrcline(lines->rows, lines->next_row++);
    Dwarf_Addr address;
    int line;
    bool ends_sequence;
    if (!row || dwarf_lineaddr(row, &address) != 0 ||
        dwarf_lineno(row, &line) != 0 ||
        dwarf_lineendsequence(row, &ends_sequence) != 0)
      continue;

    *out = (cdebuginfo_line){
        .address = address,
        .file = dwarf_linesrc(row, NULL, NULL),
        .line = line,
        .ends_sequence = ends_sequence,
    };
    return 1;
  }
  return 0;
}
