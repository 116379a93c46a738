// The other side of echo-server: SENDRECs a request to an endpoint and
// checks that the reply is one higher, from that endpoint, payload unharmed.

#include <minix/ipc.h>
#include <program.h>
#include <stdint.h>
#include <stdio.h>

enum { payloadWords = 7 };

static uint32_t pattern(unsigned long round, unsigned word) {
  return (uint32_t)(round * 0x01000193 + word * 0x9E3779B9);
}

static void converse(endpoint_t server, int32_t type, unsigned long round) {
  message request = {.m_source = NONE, .m_type = type};
  for (unsigned word = 0; word < payloadWords; word++) {
    request.m_words[word] = pattern(round, word);
  }
  int result = ipc_sendrec(server, &request);
  if (result != 0) {
    fail("SENDREC to %ld: error %d", (long)server, result);
  }
  if (request.m_source != server || request.m_type != type + 1) {
    fail("reply %ld from %ld, not %ld from %ld", (long)request.m_type, (long)request.m_source,
         (long)type + 1, (long)server);
  }
  for (unsigned word = 0; word < payloadWords; word++) {
    if (request.m_words[word] != pattern(round, word)) {
      fail("word %u of the reply to request %lu was changed", word, round);
    }
  }
}

int main(int argc, char **argv) {
  unsigned long server, type, count = 1;
  if (argc < 3 || argc > 4 || !parse_number(argv[1], &server) || !parse_number(argv[2], &type) ||
      (argc == 4 && !parse_number(argv[3], &count))) {
    usage("client ENDPOINT TYPE [COUNT]");
  }
  for (unsigned long round = 0; round < count; round++) {
    converse((endpoint_t)server, (int32_t)type, round);
  }
  printf("%lu replies from endpoint %lu, each of type %lu\n", count, server, type + 1);
  return 0;
}
