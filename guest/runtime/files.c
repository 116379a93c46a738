// Files, which VFS has.

#include <fcntl.h>
#include <minix/callnr.h>
#include <minix/ipc.h>
#include <string.h>
#include <unistd.h>

// A path of so many bytes, the NUL included, travels in the message.
#define SHORT_PATH 14

int open(const char *path, int flags) {
  message request = {.m3_i1 = (int32_t)strlen(path) + 1, .m3_i2 = flags, .m3_p1 = (uint32_t)path};
  if (request.m3_i1 <= SHORT_PATH) {
    memcpy(request.m3_ca1, path, (size_t)request.m3_i1);
  }
  return _syscall(VFS_PROC_NR, OPEN, &request);
}

int close(int fd) {
  message request = {.m1_i1 = fd};
  return _syscall(VFS_PROC_NR, CLOSE, &request);
}

off_t lseek(int fd, off_t offset, int whence) {
  message request = {.m2_i1 = fd, .m2_i2 = whence, .m2_l1 = offset};
  return _syscall(VFS_PROC_NR, LSEEK, &request) < 0 ? -1 : request.m2_l1;
}
