// Signals: a handler with its own frame, masks and their order, waiting,
// children, and the context that a handler may repair or change.

#include "signals.h"

#include <check.h>
#include <errno.h>
#include <program.h>
#include <stddef.h>

void catch_signal(int signal, sighandler_t handler, sigset_t mask, int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_mask = mask, .sa_flags = flags}, read;
  check_equal("sigaction", 0, (uint32_t)sigaction(signal, &action, NULL));
  check_equal("sigaction, to read", 0, (uint32_t)sigaction(signal, NULL, &read));
  check_equal("the handler", (uint32_t)handler, (uint32_t)read.sa_handler);
  check_equal("its mask", mask, read.sa_mask);
  check_equal("its flags", (uint32_t)flags, (uint32_t)read.sa_flags);
}

int main(int argc, char **argv) {
  (void)argv;
  if (argc != 1) {
    usage("signals");
  }
  check_subject("signals");
  check_frame();
  check_registers();
  check_repair();
  check_changed_context();
  check_masks();
  check_order();
  check_flags();
  check_waiting();
  check_inheritance();
  check_ends();
  check_refusals();
  check_summary();
  return check_failed();
}
