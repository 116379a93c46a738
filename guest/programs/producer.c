// The producer's side of `pipeline`: numbers for the consumer, a message each.
// SEND waits until it is received, so neither runs ahead of the other.

#include <errno.h>
#include <minix/ipc.h>
#include <program.h>
#include <stdio.h>

enum { item = 0x700, end = 0x701 };

int main(int argc, char **argv) {
  unsigned long consumer, count;
  if (argc != 3 || !parse_number(argv[1], &consumer) || !parse_number(argv[2], &count)) {
    usage("producer ENDPOINT COUNT");
  }
  for (unsigned long i = 1; i <= count + 1; i++) {
    message message = {.m_type = i <= count ? item : end, .m1_i1 = (int32_t)i};
    int result = ipc_send((endpoint_t)consumer, &message);
    if (result != OK) {
      fail("SEND to %lu: error %d", consumer, result);
    }
  }
  printf("%lu numbers sent\n", count);
  return 0;
}
