// What the files of this shim share.
#ifndef FAULTLINE_CDEBUGINFO_IMAGE_H
#define FAULTLINE_CDEBUGINFO_IMAGE_H

#include <gelf.h>
#include <libelf.h>

struct cdebuginfo_image {
  Elf *elf;
  Elf_Data *symbols; // set by cdebuginfo_find_symbols, owned by elf
};

/// Minus libelf's last error number, never zero.
int cdebuginfo_last_error(void);

#endif
