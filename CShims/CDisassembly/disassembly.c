#include "CDisassembly.h"

#include <capstone/capstone.h>
#include <stdio.h>
#include <stdlib.h>

struct cdisassembly {
  csh handle;
  cs_insn *instruction;
};

cdisassembly *cdisassembly_open(void) {
  cdisassembly *self = malloc(sizeof *self);
  if (!self) return NULL;
  if (cs_open(CS_ARCH_X86, CS_MODE_32, &self->handle) != CS_ERR_OK) {
    free(self);
    return NULL;
  }
  cs_option(self->handle, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
  self->instruction = cs_malloc(self->handle);
  if (self->instruction) return self;
  cs_close(&self->handle);
  free(self);
  return NULL;
}

void cdisassembly_close(cdisassembly *self) {
  cs_free(self->instruction, 1);
  cs_close(&self->handle);
  free(self);
}

int cdisassembly_instruction(
    cdisassembly *self, const uint8_t *code, size_t size, uint32_t address, char *text, size_t room) {
  uint64_t place = address;
  if (!cs_disasm_iter(self->handle, &code, &size, &place, self->instruction)) return 0;
  const char *operands = self->instruction->op_str;
  snprintf(text, room, "%s%s%s", self->instruction->mnemonic, *operands ? " " : "", operands);
  return self->instruction->size;
}
