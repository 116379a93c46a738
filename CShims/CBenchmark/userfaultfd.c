#define _GNU_SOURCE
#include "cbench_userfaultfd.h"

#include <CClock.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { page_bytes = 4096 };

struct cbench_userfaultfd {
  int descriptor;
  uint32_t page_count;
  uint8_t *pages;
  uint8_t *zeros;
  pthread_t thread;
};

/// Serves faults until it is cancelled. UFFDIO_COPY of zeros rather than UFFDIO_ZEROPAGE: that maps
/// the one page of zeros, and the write which follows faults again.
static void *serve(void *argument) {
  const struct cbench_userfaultfd *owner = argument;
  for (;;) {
    struct uffd_msg message;
    if (read(owner->descriptor, &message, sizeof message) != sizeof message) continue;
    if (message.event != UFFD_EVENT_PAGEFAULT) continue;
    struct uffdio_copy copy = {
      .dst = message.arg.pagefault.address & ~(page_bytes - 1ull),
      .src = (uintptr_t)owner->zeros,
      .len = page_bytes,
    };
    // Whoever waits for a page that can't be had would wait for ever.
    if (ioctl(owner->descriptor, UFFDIO_COPY, &copy) < 0 && errno != EEXIST) abort();
  }
  return NULL;
}

static void *map(size_t byte_count) {
  return mmap(NULL, byte_count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/// Opens the descriptor and registers the pages. Only faults from user mode are of interest, which
/// needs no privilege. Returns 0 or −errno.
static int watch(struct cbench_userfaultfd *owner) {
  owner->descriptor = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
  if (owner->descriptor < 0) return -errno;
  struct uffdio_api api = {.api = UFFD_API};
  if (ioctl(owner->descriptor, UFFDIO_API, &api) < 0) return -errno;
  struct uffdio_register range = {
    .range = {.start = (uintptr_t)owner->pages, .len = (uint64_t)owner->page_count * page_bytes},
    .mode = UFFDIO_REGISTER_MODE_MISSING,
  };
  return ioctl(owner->descriptor, UFFDIO_REGISTER, &range) < 0 ? -errno : 0;
}

static void release(struct cbench_userfaultfd *owner) {
  if (owner->descriptor >= 0) close(owner->descriptor);
  if (owner->pages != MAP_FAILED) munmap(owner->pages, (size_t)owner->page_count * page_bytes);
  if (owner->zeros != MAP_FAILED) munmap(owner->zeros, page_bytes);
  free(owner);
}

int cbench_userfaultfd_open(uint32_t page_count, struct cbench_userfaultfd **made) {
  struct cbench_userfaultfd *owner = malloc(sizeof *owner);
  if (owner == NULL) return -ENOMEM;
  *owner = (struct cbench_userfaultfd){
    .descriptor = -1,
    .page_count = page_count,
    .pages = map((size_t)page_count * page_bytes),
    .zeros = map(page_bytes),
  };
  int error = owner->pages == MAP_FAILED || owner->zeros == MAP_FAILED ? -ENOMEM : watch(owner);
  if (error == 0) error = -pthread_create(&owner->thread, NULL, serve, owner);
  if (error != 0) {
    release(owner);
    return error;
  }
  *made = owner;
  return 0;
}

int cbench_userfaultfd_round(struct cbench_userfaultfd *owner, uint64_t *stamps) {
  if (madvise(owner->pages, (size_t)owner->page_count * page_bytes, MADV_DONTNEED) < 0)
    return -errno;
  for (uint32_t page = 0; page < owner->page_count; page += 1) {
    volatile uint32_t *words = (volatile uint32_t *)(owner->pages + (size_t)page * page_bytes);
    words[0] = page + 1;
    if (words[1] != 0) return -EPROTO;
    words[1] = words[0];
    stamps[page] = cclock_cycles();
  }
  return 0;
}

void cbench_userfaultfd_close(struct cbench_userfaultfd *owner) {
  // It waits in read, which is a cancellation point.
  pthread_cancel(owner->thread);
  pthread_join(owner->thread, NULL);
  release(owner);
}
