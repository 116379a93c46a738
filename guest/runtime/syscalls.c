// Requests by message.

#include <errno.h>
#include <minix/callnr.h>
#include <minix/ipc.h>
#include <sys/mman.h>
#include <unistd.h>

int errno;

void kernel_call_trap(message *message);

int _syscall(endpoint_t server, int number, message *request) {
  request->m_type = number;
  int trapped = ipc_sendrec(server, request);
  if (trapped != OK) {
    request->m_type = trapped;
  }
  if (request->m_type < 0) {
    errno = -request->m_type;
    return -1;
  }
  return request->m_type;
}

int kernel_call(int number, message *request) {
  request->m_type = KERNEL_CALL + number;
  kernel_call_trap(request);
  return request->m_type;
}

static int transfer(int call, int fd, const void *buffer, size_t byteCount) {
  message request = {
    .m1_i1 = fd,
    .m1_i2 = (int32_t)byteCount,
    .m1_p1 = (uint32_t)buffer,
  };
  return _syscall(VFS_PROC_NR, call, &request);
}

int read(int fd, void *buffer, size_t byteCount) {
  return transfer(READ, fd, buffer, byteCount);
}

int write(int fd, const void *buffer, size_t byteCount) {
  return transfer(WRITE, fd, buffer, byteCount);
}

void *mmap(void *address, size_t length, int protection, int flags, int fd, long offset) {
  message request = {
    .m5_s1 = (int16_t)protection,
    .m5_s2 = (int16_t)flags,
    .m5_i1 = fd,
    .m5_i2 = offset,
    .m5_l1 = (int32_t)address,
    .m5_l2 = (int32_t)length,
  };
  if (_syscall(VM_PROC_NR, VM_MMAP, &request) < 0) {
    return MAP_FAILED;
  }
  return (void *)request.m5_l1;
}

int munmap(void *address, size_t length) {
  message request = {.m1_i1 = (int32_t)length, .m1_p1 = (uint32_t)address};
  return _syscall(VM_PROC_NR, VM_MUNMAP, &request);
}
