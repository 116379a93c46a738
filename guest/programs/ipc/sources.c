// From where a message can be sent, and from where not.

#include <check.h>
#include <errno.h>
#include <pages.h>
#include <string.h>

#include "verify.h"

extern const char _start[];
static const message constant = {
  .m_source = noSource, .m_type = 0xC057A47, .m_words = {2, 3, 5, 7, 11, 13, 17}};

// From read-only places SENDREC is not tried: the reply would be the end.
typedef struct {
  const char *name;
  uint32_t offset;        // in the pages; or
  const void *readOnly;   // an address
  unsigned touchedPages;  // bit 0 the first, bit 1 the second
} Source;

enum { first = 1, second = 2 };

static const Source sources[] = {
  {.name = "from an untouched page", .offset = 100},
  {.name = "from across two untouched pages", .offset = PAGE_SIZE - 20},
  {.name = "from a touched page into an untouched one", .offset = PAGE_SIZE - 20,
   .touchedPages = first},
  {.name = "from an untouched page into a touched one", .offset = PAGE_SIZE - 20,
   .touchedPages = second},
  {.name = "from across two pages at an odd address", .offset = PAGE_SIZE - 13,
   .touchedPages = first | second},
  {.name = "from the end of a page", .offset = PAGE_SIZE - 36, .touchedPages = first},
  {.name = "from an odd address", .offset = 201, .touchedPages = first},
  {.name = "from an even address", .offset = 302, .touchedPages = first},
  {.name = "from another odd address", .offset = 403, .touchedPages = first},
  {.name = "from text", .readOnly = _start},
  {.name = "from read-only data", .readOnly = &constant},
};

// Puts a message into memory as far as the pages may be touched; the rest of
// it is zero.  Returns what will be sent.
static message written(const Source *source, unsigned char *address) {
  message content = marked(next_mark());
  unsigned char *bytes = (unsigned char *)&content;
  for (uint32_t i = 0; i < sizeof content; i++) {
    unsigned page = (source->offset + i) / PAGE_SIZE == 0 ? first : second;
    if (source->touchedPages & page) {
      address[i] = bytes[i];
    } else {
      bytes[i] = 0;
    }
  }
  return content;
}

static bool same(const void *memory, const message *content) {
  return memcmp(memory, content, sizeof *content) == 0;
}

// P1 waits for the message and, if SENDREC asks for it, replies.
static void trySource(uint32_t call, const Source *source) {
  check_case(source->name);
  unsigned char *pages = source->readOnly ? NULL : untouched_pages(2);
  const void *address = source->readOnly ? source->readOnly : pages + source->offset;
  message content;
  if (source->readOnly) {
    memcpy(&content, address, sizeof content);
  } else {
    content = written(source, pages + source->offset);
  }

  uint32_t replyMark = next_mark();
  if (call == SENDREC) {
    plan(P1, receiving(ANY));
    tell(P1, sending(SEND, CONDUCTOR, replyMark));
  } else {
    tell(P1, receiving(ANY));
  }
  check_result(own(sending_from(call, P1, (uintptr_t)address)), OK);

  if (call == SENDREC) {
    message reply = marked(replyMark);
    reply.m_source = P1;
    check(same(address, &reply), "the reply in its place", true, false);
  } else {
    check(same(address, &content), "the message in its place", true, false);
  }
  if (pages) {
    check_rest_is_zero(pages, source->offset);
  }
  Outcome arrived = outcome(P1, 0);
  check_result(arrived, OK);
  check_equal("EBX, the status", call, arrived.status);
  check_bytes(arrived.message, CONDUCTOR, content);
  if (call == SENDREC) {
    check_kept(outcome(P1, 1), OK, replyMark);
  }
}

void check_sources(uint32_t call) {
  for (unsigned i = 0; i < sizeof sources / sizeof *sources; i++) {
    if (call != SENDREC || !sources[i].readOnly) {
      trySource(call, &sources[i]);
    }
  }
}

// MARK: Where nothing can be fetched

typedef struct {
  const char *name;
  uint32_t address;
} BadSource;

static const BadSource badSources[] = {
  {"from the null pointer", 0},
  {"from page 0", 0xFE0},
  {"from between heap and stack", 0x60000000},
  {"from across the stack's end", 0x7FFFFFF0},
  {"from across the end of user memory", 0xEFFFFFF0},
  {"from the stub's range", 0xF0000000},
  {"from the page tables", 0xF0400000},
  {"from across the end of memory", 0xFFFFFFF0},
  {"from the last byte", 0xFFFFFFFF},
};

// P1 waits all the while, and nothing reaches it but the last message.
void check_bad_sources(uint32_t call) {
  tell(P1, receiving(ANY));
  for (unsigned i = 0; i < sizeof badSources / sizeof *badSources; i++) {
    check_case(badSources[i].name);
    check_result(own(sending_from(call, P1, badSources[i].address)), -EFAULT);
  }
  check_case("after those that could not be fetched");
  uint32_t mark = next_mark();
  check_kept(own(sending(SEND, P1, mark)), OK, mark);
  // A SENDREC that failed is remembered as unfinished, and shows in the status.
  check_arrival(outcome(P1, 0), call == SENDREC ? SENDREC : SEND, CONDUCTOR, mark);
}
