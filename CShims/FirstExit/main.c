// What 'faultline bench start' is held against: opens /dev/kvm, makes a machine with a page of memory
// and a vCPU, runs one `out` in real mode, and says so by a byte on standard output.
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { page_bytes = 4096, port = 0xE0 };

static int failed(const char *what) {
  perror(what);
  return 1;
}

int main(void) {
  int system = open("/dev/kvm", O_RDWR | O_CLOEXEC);
  if (system < 0) return failed("/dev/kvm");
  int machine = ioctl(system, KVM_CREATE_VM, 0);
  if (machine < 0) return failed("KVM_CREATE_VM");

  void *memory = mmap(NULL, page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return failed("mmap");
  const uint8_t code[] = {0xE6, port};  // out %al, $port
  memcpy(memory, code, sizeof code);
  struct kvm_userspace_memory_region region = {
    .memory_size = page_bytes,
    .userspace_addr = (uintptr_t)memory,
  };
  if (ioctl(machine, KVM_SET_USER_MEMORY_REGION, &region) < 0) return failed("memory");

  int vcpu = ioctl(machine, KVM_CREATE_VCPU, 0);
  int run_bytes = ioctl(system, KVM_GET_VCPU_MMAP_SIZE, 0);
  if (vcpu < 0 || run_bytes < 0) return failed("KVM_CREATE_VCPU");
  struct kvm_run *run = mmap(NULL, run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
  if (run == MAP_FAILED) return failed("mmap of kvm_run");

  struct kvm_sregs special;
  if (ioctl(vcpu, KVM_GET_SREGS, &special) < 0) return failed("KVM_GET_SREGS");
  special.cs.base = 0;
  special.cs.selector = 0;
  struct kvm_regs registers = {.rip = 0, .rflags = 2};
  if (ioctl(vcpu, KVM_SET_SREGS, &special) < 0 || ioctl(vcpu, KVM_SET_REGS, &registers) < 0)
    return failed("registers");

  if (ioctl(vcpu, KVM_RUN, 0) < 0) return failed("KVM_RUN");
  if (run->exit_reason != KVM_EXIT_IO || run->io.port != port) {
    fprintf(stderr, "exit reason %u\n", run->exit_reason);
    return 1;
  }
  return write(STDOUT_FILENO, "\n", 1) == 1 ? 0 : 1;
}
