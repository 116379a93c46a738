// Shared between the conductor and the ordinary process.

#ifndef BADCALL_H
#define BADCALL_H

// EBADCALL for each number that is none, whoever makes the call.
void check_bad_numbers(void);

#endif
