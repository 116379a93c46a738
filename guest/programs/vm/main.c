// A guest in VM's place (endpoint 8): it makes the address spaces of all other
// processes, resolves their page faults and the kernel's memory requests.
//
//   vm [check | ENDPOINT]   with `check`, what the kernel answers is checked;
//                           with ENDPOINT, faults pile up until that process
//                           has sent a message
//
// It never touches a page that it does not have, and asks nobody who may wait
// for VM: what it has to say it says by the kernel.

#include "vm.h"

#include <minix/callnr.h>
#include <program.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void die(const char *reason, int number) {
  char line[80] = "vm: ";
  size_t length = strlen(line);
  for (; *reason != '\0' && length < 64; length++) {
    line[length] = *reason++;
  }
  line[length++] = ' ';
  if (number < 0) {
    line[length++] = '-';
    number = -number;
  }
  char digits[12];
  int count = 0;
  do {
    digits[count++] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  while (count > 0) {
    line[length++] = digits[--count];
  }
  line[length++] = '\n';
  sys_diag(line, length);
  _exit(1);
}

// The kernel's signals, faults before memory requests.
static void serve_signals(uint32_t pending) {
  if (boot_record()->delivery == VM_DELIVERY_SIGNAL) {
    if (pending & 1u << OLD_SIGKPF) {
      fetch_page_faults();
    }
    if (pending & 1u << OLD_SIGKMEM) {
      serve_memory_requests();
    }
  } else if (pending & 1u << SIGKMEM) {
    serve_memory_requests();
  }
}

static void serve(message *received, int status) {
  if (IPC_STATUS_CALL(status) == NOTIFY) {
    if (received->m_source == SYSTEM) {
      serve_signals((uint32_t)received->NOTIFY_ARG);
    }
    return;
  }
  if (received->m_type == VM_PAGEFAULT && IPC_STATUS_FROM_KERNEL(status)) {
    // No reply: VMCTL_CLEAR_PAGEFAULT lets the process go.
    page_fault(received->m_source, (uint32_t)received->VPF_ADDR, (uint32_t)received->VPF_FLAGS);
    return;
  }
  received->m_type = serve_call(received);
  // Who does not wait for the reply gets none.
  ipc_sendnb(received->m_source, received);
}

static void wait_for(endpoint_t starter) {
  message start;
  int result = ipc_receive(starter, &start, NULL);
  if (result != OK) {
    die("RECEIVE from the starter: error", result);
  }
}

static void start(bool checks) {
  tables_init();
  frames_init();
  if (checks) {
    check_before_handshake();
  }
  shake_hands();
  if (checks) {
    check_after_handshake();
  }
  start_processes();
}

int main(int argc, char **argv) {
  bool checks = argc == 2 && strcmp(argv[1], "check") == 0;
  unsigned long starter = NONE;
  if (argc > 2 || (argc == 2 && !checks && !parse_number(argv[1], &starter))) {
    die("usage: vm [check | ENDPOINT], arguments:", argc - 1);
  }
  if (boot_record()->magic != VM_BOOT_MAGIC || boot_record()->slot_count > SLOT_CAPACITY) {
    die("boot record with process slots:", (int)boot_record()->slot_count);
  }
  start(checks);
  if (starter != NONE) {
    wait_for((endpoint_t)starter);
  }
  for (;;) {
    message received;
    int status;
    int result = ipc_receive(ANY, &received, &status);
    if (result != OK) {
      die("RECEIVE from any: error", result);
    }
    serve(&received, status);
  }
}
