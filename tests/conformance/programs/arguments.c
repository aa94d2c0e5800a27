/* What execve hands over: arguments, and the auxiliary vector's facts. */
#include "quire.h"
int main(int argc, char **argv, char **envp) {
  show("argc", argc);
  for (int i = 1; i < argc; i++) { put(argv[i]); put("\n"); }
  show("argv ends", argv[argc] == 0);
  char **e = envp; while (*e) e++;
  /* Kernels may order the vector as they like. */
  static const struct { word tag; const char *name; } facts[] = {{6, "page size"}, {17, "clock ticks"}, {4, "program header size"}, {23, "secure"}};
  for (int i = 0; i < 4; i++)
    for (uword *a = (uword *)(e + 1); a[0]; a += 2) if (a[0] == facts[i].tag) show(facts[i].name, a[1]);
  for (uword *a = (uword *)(e + 1); a[0]; a += 2) if (a[0] == 25) show("random bytes", a[1] != 0);
  show("stack aligned", ((uword)(argv - 1) & 15) == 0);
  return argc;
}
