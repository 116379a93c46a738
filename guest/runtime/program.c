// What every program here does alike (see program.h).

#include <program.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void usage(const char *synopsis) {
  dprintf(2, "usage: %s\n", synopsis);
  exit(EX_USAGE);
}

void fail(const char *format, ...) {
  dprintf(2, "%s: ", program_argument(0));
  va_list arguments;
  va_start(arguments, format);
  vdprintf(2, format, arguments);
  va_end(arguments);
  dprintf(2, "\n");
  exit(1);
}

bool parse_number(const char *argument, unsigned long *number) {
  if (*argument < '0' || *argument > '9') {
    return false;
  }
  char *end;
  errno = 0;
  *number = strtoul(argument, &end, 0);
  return *end == '\0' && errno == 0;
}
