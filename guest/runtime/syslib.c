// Kernel calls as functions (see minix/syslib.h).

#include <errno.h>
#include <minix/syslib.h>

static int vmctl(message *request, endpoint_t who, int param, uint32_t value) {
  request->SVMCTL_WHO = who;
  request->SVMCTL_PARAM = param;
  request->SVMCTL_VALUE = (int32_t)value;
  return kernel_call(SYS_VMCTL, request);
}

int sys_vmctl(endpoint_t who, int param, uint32_t value) {
  message request = {0};
  return vmctl(&request, who, param, value);
}

int sys_vmctl_get_cr3_i386(endpoint_t who, uint32_t *cr3) {
  message request = {0};
  int result = vmctl(&request, who, VMCTL_I386_GETCR3, 0);
  if (result == OK) {
    *cr3 = (uint32_t)request.SVMCTL_VALUE;
  }
  return result;
}

int sys_vmctl_get_memreq(
    endpoint_t *who, uint32_t *mem, uint32_t *len, int *write_flag, endpoint_t *who_s,
    uint32_t *mem_s, endpoint_t *requestor) {
  message request = {0};
  int type = vmctl(&request, SELF, VMCTL_MEMREQ_GET, 0);
  if (type >= 0) {
    *who = request.SVMCTL_MRG_TARGET;
    *mem = (uint32_t)request.SVMCTL_MRG_ADDR;
    *len = (uint32_t)request.SVMCTL_MRG_LENGTH;
    *write_flag = request.SVMCTL_MRG_FLAG;
    *who_s = request.SVMCTL_MRG_EP2;
    *mem_s = (uint32_t)request.SVMCTL_MRG_ADDR2;
    *requestor = (endpoint_t)request.SVMCTL_MRG_REQUESTOR;
  }
  return type;
}

int sys_vmctl_enable_paging(const struct paging_argument *argument) {
  return sys_vmctl(SELF, VMCTL_ENABLE_PAGING, (uint32_t)argument);
}

int sys_vmctl_get_mapping(int index, uint32_t *address, uint32_t *length, int *flags) {
  message request = {0};
  int result = vmctl(&request, SELF, VMCTL_KERN_PHYSMAP, (uint32_t)index);
  if (result == OK) {
    *address = (uint32_t)request.SVMCTL_MAP_PHYS_ADDR;
    *length = (uint32_t)request.SVMCTL_MAP_PHYS_LEN;
    *flags = request.SVMCTL_MAP_FLAGS;
  }
  return result;
}

int sys_vmctl_reply_mapping(int index, uint32_t address) {
  message request = {.SVMCTL_MAP_VIR_ADDR = address};
  return vmctl(&request, SELF, VMCTL_KERN_MAP_REPLY, (uint32_t)index);
}

int sys_vmctl_get_pagefault_i386(endpoint_t *who, uint32_t *cr2, uint32_t *error_code) {
  message request = {0};
  int result = vmctl(&request, SELF, VMCTL_GET_PAGEFAULT, 0);
  if (result == OK) {
    *who = request.m1_i1;
    *cr2 = (uint32_t)request.m1_i2;
    *error_code = (uint32_t)request.m1_i3;
  }
  return result;
}

int sys_memset(uint32_t pattern, uint32_t physical, uint32_t byte_count) {
  message request = {.m2_l1 = (int32_t)byte_count, .m2_l2 = (int32_t)pattern, .m2_p1 = physical};
  return kernel_call(SYS_MEMSET, &request);
}

static int copy(
    int kernel_call_number, int segment, endpoint_t source, uint32_t source_address,
    endpoint_t destination, uint32_t destination_address, uint32_t byte_count) {
  message request = {
    .m5_s1 = (int16_t)segment,
    .m5_s2 = (int16_t)segment,
    .m5_i1 = source,
    .m5_i2 = destination,
    .m5_l1 = (int32_t)source_address,
    .m5_l2 = (int32_t)destination_address,
    .m5_l3 = (int32_t)byte_count,
  };
  return kernel_call(kernel_call_number, &request);
}

int sys_abscopy(uint32_t source, uint32_t destination, uint32_t byte_count) {
  return copy(SYS_PHYSCOPY, PHYS_SEG, NONE, source, NONE, destination, byte_count);
}

int sys_datacopy(
    endpoint_t source, uint32_t source_address, endpoint_t destination,
    uint32_t destination_address, uint32_t byte_count) {
  return copy(
      SYS_VIRCOPY, DATA_SEG, source, source_address, destination, destination_address,
      byte_count);
}

int sys_setgrant(const cp_grant_t *grants, int count) {
  message request = {.m2_i2 = count, .m2_p1 = (uint32_t)grants};
  return kernel_call(SYS_SETGRANT, &request);
}

int sys_safemap(
    endpoint_t granter, cp_grant_id_t grant, uint32_t offset, uint32_t address,
    uint32_t byte_count, int writable) {
  message request = {
    .m2_i1 = granter, .m2_i2 = grant, .m2_i3 = (int32_t)offset, .m2_l1 = (int32_t)address,
    .m2_l2 = (int32_t)byte_count, .m2_p1 = DATA_SEG, .m2_s1 = (int16_t)writable};
  return kernel_call(SYS_SAFEMAP, &request);
}

int sys_safeunmap(uint32_t address) {
  message request = {.m2_l1 = (int32_t)address, .m2_p1 = DATA_SEG};
  return kernel_call(SYS_SAFEUNMAP, &request);
}

int sys_saferevmap(cp_grant_id_t grant) {
  message request = {.m2_i2 = grant, .m2_s1 = 1};
  return kernel_call(SYS_SAFEREVMAP, &request);
}

int sys_whoami(endpoint_t *who) {
  message request = {.m7_i3 = GET_WHOAMI};
  int result = kernel_call(SYS_GETINFO, &request);
  if (result == OK) {
    *who = request.m7_i1;
  }
  return result;
}

int sys_kill(endpoint_t who, int signal) {
  message request = {.m2_i1 = who, .m2_i2 = signal};
  return kernel_call(SYS_KILL, &request);
}

int sys_getuptime(uint32_t *ticks) {
  message request = {.m4_l1 = NONE};
  int result = kernel_call(SYS_TIMES, &request);
  *ticks = (uint32_t)request.m4_l5;
  return result;
}

int sys_diag(const char *text, uint32_t byte_count) {
  message request = {
    .m2_i1 = SYSCTL_CODE_DIAG, .m2_i2 = (int32_t)byte_count, .m2_l1 = (int32_t)text};
  return kernel_call(SYS_SYSCTL, &request);
}
