// Who can be spoken to: endpoints of the boot image, and the special ones.

#ifndef MINIX_ENDPOINT_H
#define MINIX_ENDPOINT_H

#include <stdint.h>

typedef int32_t endpoint_t;

// The endpoint of a process: its slot, and how often that was filled before.
// Boot processes have generation 0, programs begin with 1 in slot 11.
#define _ENDPOINT_GENERATION_SIZE 36558
#define _ENDPOINT(generation, slot) \
  ((endpoint_t)((generation) * _ENDPOINT_GENERATION_SIZE + (slot)))

#define NONE 27342  // no process
#define ANY 31438   // RECEIVE from whoever sends
#define SELF 35534  // the caller, in kernel and VM calls only

#define CLOCK (-3)
#define SYSTEM (-2)
#define HARDWARE (-1)

#define PM_PROC_NR 0
#define VFS_PROC_NR 1
#define RS_PROC_NR 2
#define MEM_PROC_NR 3
#define LOG_PROC_NR 4
#define TTY_PROC_NR 5
#define DS_PROC_NR 6
#define MFS_PROC_NR 7
#define VM_PROC_NR 8
#define PFS_PROC_NR 9
#define INIT_PROC_NR 10

#endif
