// Kernel calls: their numbers, the fields of SYS_VMCTL, the kernel's signals.

#ifndef MINIX_COM_H
#define MINIX_COM_H

#include <minix/endpoint.h>

#define SYS_KILL 6
#define SYS_MEMSET 13
#define SYS_VIRCOPY 15
#define SYS_PHYSCOPY 16
#define SYS_TIMES 25
#define SYS_GETINFO 26
#define SYS_SETGRANT 34
#define SYS_VMCTL 43
#define SYS_SYSCTL 44
#define SYS_SAFEMAP 47
#define SYS_SAFEREVMAP 48
#define SYS_SAFEUNMAP 49

// Segments in copy calls.
#define DATA_SEG 0x0001  // LOCAL_SEG, D
#define PHYS_SEG 0x0400

#define SYSCTL_CODE_DIAG 1

#define GET_WHOAMI 19

// A grant: one process lets another use a range of its memory.
typedef int32_t cp_grant_id_t;
typedef struct cp_grant {
  uint32_t flags;  // CPF_*
  endpoint_t to;
  uint32_t start, length;
  uint32_t unused[5];
} cp_grant_t;
_Static_assert(sizeof(cp_grant_t) == 36, "an entry of a grant table is 36 bytes");
#define CPF_READ 0x0001
#define CPF_WRITE 0x0002
#define CPF_MAP 0x0004
#define CPF_USED 0x0100
#define CPF_DIRECT 0x0200
#define CPF_VALID 0x1000

// SYS_VMCTL: the request.
#define SVMCTL_WHO m1_i1
#define SVMCTL_PARAM m1_i2
#define SVMCTL_VALUE m1_i3

#define VMCTL_I386_SETCR3 10
#define VMCTL_GET_PAGEFAULT 11  // of the model before 2010
#define VMCTL_CLEAR_PAGEFAULT 12
#define VMCTL_I386_GETCR3 13
#define VMCTL_MEMREQ_GET 14
#define VMCTL_MEMREQ_REPLY 15
#define VMCTL_INCSP 16
#define VMCTL_NOPAGEZERO 18
#define VMCTL_I386_KERNELLIMIT 19
#define VMCTL_I386_PAGEDIRS 20
#define VMCTL_I386_FREEPDE 23
#define VMCTL_ENABLE_PAGING 24
#define VMCTL_I386_INVLPG 25
#define VMCTL_FLUSHTLB 26
#define VMCTL_KERN_PHYSMAP 27
#define VMCTL_KERN_MAP_REPLY 28

// What VMCTL_MEMREQ_GET answers.
#define SVMCTL_MRG_TARGET m2_i1
#define SVMCTL_MRG_ADDR m2_i2
#define SVMCTL_MRG_LENGTH m2_i3
#define SVMCTL_MRG_EP2 m2_l1
#define SVMCTL_MRG_ADDR2 m2_l2
#define SVMCTL_MRG_REQUESTOR m2_p1
#define SVMCTL_MRG_FLAG m2_s1
#define VMPTYPE_CHECK 1
#define VMPTYPE_COWMAP 2
#define VMPTYPE_SMAP 3
#define VMPTYPE_SUNMAP 4

// What VMCTL_KERN_PHYSMAP answers, and what goes into VMCTL_KERN_MAP_REPLY.
#define SVMCTL_MAP_FLAGS m2_i1
#define SVMCTL_MAP_PHYS_ADDR m2_l1
#define SVMCTL_MAP_PHYS_LEN m2_l2
#define SVMCTL_MAP_VIR_ADDR m1_p1
#define VMMF_UNCACHED 1

// VM_PAGEFAULT, which only the kernel sends.
#define VPF_ADDR m1_i1
#define VPF_FLAGS m1_i2
#define PFERR_PROT 0x01
#define PFERR_WRITE 0x02
#define PFERR_USER 0x04

// What a notification from SYSTEM brings: signals, a bit each.
#define NOTIFY_ARG m2_l1
#define NOTIFY_TIMESTAMP m2_l2
#define SIGKMEM 27
// The same in the model before 2010, when SIGKPF stood for a page fault.
#define OLD_SIGKPF 27
#define OLD_SIGKMEM 28

#define SIGSEGV 11

#endif
