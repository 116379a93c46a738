// Pages that a program counts.
//
// DEMAND_ZERO_PAGES(name, count) defines the array name[count][PAGE_SIZE] at
// the very end of the program, beginning on a page boundary.  No other
// variable shares its pages, so each of them costs exactly one page fault,
// at its first touch.  (A plain array in bss could share its first and last
// page with other variables.)

#ifndef PAGES_H
#define PAGES_H

#define PAGE_SIZE 4096u

#define DEMAND_ZERO_PAGES(name, count)                \
  extern unsigned char name[(count)][PAGE_SIZE];      \
  __asm__(".pushsection .pages, \"aw\", @nobits\n\t"  \
          ".balign 4096\n\t"                          \
          ".globl " #name "\n\t"                      \
          ".type " #name ", @object\n\t"              \
          ".size " #name ", " #count " * 4096\n"      \
          #name ":\n\t"                               \
          ".zero " #count " * 4096\n\t"               \
          ".popsection")

#endif
