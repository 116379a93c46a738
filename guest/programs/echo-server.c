// A guest in a server's place: receives from anyone, prints each request and
// sends it back with m_type one higher.  COUNT requests, or without end.

#include <minix/callnr.h>
#include <minix/ipc.h>
#include <program.h>
#include <stdio.h>

static bool isNotification(int status) {
  return IPC_STATUS_CALL(status) == NOTIFY;
}

int main(int argc, char **argv) {
  unsigned long count = 0;
  if (argc > 2 || (argc == 2 && (!parse_number(argv[1], &count) || count == 0))) {
    usage("echo-server [COUNT]");
  }
  for (unsigned long answered = 0; count == 0 || answered < count;) {
    message request;
    int status;
    int result = ipc_receive(ANY, &request, &status);
    if (result != 0) {
      fail("RECEIVE from any: error %d", result);
    }
    if (isNotification(status)) {
      printf("notification %#lx from %ld\n", (unsigned long)request.m_type, (long)request.m_source);
      continue;
    }
    printf("request %ld from %ld\n", (long)request.m_type, (long)request.m_source);
    request.m_type++;
    result = ipc_send(request.m_source, &request);
    if (result != 0) {
      fail("SEND to %ld: error %d", (long)request.m_source, result);
    }
    answered++;
  }
  return 0;
}
