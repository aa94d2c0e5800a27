/* fork, pipes and wait: a tree of processes adds numbers up. */
#include "quire.h"
static word tree(int depth) {
  if (depth == 0) return 1;
  int fds[2]; word sum = 1, part;
  call(SYS_pipe2, fds, 0);
  for (int i = 0; i < 2; i++)
    if (call(SYS_clone, 17, 0, 0, 0, 0) == 0) { part = tree(depth - 1); call(SYS_write, fds[1], &part, 8); call(SYS_exit_group, depth); }
  for (int i = 0; i < 2; i++) { call(SYS_read, fds[0], &part, 8); sum += part; }
  for (int i = 0; i < 2; i++) { int status; call(SYS_wait4, -1, &status, 0, 0); sum += (status >> 8) != depth; }
  call(SYS_close, fds[0]); call(SYS_close, fds[1]);
  return sum;
}
static word shared_value = 5;
int main(int argc, char **argv, char **envp) {
  show("tree", tree(4));
  word *shared = (word *)call(SYS_mmap, 0, 4096, 3, 0x21, -1, 0);
  word pid = call(SYS_clone, 17, 0, 0, 0, 0);
  if (pid == 0) { shared_value = 6; *shared = 7; call(SYS_kill, self(), 15); for (;;) ; }
  int status = 0;
  show("waited", call(SYS_wait4, pid, &status, 0, 0) == pid);
  show("killed by", status & 127);
  show("private", shared_value); show("shared", *shared);
  show("no child", call(SYS_wait4, -1, &status, 0, 0));
  return 3;
}
