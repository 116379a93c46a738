// Traps as experiments (see trial.h).

#include "trial.h"

#include <stddef.h>
#include <string.h>

// All that ring 3 can see of a process's registers; trap.S has the same offsets.
typedef struct {
  uint32_t eax, ebx, ecx, edx, esi, edi, ebp, esp, eflags, ds, es, fs, gs, cs, ss;
} Registers;

_Static_assert(offsetof(Registers, ebp) == 24 && offsetof(Registers, ss) == 56,
               "trap.S finds the registers here");

enum { registerCount = sizeof(Registers) / sizeof(uint32_t), eaxBit = 1, ebxBit = 2 };

void observed_trap(Registers *before, Registers *after);

asynmsg_t entries[entryCapacity];

// The own message between two fences: nothing but its 36 bytes may change.
static struct {
  uint32_t below[4];
  message message;
  uint32_t above[4];
} fenced;

static uint32_t mixed(uint32_t value) {
  value = (value ^ value >> 16) * 0x7FEB352D;
  value = (value ^ value >> 15) * 0x846CA68B;
  return value ^ value >> 16;
}

uint32_t next_mark(void) {
  static uint32_t lastMark = 1000;
  return ++lastMark;
}

message marked(uint32_t mark) {
  message message = {.m_source = noSource, .m_type = (int32_t)mixed(mark * 8 + 7)};
  for (unsigned word = 0; word < 7; word++) {
    message.m_words[word] = mixed(mark * 8 + word);
  }
  return message;
}

void set_entry(asynmsg_t *entry, uint32_t flags, endpoint_t destination, uint32_t mark) {
  entry->flags = flags;
  entry->dst = destination;
  entry->result = noResult;
  if (mark != 0) {
    entry->msg = marked(mark);
  }
}

// Every trap gets other registers: numbers that no two traps share, flags and
// selectors in three styles.
static Registers distinct(void) {
  // CF PF AF ZF SF DF OF NT AC ID, or none, or every other; IF is always on.
  static const uint32_t flags[] = {0x244ED7, 0x202, 0x204697};
  static uint32_t trapNumber;
  trapNumber++;
  uint32_t code, data;
  __asm__("movl %%cs, %0; movl %%ss, %1" : "=r"(code), "=r"(data));
  Registers registers = {
    .edx = mixed(trapNumber * 4),
    .esi = mixed(trapNumber * 4 + 1),
    .edi = mixed(trapNumber * 4 + 2),
    .ebp = mixed(trapNumber * 4 + 3),
    .eflags = flags[trapNumber % 3],
    .ds = data,
    .es = data,
    .fs = data,
    .gs = data,
  };
  switch (trapNumber % 3) {
    case 0:
      registers.es = code;
      registers.gs = 0;
      break;
    case 1:
      registers.ds = 0;
      registers.es = 0;
      registers.fs = code;
      break;
    case 2:
      registers.ds = code;
      registers.fs = 0;
      registers.gs = code;
  }
  return registers;
}

static uint32_t difference(const Registers *before, const Registers *after, uint32_t outputs) {
  const uint32_t *left = &before->eax, *right = &after->eax;
  uint32_t damage = 0;
  for (unsigned i = 0; i < registerCount; i++) {
    if (left[i] != right[i]) {
      damage |= 1u << i;
    }
  }
  return damage & ~outputs;
}

static void raiseFences(void) {
  for (unsigned i = 0; i < 4; i++) {
    fenced.below[i] = 0xFE2CE000 + i;
    fenced.above[i] = 0xFE2CE004 + i;
  }
}

static bool fencesStand(void) {
  for (unsigned i = 0; i < 4; i++) {
    if (fenced.below[i] != 0xFE2CE000 + i || fenced.above[i] != 0xFE2CE004 + i) {
      return false;
    }
  }
  return true;
}

Outcome attempt(const Request *request) {
  fenced.message = marked(request->mark);
  raiseFences();
  Registers before = distinct(), after;
  before.eax = request->peer;
  before.ebx = request->place == inOwnMessage ? (uint32_t)&fenced.message : request->buffer;
  before.ecx = request->call;
  observed_trap(&before, &after);

  bool hasStatus = request->call == RECEIVE;
  Outcome outcome = {
    .result = (int32_t)after.eax,
    .status = hasStatus ? after.ebx : 0,
    .damage = difference(&before, &after, hasStatus ? eaxBit | ebxBit : eaxBit),
  };
  if (!fencesStand()) {
    outcome.damage |= brokenFence;
  }
  if (request->place != atAddress) {
    // An address may be odd, and may lie on a page that is touched only now.
    memcpy(&outcome.message, (const void *)before.ebx, sizeof outcome.message);
  }
  return outcome;
}

Request sending(uint32_t call, endpoint_t peer, uint32_t mark) {
  return (Request){.call = call, .peer = (uint32_t)peer, .place = inOwnMessage, .mark = mark};
}

Request sending_from(uint32_t call, endpoint_t peer, uintptr_t buffer) {
  return (Request){.call = call, .peer = (uint32_t)peer, .buffer = buffer, .place = atAddress};
}

Request receiving(endpoint_t source) {
  return sending(RECEIVE, source, blankMark);
}

Request receiving_at(endpoint_t source, uintptr_t buffer) {
  return (Request){
    .call = RECEIVE, .peer = (uint32_t)source, .buffer = buffer, .place = atReadable};
}

// A notification needs no message: its EBX points where nobody may look.
Request notifying(endpoint_t destination) {
  return sending_from(NOTIFY, destination, 0xF0000000);
}

Request sending_table(uintptr_t table, uint32_t entryCount) {
  return (Request){.call = SENDA, .peer = entryCount, .buffer = table, .place = atAddress};
}
