#include "CDebugInfo.h"
#include "image.h"

#include <errno.h>
#include <stdlib.h>

int cdebuginfo_last_error(void) {
  int error = elf_errno();
  return error > 0 ? -error : -1;
}

const char *cdebuginfo_error_text(int error) {
  const char *text = error < 0 ? elf_errmsg(-error) : NULL;
  return text ? text : "unknown error";
}

int cdebuginfo_open(const void *bytes, size_t byte_count,
                    cdebuginfo_image **out) {
  if (elf_version(EV_CURRENT) == EV_NONE)
    return cdebuginfo_last_error();

  // libelf's parameter is not const, but it opens memory for reading only.
  Elf *elf = elf_memory((char *)bytes, byte_count);
  if (!elf)
    return cdebuginfo_last_error();

  cdebuginfo_image *image = calloc(1, sizeof *image);
  if (!image || elf_kind(elf) != ELF_K_ELF) {
    free(image);
    elf_end(elf);
    return -1;
  }
  image->elf = elf;
  *out = image;
  return 0;
}

void cdebuginfo_close(cdebuginfo_image *image) {
  elf_end(image->elf);
  free(image);
}

int cdebuginfo_read_header(cdebuginfo_image *image, cdebuginfo_header *out) {
  const Elf32_Ehdr *header = elf32_getehdr(image->elf);
  if (!header)
    return cdebuginfo_last_error();

  *out = (cdebuginfo_header){
      .entry = header->e_entry,
      .program_header_offset = header->e_phoff,
      .type = header->e_type,
      .machine = header->e_machine,
      .program_header_size = header->e_phentsize,
      .program_header_count = header->e_phnum,
  };
  return 0;
}

int cdebuginfo_read_segment(cdebuginfo_image *image, uint32_t index,
                            cdebuginfo_segment *out) {
  size_t count = 0;
  const Elf32_Phdr *table = elf32_getphdr(image->elf);
  if (!table || elf_getphdrnum(image->elf, &count) != 0 || index >= count)
    return cdebuginfo_last_error();

  *out = (cdebuginfo_segment){
      .type = table[index].p_type,
      .file_offset = table[index].p_offset,
      .address = table[index].p_vaddr,
      .file_byte_count = table[index].p_filesz,
      .memory_byte_count = table[index].p_memsz,
      .flags = table[index].p_flags,
  };
  return 0;
}
