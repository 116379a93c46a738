// SENDA.

#include <check.h>
#include <errno.h>
#include <pages.h>

#include "primitives.h"
#include "verify.h"

enum { mostEntries = 16 * (4 + 256), entryBytes = sizeof(asynmsg_t) };

static Outcome sendTable(uint32_t count) {
  return own(sending_table(own_table(), count));
}

// Messages in places 1 and 3, one done before in 2, nothing in 0 and 4: rubbish
// in an empty entry is nobody's business.
static void severalAtOnce(void) {
  check_case("several at once");
  uint32_t first = next_mark(), second = next_mark(), done = next_mark(), nothing = next_mark();
  tell(P1, receiving(ANY));
  tell(P2, receiving(CONDUCTOR));
  set_entry(&entries[0], AMF_EMPTY, INT32_MIN, nothing);
  set_entry(&entries[1], AMF_VALID, P1, first);
  set_entry(&entries[2], AMF_VALID | AMF_DONE, P2, done);
  set_entry(&entries[3], AMF_VALID | AMF_NOTIFY | AMF_NOREPLY, P2, second);
  set_entry(&entries[4], AMF_EMPTY, P1, nothing);
  check_result(sendTable(5), OK);
  check_entry(entries[0], AMF_EMPTY, INT32_MIN, noResult, nothing);
  check_entry(entries[1], AMF_VALID | AMF_DONE, P1, OK, first);
  check_entry(entries[2], AMF_VALID | AMF_DONE, P2, noResult, done);
  check_entry(entries[3], AMF_VALID | AMF_DONE | AMF_NOTIFY | AMF_NOREPLY, P2, OK, second);
  check_entry(entries[4], AMF_EMPTY, P1, noResult, nothing);
  check_arrival(outcome(P1, 0), SENDA, CONDUCTOR, first);
  check_arrival(outcome(P2, 0), SENDA, CONDUCTOR, second);
}

// P2's table names the conductor twice, between them P1, which waits for it.
static void later(void) {
  check_case("later, in the order of the table");
  uint32_t first = next_mark(), second = next_mark(), other = next_mark();
  tell(P1, receiving(P2));
  prepare_entry(P2, 0, AMF_VALID, CONDUCTOR, first);
  prepare_entry(P2, 1, AMF_VALID, P1, other);
  prepare_entry(P2, 2, AMF_VALID | AMF_NOREPLY, CONDUCTOR, second);
  tell(P2, sending_table(own_table(), 3));
  check_arrival(outcome(P1, 0), SENDA, P2, other);
  check_arrival(own(receiving(ANY)), SENDA, P2, first);
  check_arrival(own(receiving(P2)), SENDA, P2, second);
  check_result(outcome(P2, 0), OK);
  check_entry(entry_of(P2, 0), AMF_VALID | AMF_DONE, CONDUCTOR, OK, first);
  check_entry(entry_of(P2, 1), AMF_VALID | AMF_DONE, P1, OK, other);
  check_entry(entry_of(P2, 2), AMF_VALID | AMF_DONE | AMF_NOREPLY, CONDUCTOR, OK, second);
}

// What is not taken is not touched.
static void untilReceived(void) {
  check_case("not yet received");
  uint32_t mark = next_mark();
  prepare_entry(P1, 0, AMF_VALID, P2, mark);
  tell(P1, sending_table(own_table(), 1));
  check_result(outcome(P1, 0), OK);
  check_entry(entry_of(P1, 0), AMF_VALID, P2, noResult, mark);
  tell(P2, receiving(P1));
  check_arrival(outcome(P2, 0), SENDA, P1, mark);
  check_entry(entry_of(P1, 0), AMF_VALID | AMF_DONE, P2, OK, mark);
}

static void byPrivilege(void) {
  check_case("in the order of privilege ids");
  static const endpoint_t sent[] = {P4, P2, RS, P3, P1}, taken[] = {RS, P1, P2, P3, P4};
  uint32_t marks[5];
  for (unsigned i = 0; i < 5; i++) {
    marks[i] = next_mark();
  }
  for (unsigned i = 0; i < 5; i++) {
    for (unsigned j = 0; j < 5; j++) {
      if (sent[i] == taken[j]) {
        prepare_entry(sent[i], 0, AMF_VALID, CONDUCTOR, marks[j]);
        tell(sent[i], sending_table(own_table(), 1));
      }
    }
  }
  for (unsigned i = 0; i < 5; i++) {
    check_arrival(own(receiving(ANY)), SENDA, taken[i], marks[i]);
  }
  for (unsigned i = 0; i < 5; i++) {
    check_entry(entry_of(taken[i], 0), AMF_VALID | AMF_DONE, CONDUCTOR, OK, marks[i]);
  }
}

