// The smallest complete conversation: a greeting, the arguments and the
// environment go to VFS by WRITE, then EXIT goes to PM.

#include <stddef.h>
#include <stdio.h>

int main(int argc, char **argv, char **envp) {
  printf("Hello from ring 3. argc is %d.\n", argc);
  for (int i = 1; i < argc; i++) {
    printf("argv[%d] is \"%s\".\n", i, argv[i]);
  }
  for (char **variable = envp; *variable; variable++) {
    printf("The environment has \"%s\".\n", *variable);
  }
  return argv[argc] == NULL ? 0 : 1;
}
