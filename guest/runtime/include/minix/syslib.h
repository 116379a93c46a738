// The kernel calls that programs here make, as functions.  Each returns the
// reply's m_type: OK, or a negative error number.  Only system processes may
// make them.

#ifndef MINIX_SYSLIB_H
#define MINIX_SYSLIB_H

#include <minix/com.h>
#include <minix/ipc.h>

// SYS_VMCTL with one value: `param` is VMCTL_*.
int sys_vmctl(endpoint_t who, int param, uint32_t value);

// The page directory's physical address of a process, 0 for none.
int sys_vmctl_get_cr3_i386(endpoint_t who, uint32_t *cr3);

// The memory request that came last, or ESRCH.  The result is its type,
// VMPTYPE_*; `who_s` and `mem_s`, the other side, count for the map types only.
int sys_vmctl_get_memreq(
    endpoint_t *who, uint32_t *mem, uint32_t *len, int *write_flag, endpoint_t *who_s,
    uint32_t *mem_s, endpoint_t *requestor);

// What VMCTL_ENABLE_PAGING is told.
struct paging_argument {
  uint32_t segment_map;   // pointer to text, data, stack: address, physical, length in clicks
  uint32_t kernel_limit;  // in bytes; 0 is refused
};
int sys_vmctl_enable_paging(const struct paging_argument *argument);

// Physical memory number `index` that the kernel wants mapped; EINVAL beyond
// the last.  `flags` is VMMF_*.
int sys_vmctl_get_mapping(int index, uint32_t *address, uint32_t *length, int *flags);

// Where the kernel will find it.
int sys_vmctl_reply_mapping(int index, uint32_t address);

// The model before 2010: the page fault that came last, or ESRCH.
int sys_vmctl_get_pagefault_i386(endpoint_t *who, uint32_t *cr2, uint32_t *error_code);

// Fills physical memory with one byte.
int sys_memset(uint32_t pattern, uint32_t physical, uint32_t byte_count);

// Copies physical memory.
int sys_abscopy(uint32_t source, uint32_t destination, uint32_t byte_count);

// Copies between the data of two processes.
int sys_datacopy(
    endpoint_t source, uint32_t source_address, endpoint_t destination,
    uint32_t destination_address, uint32_t byte_count);

// Registers the caller's grant table.
int sys_setgrant(const cp_grant_t *grants, int count);

// Maps granted pages at `address` of the caller; takes them away again.
int sys_safemap(
    endpoint_t granter, cp_grant_id_t grant, uint32_t offset, uint32_t address,
    uint32_t byte_count, int writable);
int sys_safeunmap(uint32_t address);
int sys_saferevmap(cp_grant_id_t grant);

// The caller's own endpoint.
int sys_whoami(endpoint_t *who);

int sys_kill(endpoint_t who, int signal);

// Ticks since the start.
int sys_getuptime(uint32_t *ticks);

// Prints by the kernel: what may not ask VFS can speak.
int sys_diag(const char *text, uint32_t byte_count);

#endif
