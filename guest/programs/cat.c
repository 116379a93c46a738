// Prints the files that its arguments name, one after the other.

#include <errno.h>
#include <fcntl.h>
#include <program.h>
#include <stdio.h>
#include <unistd.h>

static char buffer[8192];

static void print(const char *path) {
  int fd = open(path, O_RDONLY);
  if (fd < 0) {
    fail("%s: error %d", path, errno);
  }
  int count;
  while ((count = read(fd, buffer, sizeof buffer)) > 0) {
    if (write(1, buffer, (size_t)count) != count) {
      fail("%s: not written: error %d", path, errno);
    }
  }
  if (count < 0) {
    fail("%s: not read: error %d", path, errno);
  }
  close(fd);
}

int main(int argc, char **argv) {
  if (argc < 2) {
    usage("cat FILE...");
  }
  for (int index = 1; index < argc; index++) {
    print(argv[index]);
  }
  return 0;
}