// A new table, even of no entries, takes the place of the old one.
static void anotherTable(void) {
  static const uint32_t counts[] = {0, 1};
  for (unsigned i = 0; i < 2; i++) {
    check_case(i == 0 ? "no table any more" : "another table");
    uint32_t forgotten = next_mark(), sent = next_mark();
    prepare_entry(P1, 1, AMF_VALID, CONDUCTOR, forgotten);
    prepare_entry(P1, 0, AMF_EMPTY, NONE, forgotten);
    plan(P1, sending_table(own_table(), 2));
    tell(P1, sending_table(counts[i] == 0 ? 0xF0000000 : own_table(), counts[i]));
    tell(P2, sending(SEND, CONDUCTOR, sent));
    check_arrival(own(receiving(ANY)), SEND, P2, sent);
    check_result(outcome(P1, 0), OK);
    check_result(outcome(P1, 1), OK);
    check_entry(entry_of(P1, 1), AMF_VALID, CONDUCTOR, noResult, forgotten);
  }
}

static void toWhomItMayNot(void) {
  static const struct {
    const char *name;
    endpoint_t destination;
    int32_t result;
  } cases[] = {
    {"to NONE", NONE, -EDEADSRCDST},
    {"to ANY", ANY, -EDEADSRCDST},
    {"to SELF", SELF, -EDEADSRCDST},
    {"to a partner's next generation", _ENDPOINT(2, 12), -EDEADSRCDST},
    {"to an empty slot", _ENDPOINT(0, 200), -EDEADSRCDST},
    {"to the least number", INT32_MIN, -EDEADSRCDST},
    {"to HARDWARE", HARDWARE, -ECALLDENIED},
    {"to SYSTEM", SYSTEM, -ECALLDENIED},
    {"to CLOCK", CLOCK, -ECALLDENIED},
    {"to itself", CONDUCTOR, -ECALLDENIED},
    {"to INIT", INIT_PROC_NR, -ECALLDENIED},
    {"to an ordinary process", USER, -ECALLDENIED},
  };
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    check_case(cases[i].name);
    uint32_t refused = next_mark(), sent = next_mark();
    tell(P1, receiving(ANY));
    set_entry(&entries[0], AMF_VALID, cases[i].destination, refused);
    set_entry(&entries[1], AMF_VALID, P1, sent);
    check_result(sendTable(2), OK);
    check_entry(entries[0], AMF_VALID | AMF_DONE, cases[i].destination, cases[i].result, refused);
    check_entry(entries[1], AMF_VALID | AMF_DONE, P1, OK, sent);
    check_arrival(outcome(P1, 0), SENDA, CONDUCTOR, sent);
  }
}

static void toOneThatIsDead(void) {
  check_case("to a dead process");
  uint32_t mark = next_mark();
  endpoint_t dead = dead_endpoint();
  set_entry(&entries[0], AMF_VALID, dead, mark);
  check_result(sendTable(1), OK);
  check_entry(entries[0], AMF_VALID | AMF_DONE, dead, -EDEADSRCDST, mark);
}

// An entry that waits for its receiver says nothing of its death; the next SENDA does.
static void toOneThatDies(void) {
  check_case("to one that dies");
  endpoint_t mortal = next_mortal();
  uint32_t mark = next_mark();
  prepare_entry(P1, 0, AMF_VALID, mortal, mark);
  tell(P1, sending_table(own_table(), 1));
  dismiss(mortal);
  check_entry(entry_of(P1, 0), AMF_VALID, mortal, noResult, mark);
  tell(P1, sending_table(own_table(), 1));
  check_result(outcome(P1, 0), OK);
  check_entry(entry_of(P1, 0), AMF_VALID | AMF_DONE, mortal, -EDEADSRCDST, mark);
}

// What stands before a malformed entry is sent, what stands behind it is not.
static void malformed(void) {
  static const struct {
    const char *name;
    uint32_t flags;
  } cases[] = {
    {"done, not valid", AMF_DONE},
    {"no reply, not valid", AMF_NOREPLY},
    {"notify, not valid", AMF_NOTIFY},
    {"all but valid", AMF_DONE | AMF_NOTIFY | AMF_NOREPLY},
    {"an unknown flag", AMF_VALID | 0x10},
    {"the last unknown flag", AMF_VALID | 0x80000000},
    {"an unknown flag, done", AMF_VALID | AMF_DONE | 0x20},
  };
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    check_case(cases[i].name);
    uint32_t before = next_mark(), malformed = next_mark(), behind = next_mark();
    tell(P1, receiving(CONDUCTOR));
    tell(P2, receiving(P1));
    set_entry(&entries[0], AMF_VALID, P1, before);
    set_entry(&entries[1], cases[i].flags, P2, malformed);
    set_entry(&entries[2], AMF_VALID, P3, behind);
    check_result(sendTable(3), -EINVAL);
    check_entry(entries[0], AMF_VALID | AMF_DONE, P1, OK, before);
    check_entry(entries[1], cases[i].flags, P2, noResult, malformed);
    check_entry(entries[2], AMF_VALID, P3, noResult, behind);
    check_arrival(outcome(P1, 0), SENDA, CONDUCTOR, before);
    check_blocked(P2);
    tell(P1, sending(SEND, P2, before));
    check_arrival(outcome(P2, 0), SEND, P1, before);
  }
}

