// Memory that two system processes have as one: `shared owner` makes a shared
// region, `shared user` maps it by VM_REMAP.  They take turns in it, and each
// sees at once what the other wrote: no message carries a word of it.

#include <errno.h>
#include <minix/callnr.h>
#include <minix/ipc.h>
#include <minix/syslib.h>
#include <pages.h>
#include <program.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static const char synopsis[] = "shared owner | user ENDPOINT";

enum { regionPages = 16, regionBytes = regionPages * 4096, ask = 0x710, turn, leave, rounds = 50 };

typedef struct {
  uint32_t round;
  uint32_t words[PAGE_SIZE / 4 - 1];
} SharedPage;

static void transfer(int (*primitive)(endpoint_t, message *), endpoint_t peer, message *message) {
  int result = primitive(peer, message);
  if (result != OK) {
    fail("message to %ld: error %d", (long)peer, result);
  }
}

static void receive(message *message) {
  int result = ipc_receive(ANY, message, NULL);
  if (result != OK) {
    fail("RECEIVE: error %d", result);
  }
}

static void writePages(SharedPage *pages, uint32_t round) {
  for (uint32_t page = 0; page < regionPages; page++) {
    pages[page].round = round;
    for (unsigned i = 0; i < sizeof pages->words / 4; i += 101) {
      pages[page].words[i] = round * 1000003 + page * 4099 + i;
    }
  }
}

static void verifyPages(const SharedPage *pages, uint32_t round) {
  for (uint32_t page = 0; page < regionPages; page++) {
    for (unsigned i = 0; i < sizeof pages->words / 4; i += 101) {
      uint32_t expected = round * 1000003 + page * 4099 + i;
      if (pages[page].round != round || pages[page].words[i] != expected) {
        fail("round %lu, page %lu: what the other wrote isn't there", (unsigned long)round,
             (unsigned long)page);
      }
    }
  }
}

static endpoint_t self(void) {
  endpoint_t endpoint;
  int result = sys_whoami(&endpoint);
  if (result != OK) {
    fail("GET_WHOAMI: error %d", result);
  }
  return endpoint;
}

static int32_t references(const void *region) {
  message request = {.m1_i1 = self(), .m1_p1 = (uint32_t)region};
  if (_syscall(VM_PROC_NR, VM_GETREF, &request) < 0) {
    fail("VM_GETREF: error %d", errno);
  }
  return request.m1_i2;
}

static int own(void) {
  SharedPage *pages = mmap(0, regionBytes, PROT_READ | PROT_WRITE,
                           MAP_ANON | MAP_SHARED | MAP_PREALLOC, -1, 0);
  if (pages == MAP_FAILED || references(pages) != 1) {
    fail("mmap: error %d", errno);
  }
  uint32_t round = 0;
  for (;;) {
    message request;
    receive(&request);
    if (request.m_type == ask) {
      request.m1_p1 = (uint32_t)pages;
    } else if (request.m_type == turn) {
      if (references(pages) != 2) {
        fail("the region has %ld references", (long)references(pages));
      }
      verifyPages(pages, ++round);
      writePages(pages, ++round);
    }
    transfer(ipc_send, request.m_source, &request);
    if (request.m_type == leave) {
      break;
    }
  }
  if (references(pages) != 1) {
    fail("the region has %ld references at the end", (long)references(pages));
  }
  verifyPages(pages, round);
  printf("owner: %lu rounds in memory that was shared\n", (unsigned long)round / 2);
  return 0;
}

static int use(endpoint_t owner) {
  message request = {.m_type = ask};
  transfer(ipc_sendrec, owner, &request);
  message remap = {
    .m1_i1 = self(),
    .m1_i2 = owner,
    .m1_i3 = regionBytes,
    .m1_p2 = request.m1_p1,
  };
  if (_syscall(VM_PROC_NR, VM_REMAP, &remap) < 0) {
    fail("VM_REMAP: error %d", errno);
  }
  SharedPage *pages = (SharedPage *)remap.m1_p3;
  for (uint32_t round = 1; round <= rounds; round++) {
    writePages(pages, round * 2 - 1);
    request.m_type = turn;
    transfer(ipc_sendrec, owner, &request);
    verifyPages(pages, round * 2);
  }
  message unmap = {.m1_i1 = self(), .m1_p1 = (uint32_t)pages};
  if (_syscall(VM_PROC_NR, VM_SHM_UNMAP, &unmap) < 0) {
    fail("VM_SHM_UNMAP: error %d", errno);
  }
  request.m_type = leave;
  transfer(ipc_sendrec, owner, &request);
  printf("user: %d rounds in memory that was shared\n", rounds);
  return 0;
}

int main(int argc, char **argv) {
  unsigned long owner;
  if (argc == 2 && strcmp(argv[1], "owner") == 0) {
    return own();
  }
  if (argc == 3 && strcmp(argv[1], "user") == 0 && parse_number(argv[2], &owner)) {
    return use((endpoint_t)owner);
  }
  usage(synopsis);
}
