// Error numbers, positive as in errno; inside the system they are negative.

#ifndef ERRNO_H
#define ERRNO_H

extern int errno;

// The same, for Swift, which reads no variable that C may change.
static inline int error_number(void) {
  return errno;
}

#define OK 0

#define EPERM 1
#define ENOENT 2
#define ESRCH 3
#define EINTR 4
#define EIO 5
#define ENXIO 6
#define E2BIG 7
#define ENOEXEC 8
#define EBADF 9
#define ECHILD 10
#define EAGAIN 11
#define ENOMEM 12
#define EACCES 13
#define EFAULT 14
#define EBUSY 16
#define EINVAL 22
#define ENOSPC 28
#define EPIPE 32
#define EDOM 33
#define ERANGE 34
#define EDEADLK 35
#define ENOSYS 38
#define ELOOP 40

#define ELOCKED 101
#define EBADCALL 102
#define EBADSRCDST 103
#define ECALLDENIED 104
#define EDEADSRCDST 105
#define ENOTREADY 106
#define EBADREQUEST 107
#define ETRAPDENIED 110

#endif
