// Call numbers that there are not.

#include "badcall.h"

#include <check.h>
#include <errno.h>

#include "primitives.h"
#include "verify.h"

static const uint32_t numbers[] = {
  0, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 31, 32,
  0x81, 0x82, 0x83, 0x101, 0x103,  // with the kernel's own flags
  0x10001, 0x10002, 0x100000, 0x80000001, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF,
};

// The number is looked at before the peer and the message.
void check_bad_numbers(void) {
  static const endpoint_t peers[] = {P1, ANY, INT32_MIN};
  check_case("a number that is no call");
  for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    for (unsigned j = 0; j < sizeof peers / sizeof *peers; j++) {
      uint32_t mark = next_mark();
      check_kept(own(sending(numbers[i], peers[j], mark)), -EBADCALL, mark);
      check_result(own(sending_from(numbers[i], peers[j], 0xF0000000)), -EBADCALL);
    }
  }
}

// P1 waits for anything, and must not hear of any of it.
void conduct_badcall(void) {
  tell(P1, receiving(ANY));
  check_bad_numbers();
  check_case("after all these");
  uint32_t mark = next_mark();
  check_kept(own(sending(SEND, P1, mark)), OK, mark);
  check_arrival(outcome(P1, 0), SEND, CONDUCTOR, mark);
}
