// What Faultline needs of capstone: one i386 instruction as text.
#ifndef CDISASSEMBLY_H
#define CDISASSEMBLY_H

#include <stddef.h>
#include <stdint.h>

/// An opened disassembler. Not thread-safe: one at a time.
typedef struct cdisassembly cdisassembly;

/// Opens a disassembler for 32-bit x86, in AT&T's syntax; NULL without memory.
cdisassembly *cdisassembly_open(void);

void cdisassembly_close(cdisassembly *self);

/// Writes the first instruction of `code`, which stands at `address`, into `text` with a NUL, cut off
/// at `room` bytes, which must not be 0. Answers how many bytes it takes, or 0 if it is none.
int cdisassembly_instruction(
    cdisassembly *self, const uint8_t *code, size_t size, uint32_t address, char *text, size_t room);

#endif
