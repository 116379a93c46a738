// malloc and its relatives.
//
// Memory is cut from an arena in bss, upwards; VM commits its pages as they
// are first touched.  Every block belongs to a size class, a power of two, and
// a freed block waits in its class's list for the next request of that class.
// Blocks are neither split nor joined, and the arena never shrinks.

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
  arenaBytes = 64 << 20,
  smallestClass = 5,  // 32 bytes: 16 of header, 16 of payload
  headerBytes = 16,   // keeps payloads on multiples of 16
  classCount = 27,    // the largest class is the whole arena
};

// In front of each payload.
typedef struct {
  uint32_t sizeClass;
  void *block;  // where the block begins; differs for large alignments
} Header;

typedef struct FreeBlock {
  struct FreeBlock *next;
} FreeBlock;

_Static_assert(sizeof(Header) <= headerBytes, "a header fits in front of its payload");

static _Alignas(16) unsigned char arena[arenaBytes];
static size_t arenaUsed;
static FreeBlock *freeBlocks[classCount];

static unsigned sizeClassOf(size_t blockBytes) {
  unsigned sizeClass = smallestClass;
  while (((size_t)1 << sizeClass) < blockBytes) {
    sizeClass++;
  }
  return sizeClass;
}

static void *takeBlock(unsigned sizeClass) {
  FreeBlock *block = freeBlocks[sizeClass];
  if (block) {
    freeBlocks[sizeClass] = block->next;
    return block;
  }
  size_t blockBytes = (size_t)1 << sizeClass;
  if (blockBytes > arenaBytes - arenaUsed) {
    return NULL;
  }
  arenaUsed += blockBytes;
  return arena + arenaUsed - blockBytes;
}

static void *allocate(size_t alignment, size_t byteCount) {
  size_t slack = headerBytes + (alignment > headerBytes ? alignment : 0);
  if (byteCount > arenaBytes || slack > arenaBytes - byteCount) {
    return NULL;
  }
  unsigned sizeClass = sizeClassOf(byteCount + slack);
  unsigned char *block = takeBlock(sizeClass);
  if (!block) {
    return NULL;
  }
  uintptr_t payload = (uintptr_t)block + headerBytes;
  payload = (payload + alignment - 1) & ~(uintptr_t)(alignment - 1);
  Header *header = (Header *)(payload - headerBytes);
  header->sizeClass = sizeClass;
  header->block = block;
  return (void *)payload;
}

void *malloc(size_t byteCount) {
  void *payload = allocate(headerBytes, byteCount);
  if (!payload) {
    errno = ENOMEM;
  }
  return payload;
}

void *calloc(size_t count, size_t byteCount) {
  size_t total;
  if (__builtin_mul_overflow(count, byteCount, &total)) {
    errno = ENOMEM;
    return NULL;
  }
  void *payload = malloc(total);
  return payload ? memset(payload, 0, total) : NULL;
}

int posix_memalign(void **payload, size_t alignment, size_t byteCount) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) {
    return EINVAL;
  }
  *payload = allocate(alignment < headerBytes ? headerBytes : alignment, byteCount);
  return *payload ? 0 : ENOMEM;
}

void free(void *payload) {
  if (!payload) {
    return;
  }
  Header header = *(Header *)((uintptr_t)payload - headerBytes);
  FreeBlock *block = header.block;
  block->next = freeBlocks[header.sizeClass];
  freeBlocks[header.sizeClass] = block;
}
