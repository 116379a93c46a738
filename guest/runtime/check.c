// Checks: counted, and reported where they fail (see check.h).

#include <check.h>

#include <stddef.h>
#include <stdio.h>

static const char *subject = "";
static const char *currentCase;
static unsigned long count;
static bool anyFailed;

void check_subject(const char *name) {
  subject = name;
  currentCase = NULL;
  count = 0;
}

void check_case(const char *name) {
  currentCase = name;
}

static void report(const char *what, uint32_t expected, uint32_t seen) {
  dprintf(2, "%s%s%s: %s: expected %ld (%#lx), saw %ld (%#lx)\n", subject,
          currentCase ? ", " : "", currentCase ? currentCase : "", what, (long)(int32_t)expected,
          (unsigned long)expected, (long)(int32_t)seen, (unsigned long)seen);
}

bool check(bool holds, const char *what, uint32_t expected, uint32_t seen) {
  count++;
  if (!holds) {
    anyFailed = true;
    report(what, expected, seen);
  }
  return holds;
}

bool check_equal(const char *what, uint32_t expected, uint32_t seen) {
  return check(expected == seen, what, expected, seen);
}

void check_summary(void) {
  printf("%s: %lu checks\n", subject, count);
}

int check_failed(void) {
  return anyFailed;
}
