/// What Faultline needs of libelf and libdw, one function per need.
///
/// Contract of every function: it answers a value (zero or more) or a negative
/// number, which is minus the library's error number. Nothing is printed, kept
/// in globals or decided here. The bytes of the image must stay in place, and
/// unchanged, from `cdebuginfo_open` to `cdebuginfo_close`.
///
/// None of it is to be believed: the libraries decode, the caller checks every
/// offset and size against the length of the file.
#ifndef FAULTLINE_CDEBUGINFO_H
#define FAULTLINE_CDEBUGINFO_H

#include <stddef.h>
#include <stdint.h>

/// An ELF image in memory that has been opened. Not thread-safe: one at a time.
typedef struct cdebuginfo_image cdebuginfo_image;

/// A walk over the rows of all line tables of an image.
typedef struct cdebuginfo_lines cdebuginfo_lines;

/// The fields of `Elf32_Ehdr` that loading needs, in host byte order.
typedef struct {
  uint32_t entry;
  uint32_t program_header_offset;
  uint16_t type;
  uint16_t machine;
  uint16_t program_header_size;
  uint16_t program_header_count;
} cdebuginfo_header;

/// One `Elf32_Phdr`, in host byte order.
typedef struct {
  uint32_t type;
  uint32_t file_offset;
  uint32_t address;
  uint32_t file_byte_count;
  uint32_t memory_byte_count;
  uint32_t flags;
} cdebuginfo_segment;

/// Where the symbol table's names lie in the file, and how many symbols it has.
typedef struct {
  uint64_t names_offset;
  uint64_t names_byte_count;
  uint64_t symbol_count;
} cdebuginfo_symbol_table;

/// One `Elf32_Sym`; `name` is an offset into the names.
typedef struct {
  uint32_t name;
  uint32_t address;
  uint32_t byte_count;
  uint16_t section;
  uint8_t type;
  uint8_t binding;
} cdebuginfo_symbol;

/// One row of a line table. `file` lives until `cdebuginfo_lines_close`, and the
/// same file has the same pointer in all rows of its compilation unit.
typedef struct {
  uint64_t address;
  const char *file;
  int32_t line;
  int32_t ends_sequence;
} cdebuginfo_line;

/// Opens the image in `bytes`. Why C: libelf wants its version agreed first and
/// its handle is an incomplete structure. Answers 0, and the image in `*out`.
int cdebuginfo_open(const void *bytes, size_t byte_count,
                    cdebuginfo_image **out);

/// Releases what `cdebuginfo_open` made; the bytes stay the caller's.
void cdebuginfo_close(cdebuginfo_image *image);

/// Reads the ELF header. Why C: libelf's answer is a pointer whose lifetime is
/// the handle's; a copy is safe to keep. Answers 0.
int cdebuginfo_read_header(cdebuginfo_image *image, cdebuginfo_header *out);

/// Reads the program header `index`. Why C: as above. Answers 0.
int cdebuginfo_read_segment(cdebuginfo_image *image, uint32_t index,
                            cdebuginfo_segment *out);

/// Finds `.symtab` and its names. Why C: a walk over sections that libelf hands
/// out as linked, incomplete structures. Answers 1 if there is one, else 0.
int cdebuginfo_find_symbols(cdebuginfo_image *image,
                            cdebuginfo_symbol_table *out);

/// Reads the symbol `index` of the table found last. Why C: the binding and type
/// are packed in one byte that only macros take apart. Answers 0.
int cdebuginfo_read_symbol(cdebuginfo_image *image, uint32_t index,
                           cdebuginfo_symbol *out);

/// Starts a walk over the line tables. Why C: libdw's units, entries and lines
/// are incomplete structures passed by value. Answers 1, or 0 without any.
int cdebuginfo_lines_open(cdebuginfo_image *image, cdebuginfo_lines **out);

/// Reads the next row. Answers 1, or 0 after the last one. A unit that cannot be
/// read is passed over: half of the lines are better than none.
int cdebuginfo_lines_next(cdebuginfo_lines *lines, cdebuginfo_line *out);

/// Ends the walk; must come before `cdebuginfo_close`.
void cdebuginfo_lines_close(cdebuginfo_lines *lines);

/// The library's text for the negative answer `error` of an ELF function. Lives
/// for ever. Why C: keeps libelf's numbering out of the callers.
const char *cdebuginfo_error_text(int error);

#endif
