/* Handlers with siginfo, a fault that a handler repairs, an alternate stack, masks. */
#include "quire.h"
struct action { void (*handler)(int, int *, uword *); uword flags, mask; };
struct stack { void *sp; int flags; uword size; };
static u8 alternate[16384];
static volatile u8 *volatile page;
static volatile int count;
static void on_segv(int n, int *info, uword *context) {
  u8 here;
  show("signal", n); show("code", info[2]);
  show("address", (word)((uword *)info)[2] - (word)page);
  show("on the alternate stack", &here >= alternate && &here < alternate + sizeof alternate);
  show("mprotect", call(SYS_mprotect, page, 4096, 3));
}
static void on_usr(int n, int *info, uword *context) { count++; show("got", n); show("from me", info[4] == self()); }
static void skip(int n, int *info, uword *context) { show("illegal code", info[2]); context[22] += 4; }
int main(int argc, char **argv, char **envp) {
  struct stack s = {alternate, 0, sizeof alternate};
  show("sigaltstack", call(SYS_sigaltstack, &s, 0));
  struct action a = {on_segv, 0x08000004, 0};
  show("sigaction", call(SYS_rt_sigaction, 11, &a, 0, 8));
  page = (volatile u8 *)call(SYS_mmap, 0, 4096, 1, 0x22, -1, 0);
  page[123] = 42;
  show("stored", page[123]);
  struct action u = {on_usr, 4, 0};
  call(SYS_rt_sigaction, 10, &u, 0, 8);
  uword block = 1UL << 9, pending = 0;
  call(SYS_rt_sigprocmask, 0, &block, 0, 8);
  call(SYS_kill, self(), 10); call(SYS_kill, self(), 10);
  show("blocked", count);
  call(SYS_rt_sigprocmask, 1, &block, 0, 8);
  show("coalesced", count);
  struct action i = {skip, 4, 0};
  call(SYS_rt_sigaction, 4, &i, 0, 8);
  __asm__ volatile(".word 0xffffffff");
  show("sigaction kill", call(SYS_rt_sigaction, 9, &i, 0, 8));
  show("sigaction size", call(SYS_rt_sigaction, 10, &i, 0, 4));
  return 0;
}
