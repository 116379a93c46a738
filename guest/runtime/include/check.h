// Programs that check what they see.
//
// A subject is opened, its cases are named one after the other, and every
// expectation in a case is one check: held or not, it is counted.  One that
// does not hold makes a line on descriptor 2:
//
//   send, to a dead process: EAX: expected -105 (0xffffff97), saw 0 (0)

#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdint.h>

// Opens a subject: counts from 0 again, in no case yet.
void check_subject(const char *name);

// Names the case that the following checks belong to.  The string is kept.
void check_case(const char *name);

// One check.  `what` was looked at; the numbers are for the line only.
// Returns whether it held.
bool check(bool holds, const char *what, uint32_t expected, uint32_t seen);

// The commonest check: the two numbers are the same.
bool check_equal(const char *what, uint32_t expected, uint32_t seen);

// Closes the subject: "SUBJECT: N checks" on descriptor 1.
void check_summary(void);

// The exit status so far: 1 if any check of any subject has failed, else 0.
int check_failed(void);

#endif
