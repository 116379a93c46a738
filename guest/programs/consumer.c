// The consumer's side of `pipeline`: receives from any, adds up, and checks that
// each producer's numbers come in their order.

#include <errno.h>
#include <minix/ipc.h>
#include <program.h>
#include <stdio.h>

enum { item = 0x700, end = 0x701, mostProducers = 8 };

static struct {
  endpoint_t endpoint;
  int32_t last;
} producers[mostProducers];
static unsigned known;

static int32_t *lastOf(endpoint_t endpoint) {
  for (unsigned i = 0; i < known; i++) {
    if (producers[i].endpoint == endpoint) {
      return &producers[i].last;
    }
  }
  if (known == mostProducers) {
    fail("more than %d producers", mostProducers);
  }
  producers[known].endpoint = endpoint;
  return &producers[known++].last;
}

int main(int argc, char **argv) {
  unsigned long count;
  if (argc != 2 || !parse_number(argv[1], &count) || count > mostProducers) {
    usage("consumer PRODUCERS   (at most 8)");
  }
  unsigned long items = 0, sum = 0;
  for (unsigned long ended = 0; ended < count;) {
    message message;
    int result = ipc_receive(ANY, &message, NULL);
    if (result != OK) {
      fail("RECEIVE: error %d", result);
    }
    int32_t *last = lastOf(message.m_source);
    if (message.m1_i1 != *last + 1) {
      fail("%ld from %ld after %ld", (long)message.m1_i1, (long)message.m_source, (long)*last);
    }
    *last = message.m1_i1;
    if (message.m_type == end) {
      ended++;
    } else {
      items++;
      sum += (unsigned long)message.m1_i1;
    }
  }
  printf("%lu numbers from %lu producers, sum %lu\n", items, count, sum);
  return 0;
}
