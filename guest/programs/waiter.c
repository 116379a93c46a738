// Waits for ever: RECEIVE from one endpoint (or from any), again and again.
// As a system process that nobody writes to it shows how a run ends when
// everything waits; an ordinary user may not RECEIVE and is told so.

#include <minix/ipc.h>
#include <program.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  unsigned long source = ANY;
  if (argc != 2 || (strcmp(argv[1], "any") != 0 && !parse_number(argv[1], &source))) {
    usage("waiter ENDPOINT | any");
  }
  printf("waiting for %s\n", argv[1]);
  for (;;) {
    message received;
    int result = ipc_receive((endpoint_t)source, &received, NULL);
    if (result != 0) {
      fail("RECEIVE from %s: error %d", argv[1], result);
    }
    printf("received %#lx from %ld\n", (unsigned long)received.m_type, (long)received.m_source);
  }
}
