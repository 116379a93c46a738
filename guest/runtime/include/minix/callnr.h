// What can be asked: the calls that this runtime makes.

#ifndef MINIX_CALLNR_H
#define MINIX_CALLNR_H

// To PM.
#define EXIT 1          // status m1_i1
#define FORK 2          // reply: the child's pid, 0 to the child
#define WAITPID 11      // pid m1_i1, options m1_i2; reply: pid, status m2_i1
#define TIME 13         // reply: seconds m2_l1
#define BRK 17          // end m1_p1
#define MINIX_GETPID 20 // reply: pid, parent's m2_i1
#define ALARM 27        // seconds m1_i1; reply: seconds that were left
#define PAUSE 29
#define KILL 37         // pid m1_i1, signal m1_i2
#define TIMES 43        // reply: user m4_l1, system m4_l2, children's m4_l3 and m4_l4,
                        // since the start m4_l5
#define EXEC 59         // path's length m1_i1, frame's size m1_i2, path m1_p1, frame m1_p2
#define SIGACTION 71    // signal m1_i2, new m1_p1, old m1_p2, trampoline m1_p3
#define SIGSUSPEND 72   // mask m2_l1
#define SIGPENDING 73   // reply: set m2_l1
#define SIGPROCMASK 74  // how m2_i1, set m2_l1; reply: old mask m2_l1
#define SIGRETURN 75    // flags m2_i2, mask m2_l1, context m2_p1

// To VFS.
#define READ 3   // as WRITE
#define WRITE 4  // descriptor m1_i1, byte count m1_i2, buffer m1_p1
#define OPEN 5   // path's length m3_i1, flags m3_i2, path m3_p1, a short one also m3_ca1
#define CLOSE 6  // descriptor m1_i1
#define LSEEK 19 // descriptor m2_i1, whence m2_i2, offset m2_l1; reply: position m2_l1

// To VM.
#define VM_RQ_BASE 0xC00
#define VM_EXIT (VM_RQ_BASE + 0)      // endpoint m1_i1; by PM, after VM_WILLEXIT
#define VM_WILLEXIT (VM_RQ_BASE + 5)  // endpoint m1_i1; by PM
#define VM_MMAP (VM_RQ_BASE + 10)    // prot m5_s1, flags m5_s2, descriptor m5_i1,
                                     // offset m5_i2, address and reply m5_l1, length m5_l2
#define VM_MUNMAP (VM_RQ_BASE + 17)  // length m1_i1, address m1_p1
#define VM_MUNMAP_TEXT (VM_RQ_BASE + 19)
#define VM_REMAP (VM_RQ_BASE + 33)      // destination m1_i1, source m1_i2, length m1_i3, address
                                        // there m1_p1 and here m1_p2; reply: address m1_p3
#define VM_SHM_UNMAP (VM_RQ_BASE + 34)  // endpoint m1_i1, address m1_p1
#define VM_GETREF (VM_RQ_BASE + 36)     // endpoint m1_i1, address m1_p1; reply: count m1_i2
#define VM_INFO (VM_RQ_BASE + 40)       // what m1_i1, endpoint m1_i2, count m1_i3, answer m1_p3
#define VMIW_STATS 1                    // page size, pages, free ones, longest run of free ones
#define VM_PAGEFAULT (VM_RQ_BASE + 0xFF)

#define KERNEL_CALL 0x600

#define NOTIFY_MESSAGE 0x1000

#endif
