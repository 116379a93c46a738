// The smallest complete conversation: a greeting and the arguments go to VFS
// by WRITE, then EXIT goes to PM.

#include <stddef.h>
#include <stdio.h>

int main(int argc, char **argv) {
  printf("Hello from ring 3. argc is %d.\n", argc);
  for (int i = 1; i < argc; i++) {
    printf("argv[%d] is \"%s\".\n", i, argv[i]);
  }
  return argv[argc] == NULL ? 0 : 1;
}
