// One IPC trap as an experiment: what goes in is a request, what comes out is
// an outcome with everything that the kernel could have changed.

#ifndef TRIAL_H
#define TRIAL_H

#include <minix/ipc.h>
#include <stdbool.h>
#include <stdint.h>

// Where the message of a trap lies.
typedef enum {
  inOwnMessage,  // a message of the process's own, filled with the request's mark
  atAddress,     // wherever `buffer` says, which is not looked at
  atReadable,    // likewise, and read afterwards
} Place;

typedef struct {
  uint32_t call;    // ECX
  uint32_t peer;    // EAX: an endpoint, or the number of SENDA's entries
  uint32_t buffer;  // EBX, unless the message is the process's own
  Place place;
  uint32_t mark;    // says what the own message holds before
} Request;

typedef struct {
  int32_t result;   // EAX
  uint32_t status;  // EBX after RECEIVE
  // What should be as before and is not: a bit for each register, in the order
  // of Registers, and `brokenFence` for memory next to the own message.
  uint32_t damage;
  message message;  // afterwards, if it could be read
} Outcome;

enum { brokenFence = 1u << 31 };

Outcome attempt(const Request *request);

// Requests.
Request sending(uint32_t call, endpoint_t peer, uint32_t mark);
Request sending_from(uint32_t call, endpoint_t peer, uintptr_t buffer);
Request receiving(endpoint_t source);
Request receiving_at(endpoint_t source, uintptr_t buffer);
Request notifying(endpoint_t destination);
Request sending_table(uintptr_t table, uint32_t entryCount);

// A number that no message has had, and the message that it stands for: each
// of its 36 bytes depends on the mark, but for m_source, which is `noSource`.
// RECEIVE's own messages hold `blankMark` before.
enum { noSource = -0x5EED, blankMark = 1 };
uint32_t next_mark(void);
message marked(uint32_t mark);

// The table that a process gives to SENDA.  `mark` 0 leaves an entry's message
// alone; its result is `noResult` before.
enum { entryCapacity = 8, noResult = 0x7E57 };
extern asynmsg_t entries[entryCapacity];
void set_entry(asynmsg_t *entry, uint32_t flags, endpoint_t destination, uint32_t mark);

#endif
