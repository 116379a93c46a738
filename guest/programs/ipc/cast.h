// Who is who in ipc-checks.yaml and ipc-killed.yaml: an endpoint follows from
// a program's place there.

#ifndef CAST_H
#define CAST_H

#include <minix/endpoint.h>

// The process that gives the orders, and looks.
#define CONDUCTOR _ENDPOINT(1, 11)

// Those that do what they are told.  The first four live to the end; the
// others are there to die.
#define PARTNER(number) _ENDPOINT(1, 11 + (number))
#define P1 PARTNER(1)
#define P2 PARTNER(2)
#define P3 PARTNER(3)
#define P4 PARTNER(4)
enum { firstMortal = 5, partnerCount = 10 };

// Likewise, in places of servers: RS can be asked by users; for LOG and TTY
// nobody waits when they block for ever.
#define RS RS_PROC_NR
#define LOG LOG_PROC_NR
#define TTY TTY_PROC_NR

// An ordinary process.
#define USER _ENDPOINT(1, 22)

// What USER and RS say to each other.
enum { userRequest = 901, userReply, userFarewell, userDismissal };

// The slot of an endpoint, which its notifications name.
#define SLOT(endpoint) ((endpoint) % _ENDPOINT_GENERATION_SIZE)

#endif