// The count is looked at first, then the range, then the entries.
static void tooMany(void) {
  static const uint32_t counts[] = {mostEntries + 1, 0x80000000, UINT32_MAX};
  check_case("too many entries");
  for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++) {
    check_result(own(sending_table(own_table(), counts[i])), -EDOM);
    check_result(own(sending_table(0, counts[i])), -EDOM);
  }
  check_case("as many entries as there may be");
  check_result(own(sending_table(0xF0000000 - mostEntries * entryBytes + 1, mostEntries)), -EFAULT);
  unsigned pageCount = (mostEntries * entryBytes + PAGE_SIZE - 1) / PAGE_SIZE;
  check_result(own(sending_table((uintptr_t)untouched_pages(pageCount), mostEntries)), OK);
}

static void nowhere(void) {
  static const struct {
    const char *name;
    uint32_t address;
  } tables[] = {
    {"the null pointer", 0},
    {"between heap and stack", 0x60000000},
    {"across the stack's end", 0x7FFFFFFE},
    {"across the end of user memory", 0xEFFFFFD1},
    {"in the stub's range", 0xF0000000},
    {"across the end of memory", 0xFFFFFFF0},
  };
  for (unsigned i = 0; i < sizeof tables / sizeof *tables; i++) {
    check_case(tables[i].name);
    check_result(own(sending_table(tables[i].address, 1)), -EFAULT);
  }
}

// A table that can't be marked: nothing of it may be sent.  P1's endpoint is
// known when this is compiled.
static const asynmsg_t constantTable[] = {
  {.flags = AMF_EMPTY},
  {.flags = AMF_VALID, .dst = P1, .result = noResult},
};

static void readOnly(void) {
  check_case("a read-only table");
  tell(P1, receiving(ANY));
  check_result(own(sending_table((uintptr_t)constantTable, 2)), -EFAULT);
  uint32_t mark = next_mark();
  check_kept(own(sending(SEND, P1, mark)), OK, mark);
  check_arrival(outcome(P1, 0), SEND, CONDUCTOR, mark);
  check_case("a read-only table of nothing");
  check_result(own(sending_table((uintptr_t)constantTable, 1)), OK);
}

static void inPages(void) {
  check_case("a table that begins in an untouched page");
  asynmsg_t *table = (asynmsg_t *)(untouched_pages(2) + PAGE_SIZE - entryBytes);
  uint32_t mark = next_mark();
  set_entry(&table[1], AMF_VALID, P1, mark);
  tell(P1, receiving(ANY));
  check_result(own(sending_table((uintptr_t)table, 2)), OK);
  check_entry(table[1], AMF_VALID | AMF_DONE, P1, OK, mark);
  check_arrival(outcome(P1, 0), SENDA, CONDUCTOR, mark);

  // The entry's head is there, its message is not: flags, destination, result.
  check_case("an entry whose message is in an untouched page");
  table = (asynmsg_t *)(untouched_pages(2) + PAGE_SIZE - 12);
  set_entry(table, AMF_VALID, P1, 0);
  tell(P1, receiving(ANY));
  check_result(own(sending_table((uintptr_t)table, 1)), OK);
  check_equal("the entry's flags", AMF_VALID | AMF_DONE, table->flags);
  check_equal("the entry's result", OK, (uint32_t)table->result);
  Outcome arrived = outcome(P1, 0);
  check_equal("EBX, the status", SENDA, arrived.status);
  check_bytes(arrived.message, CONDUCTOR, (message){.m_type = 0});

  // Here it is the receiver for whom VM has to provide the sender's memory.
  check_case("a pending entry whose message is in an untouched page");
  uintptr_t theirs = (uintptr_t)untouched_pages(2) + PAGE_SIZE - 12;
  prepare_entry_at(P2, theirs, AMF_VALID, CONDUCTOR, 0);
  tell(P2, sending_table(theirs, 1));
  arrived = own(receiving(P2));
  check_result(arrived, OK);
  check_equal("EBX, the status", SENDA, arrived.status);
  check_bytes(arrived.message, P2, (message){.m_type = 0});
  asynmsg_t entry = entry_at(P2, theirs);
  check_equal("the entry's flags", AMF_VALID | AMF_DONE, entry.flags);
  check_equal("the entry's result", OK, (uint32_t)entry.result);
  check_bytes(entry.msg, 0, (message){.m_type = 0});
  check_result(outcome(P2, 0), OK);
}

static void atAnOddAddress(void) {
  check_case("at an odd address");
  uintptr_t table = (uintptr_t)untouched_pages(1) + 777;
  uint32_t mark = next_mark();
  prepare_entry_at(P1, table, AMF_VALID, P2, mark);
  tell(P2, receiving(P1));
  tell(P1, sending_table(table, 1));
  check_result(outcome(P1, 0), OK);
  check_arrival(outcome(P2, 0), SENDA, P1, mark);
  check_entry(entry_at(P1, table), AMF_VALID | AMF_DONE, P2, OK, mark);
}

void conduct_senda(void) {
  severalAtOnce();
  later();
  untilReceived();
  byPrivilege();
  anotherTable();
  toWhomItMayNot();
  toOneThatIsDead();
  toOneThatDies();
  malformed();
  tooMany();
  nowhere();
  readOnly();
  inPages();
  atAnOddAddress();
}
