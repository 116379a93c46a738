// What a process tells `vm check`: which memory request comes next, and, at the
// end, a question.  Both by SENDREC; any other VM answers ENOSYS.

#ifndef VM_CHECK_H
#define VM_CHECK_H

// The request's type, target, address, length, write flag, source and source
// address, a word each from offset 8 on; its requestor is who tells.
#define VM_CHECK_ANNOUNCE 0x3001

// Answer: m1_i1 requests compared, m1_i2 whether an output was wrong.
#define VM_CHECK_VERDICT 0x3002

#endif
