// Lines: characters collect until the line ends, then go out in one WRITE.

#include "output.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { lineCapacity = 512 };

typedef struct {
  size_t length;
  char characters[lineCapacity];
} Line;

// Of descriptors 1 and 2.  Others share the last one and are written out at
// the end of each call, so it is empty in between.
static Line lines[3];

static Line *lineOf(int fd) {
  return &lines[fd == 1 ? 0 : fd == 2 ? 1 : 2];
}

static void writeOut(int fd, Line *line) {
  size_t written = 0;
  while (written < line->length) {
    int taken = write(fd, line->characters + written, line->length - written);
    if (taken <= 0) {
      break;  // nobody to tell: the rest of the line is lost
    }
    written += (size_t)taken;
  }
  line->length = 0;
}

void output_character(int fd, char character) {
  Line *line = lineOf(fd);
  line->characters[line->length++] = character;
  if (character == '\n' || line->length == lineCapacity) {
    writeOut(fd, line);
  }
}

void output_end_of_call(int fd) {
  if (fd != 1 && fd != 2) {
    writeOut(fd, lineOf(fd));
  }
}

void flush(void) {
  writeOut(1, lineOf(1));
  writeOut(2, lineOf(2));
}

int putchar(int character) {
  output_character(1, (char)character);
  return (unsigned char)character;
}

int puts(const char *line) {
  for (; *line; line++) {
    putchar(*line);
  }
  return putchar('\n');
}
