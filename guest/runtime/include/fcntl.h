// Opening files that the run offers.

#ifndef FCNTL_H
#define FCNTL_H

#define O_RDONLY 0

// A descriptor of the file at `path`, to be read from.  There is nothing to be
// written: other flags end in EROFS.
int open(const char *path, int flags);

#endif
