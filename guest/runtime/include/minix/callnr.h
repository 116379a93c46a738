// What can be asked: the calls that this runtime makes.

#ifndef MINIX_CALLNR_H
#define MINIX_CALLNR_H

// To PM.
#define EXIT 1  // status m1_i1

// To VFS.
#define WRITE 4  // descriptor m1_i1, byte count m1_i2, buffer m1_p1

// To VM.
#define VM_RQ_BASE 0xC00
#define VM_EXIT (VM_RQ_BASE + 0)      // endpoint m1_i1; by PM, after VM_WILLEXIT
#define VM_WILLEXIT (VM_RQ_BASE + 5)  // endpoint m1_i1; by PM
#define VM_MMAP (VM_RQ_BASE + 10)    // prot m5_s1, flags m5_s2, descriptor m5_i1,
                                     // offset m5_i2, address and reply m5_l1, length m5_l2
#define VM_MUNMAP (VM_RQ_BASE + 17)  // length m1_i1, address m1_p1
#define VM_MUNMAP_TEXT (VM_RQ_BASE + 19)
#define VM_PAGEFAULT (VM_RQ_BASE + 0xFF)

#define KERNEL_CALL 0x600

#define NOTIFY_MESSAGE 0x1000

#endif
