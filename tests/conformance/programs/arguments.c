/* What execve hands over: arguments, and the auxiliary vector's facts. */
#include "quire.h"
int main(int argc, char **argv, char **envp) {
  show("argc", argc);
  for (int i = 1; i < argc; i++) { put(argv[i]); put("\n"); }
  show("argv ends", argv[argc] == 0);
  char **e = envp; while (*e) e++;
  for (uword *a = (uword *)(e + 1); a[0]; a += 2) {
    if (a[0] == 6) show("page size", a[1]);
    if (a[0] == 17) show("clock ticks", a[1]);
    if (a[0] == 4) show("program header size", a[1]);
    if (a[0] == 23) show("secure", a[1]);
    if (a[0] == 25) show("random bytes", a[1] != 0);
  }
  show("stack aligned", ((uword)(argv - 1) & 15) == 0);
  return argc;
}
