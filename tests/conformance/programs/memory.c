/* mmap, munmap, mprotect, brk: results and errors, and what the memory holds. */
#include "quire.h"
int main(int argc, char **argv, char **envp) {
  u8 *p = (u8 *)call(SYS_mmap, 0, 16 * 4096, 3, 0x22, -1, 0);
  show("mapped", (word)p > 0 && ((uword)p & 4095) == 0);
  word sum = 0;
  for (int i = 0; i < 16 * 4096; i += 512) sum += p[i];
  show("zero", sum);
  for (int i = 0; i < 16; i++) p[i * 4096] = (u8)(i + 1);
  show("munmap middle", call(SYS_munmap, p + 4 * 4096, 4 * 4096));
  show("kept", p[3 * 4096] + p[8 * 4096]);
  show("munmap hole", call(SYS_munmap, p + 4 * 4096, 4 * 4096));
  show("munmap unaligned", call(SYS_munmap, p + 1, 4096));
  show("munmap nothing", call(SYS_munmap, p, 0));
  show("mprotect hole", call(SYS_mprotect, p, 8 * 4096, 1));
  show("mprotect", call(SYS_mprotect, p, 4 * 4096, 1));
  show("fixed over", call(SYS_mmap, p, 4096, 3, 0x32, -1, 0) == (word)p);
  show("fresh", p[0]);
  show("bad flags", call(SYS_mmap, 0, 4096, 3, 0x20, -1, 0));
  show("bad length", call(SYS_mmap, 0, 0, 3, 0x22, -1, 0));
  show("bad fd", call(SYS_mmap, 0, 4096, 3, 2, 99, 0));
  show("bad offset", call(SYS_mmap, 0, 4096, 3, 0x22, -1, 1));
  int fds[2];
  show("pipe", call(SYS_pipe2, fds, 0));
  call(SYS_write, fds[1], "abc", 3);
  show("read to protected", call(SYS_read, fds[0], p + 4096, 3));
  show("read to hole", call(SYS_read, fds[0], p + 5 * 4096, 3));
  show("still there", call(SYS_read, fds[0], p, 3));
  uword b = call(SYS_brk, 0);
  show("brk grows", call(SYS_brk, b + 100000) == (word)(b + 100000));
  ((u8 *)b)[99999] = 7;
  show("brk shrinks", call(SYS_brk, b) == (word)b);
  call(SYS_brk, b + 100000);
  show("brk zeroed", ((u8 *)(b + 99999))[0]);
  return 0;
}
