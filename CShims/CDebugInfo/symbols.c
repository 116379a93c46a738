#include "CDebugInfo.h"
#include "image.h"

#include <limits.h>

int cdebuginfo_find_symbols(cdebuginfo_image *image,
                            cdebuginfo_symbol_table *out) {
  for (Elf_Scn *section = NULL;
       (section = elf_nextscn(image->elf, section)) != NULL;) {
    const Elf32_Shdr *header = elf32_getshdr(section);
    if (!header || header->sh_type != SHT_SYMTAB)
      continue;

    Elf_Scn *names_section = elf_getscn(image->elf, header->sh_link);
    const Elf32_Shdr *names =
        names_section ? elf32_getshdr(names_section) : NULL;
    Elf_Data *data = elf_getdata(section, NULL);
    if (!names || names->sh_type != SHT_STRTAB || !data || !data->d_buf ||
        data->d_type != ELF_T_SYM)
      continue;

    image->symbols = data;
    *out = (cdebuginfo_symbol_table){
        .names_offset = names->sh_offset,
        .names_byte_count = names->sh_size,
        .symbol_count = data->d_size / sizeof(Elf32_Sym),
    };
    return 1;
  }
  return 0;
}

int cdebuginfo_read_symbol(cdebuginfo_image *image, uint32_t index,
                           cdebuginfo_symbol *out) {
  GElf_Sym symbol;
  if (!image->symbols || index > INT_MAX ||
      !gelf_getsym(image->symbols, (int)index, &symbol))
    return cdebuginfo_last_error();

  *out = (cdebuginfo_symbol){
      .name = symbol.st_name,
      .address = (uint32_t)symbol.st_value,
      .byte_count = (uint32_t)symbol.st_size,
      .section = symbol.st_shndx,
      .type = GELF_ST_TYPE(symbol.st_info),
      .binding = GELF_ST_BIND(symbol.st_info),
  };
  return 0;
}
