// Signals, seen from their handlers: the parts of the program.

#ifndef SIGNALS_H
#define SIGNALS_H

#include <minix/callnr.h>
#include <minix/ipc.h>
#include <signal.h>
#include <stdint.h>

// sigaction, which must succeed.
void catch_signal(int signal, sighandler_t handler, sigset_t mask, int flags);

typedef struct {
  uint32_t eax, ecx, edx, esi, edi, ebp;
} Registers;

// Loads the registers, makes a request to PM, and stores what they are then.
// Also xmm0, xmm7 (a word each) and the top of the FPU's stack.
void kill_with_registers(message *request, const Registers *before, Registers *after,
                         uint32_t xmm[2], double *number);

void check_frame(void);
void check_registers(void);
void check_repair(void);
void check_changed_context(void);

void check_masks(void);
void check_order(void);
void check_flags(void);
void check_waiting(void);
void check_inheritance(void);
void check_ends(void);
void check_refusals(void);

#endif
