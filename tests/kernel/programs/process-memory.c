/* process_vm_readv and process_vm_writev: every error in its order, transfers that end short, and whose memory one may see. */
#include "system.h"
enum { SYS_readv_ = 270, SYS_writev_ = 271 };
struct iovec { void *base; uword length; };
#define PAGE 4096l
#define AREA ((u8 *)0x20000000l)
#define HERE ((u8 *)0x30000000l)
static word child_pid;
static word vm(word nr, word pid, struct iovec *local, uword ln, struct iovec *remote, uword rn, uword flags) {
  return call6(nr, pid, (word)local, ln, (word)remote, rn, flags);
}
#define rd(...) vm(SYS_readv_, __VA_ARGS__)
#define wr(...) vm(SYS_writev_, __VA_ARGS__)
static word one(word nr, word pid, void *local, uword n, void *remote, uword m) {
  struct iovec a = { local, n }, b = { remote, m };
  return vm(nr, pid, &a, 1, &b, 1, 0);
}
static word area(void *at, word pages, word prot) { word r = call(SYS_mmap, at, pages * PAGE, prot, 0x32, -1, 0); return r == (word)at ? 0 : r; }
/* A child with memory of its own, that waits: what it has in AREA is known. */
static word start_child(void (*before)(void)) {
  int ready[2], go[2]; char c;
  call(SYS_pipe2, ready, 0);
  word pid = fork();
  if (pid == 0) {
    for (int i = 0; i < 8 * PAGE; i++) AREA[i] = 'a' + i / PAGE;
    call(SYS_munmap, AREA + 4 * PAGE, PAGE);
    call(SYS_mprotect, AREA + 5 * PAGE, PAGE, 1);
    call(SYS_mprotect, AREA + 6 * PAGE, PAGE, 0);
    call(SYS_mprotect, AREA + 7 * PAGE, PAGE, 2);
    if (before) before();
    call(SYS_write, ready[1], "x", 1);
    for (;;) rest(1000000 * MILLISECOND);
  }
  call(SYS_read, ready[0], &c, 1); call(SYS_close, ready[0]); call(SYS_close, ready[1]);
  return pid;
}
static void end_child(word pid) { send(pid, SIGKILL); wait_status(pid); }
static void text(const char *name, u8 *s, int n) { put(name); put(" = "); for (int i = 0; i < n; i++) { char c[2] = { s[i] ? s[i] : '.', 0 }; put(c); } put("\n"); }

static void arguments(void) {
  title("arguments");
  word pid = child_pid;
  struct iovec l[1] = { HERE, 10 }, r[1] = { AREA, 10 }, none = { HERE, 0 }, many[1] = { HERE, -1 }, kernel = { (void *)-PAGE, 10 };
  show("flags", rd(pid, l, 1, r, 1, 1)); show("flags, all else wrong", rd(-1, (void *)8, -1, (void *)8, -1, 1ul << 40));
  show("too many local", rd(pid, l, 1025, r, 1, 0)); show("too many local, bad pointer", rd(pid, (void *)8, 1025, r, 1, 0)); show("-1 local", rd(pid, l, -1, r, 1, 0)); show("2^32 local", rd(pid, l, 1ul << 32, r, 1, 0));
  show("bad local pointer", rd(pid, (void *)8, 1, r, 1, 0)); show("bad local pointer, none", rd(pid, (void *)8, 0, r, 1, 0));
  show("negative local", rd(pid, many, 1, r, 1, 0)); show("local in the kernel", rd(pid, &kernel, 1, r, 1, 0));
  show("no local bytes, no such process, bad remote", rd(99999, &none, 1, (void *)8, 1, 0)); show("no local pieces, too many remote", rd(pid, l, 0, r, 1025, 0));
  show("too many remote", rd(pid, l, 1, r, 1025, 0)); show("too many remote, bad pointer", rd(pid, l, 1, (void *)8, 1025, 0)); show("bad remote pointer", rd(pid, l, 1, (void *)8, 1, 0));
  show("bad remote pointer, no process", rd(99999, l, 1, (void *)8, 1, 0)); show("bad remote pointer, none", rd(pid, l, 1, (void *)8, 0, 0));
  show("negative remote", rd(pid, l, 1, many, 1, 0)); show("negative remote, no process", rd(99999, l, 1, many, 1, 0)); show("remote in the kernel", rd(pid, l, 1, &kernel, 1, 0));
  show("no remote bytes", rd(pid, l, 1, &none, 1, 0)); show("no remote bytes, no process", rd(99999, l, 1, &none, 1, 0)); show("no remote pieces, no process", rd(99999, l, 1, r, 0, 0));
  show("no process", rd(99999, l, 1, r, 1, 0)); show("process 0", rd(0, l, 1, r, 1, 0)); show("process -1", rd(-1, l, 1, r, 1, 0)); show("bad remote address, no process", rd(99999, l, 1, &kernel, 1, 0));
  show("write: flags", wr(pid, l, 1, r, 1, 2)); show("write: bad local pointer", wr(pid, (void *)8, 1, r, 1, 0)); show("write: local in the kernel", wr(pid, &kernel, 1, r, 1, 0)); show("write: no process", wr(99999, l, 1, r, 1, 0));
  word zombie = fork(); if (zombie == 0) leave(0); rest(100 * MILLISECOND);
  show("a zombie", rd(zombie, l, 1, r, 1, 0)); wait_status(zombie); show("collected", rd(zombie, l, 1, r, 1, 0));
}
static void transfers(void) {
  title("transfers");
  word pid = child_pid; u8 *h = HERE;
  show("read", one(SYS_readv_, pid, h, 10, AREA, 10)); text("got", h, 10);
  show("across pages", one(SYS_readv_, pid, h, 10, AREA + PAGE - 5, 10)); text("got", h, 10);
  memset(h, 0, 100);
  struct iovec l[4] = { { h, 3 }, { h + 10, 0 }, { h + 20, 4 }, { h + 30, 9 } }, r[4] = { { AREA + 2 * PAGE - 1, 2 }, { 0, 0 }, { AREA, 1 }, { AREA + 3 * PAGE - 2, 20 } };
  show("scattered", rd(pid, l, 4, r, 4, 0)); text("got", h, 45);
  show("local shorter", one(SYS_readv_, pid, h, 3, AREA, 100)); show("remote shorter", one(SYS_readv_, pid, h, 100, AREA, 3));
  show("write", one(SYS_writev_, pid, "hello", 5, AREA + PAGE - 2, 5)); show("read back", one(SYS_readv_, pid, h, 9, AREA + PAGE - 4, 9)); text("got", h, 9);
  text("mine is as it was", AREA + PAGE - 4, 9);
  show("oneself", one(SYS_readv_, self(), h, 5, "mirror", 5)); text("got", h, 5); show("write oneself", one(SYS_writev_, self(), "mirror", 5, h + 50, 5)); text("got", h + 50, 5);
  title("bad addresses of the other side");
  show("a hole", one(SYS_readv_, pid, h, 10, AREA + 4 * PAGE, 10)); show("into a hole", one(SYS_readv_, pid, h, 2 * PAGE, AREA + 3 * PAGE + 100, 2 * PAGE)); show("null", one(SYS_readv_, pid, h, 10, 0, 10));
  show("read-only", one(SYS_readv_, pid, h, 10, AREA + 5 * PAGE, 10)); show("write read-only", one(SYS_writev_, pid, h, 10, AREA + 5 * PAGE, 10));
  show("no access", one(SYS_readv_, pid, h, 10, AREA + 6 * PAGE, 10)); show("write no access", one(SYS_writev_, pid, h, 10, AREA + 6 * PAGE, 10)); show("into no access", one(SYS_readv_, pid, h, 2 * PAGE, AREA + 5 * PAGE + 1, 2 * PAGE));
  show("write-only", one(SYS_readv_, pid, h, 10, AREA + 7 * PAGE, 10)); show("write write-only", one(SYS_writev_, pid, h, 10, AREA + 7 * PAGE, 10));
  show("text", one(SYS_writev_, pid, h, 4, (void *)transfers, 4)); show("read text", one(SYS_readv_, pid, h, 4, (void *)transfers, 4));
  show("behind the end", one(SYS_readv_, pid, h, 2 * PAGE, AREA + 8 * PAGE - 1, 2 * PAGE)); show("the last byte of all", one(SYS_readv_, pid, h, 10, (void *)-5, 5));
  struct iovec to = { h, 4 * PAGE }, from[3] = { { AREA, 5 }, { AREA + 4 * PAGE, 5 }, { AREA + PAGE, 5 } };
  show("a good piece, then a hole", rd(pid, &to, 1, from, 3, 0));
  show("a good piece, then half a hole", rd(pid, &to, 1, (struct iovec[]){ { AREA, 5 }, { AREA + 3 * PAGE, 2 * PAGE } }, 2, 0));
  title("bad addresses of one's own");
  show("a hole", one(SYS_readv_, pid, h + 4 * PAGE, 10, AREA, 10)); show("into a hole", one(SYS_readv_, pid, h + 4 * PAGE - 7, 20, AREA, 20)); show("read-only", one(SYS_readv_, pid, (void *)transfers, 10, AREA, 10));
  show("write from a hole", one(SYS_writev_, pid, h + 4 * PAGE, 10, AREA, 10)); show("write into a hole", one(SYS_writev_, pid, h + 4 * PAGE - 7, 20, AREA + 100, 20));
  show("both", one(SYS_readv_, pid, h + 4 * PAGE, 10, AREA + 4 * PAGE, 10)); show("several pages, then a hole", one(SYS_readv_, pid, h, 4 * PAGE + 10, AREA, 3 * PAGE + 20)); show("a hole later in a page", rd(pid, (struct iovec[]){ { h, 10 }, { h + 4 * PAGE, 10 } }, 2, (struct iovec[]){ { AREA, 50 } }, 1, 0));
}
static void drop(void) { call(SYS_setgid, 100); call(SYS_setuid, 1000); }
static void drop_user(void) { call(SYS_setuid, 1000); }
static void drop_other(void) { call(SYS_setgid, 100); call(SYS_setuid, 1001); }
static void drop_and_show(void) { drop(); call(SYS_prctl, 4, 1); }
static void ask(word pid, void (*as)(void)) {
  word p = fork();
  if (p == 0) {
    as(); show("read", one(SYS_readv_, pid, HERE, 5, AREA, 5)); show("write", one(SYS_writev_, pid, HERE, 5, AREA, 5));
    show("own", one(SYS_readv_, self(), HERE, 5, AREA, 5)); struct iovec bad = { HERE, -1 }; show("bad iovec", rd(pid, &bad, 1, &bad, 1, 0)); show("no bytes", one(SYS_readv_, pid, HERE, 5, AREA, 0)); show("process 1", one(SYS_readv_, 1, HERE, 5, AREA, 5)); leave(0);
  }
  wait_status(p);
}
static void permissions(void) {
  title("permissions");
  word mine = child_pid, dropped = start_child(drop);
  put("a user asks root's\n"); ask(mine, drop);
  put("a user asks another's\n"); ask(dropped, drop_other);
  put("a user in root's group asks one in its own\n"); ask(dropped, drop_user);
  put("a user asks its own that began as root's\n"); ask(dropped, drop);
  word shown = start_child(drop_and_show); put("and lets itself be seen\n"); ask(shown, drop); end_child(shown);
  put("root asks a user's\n"); show("read", one(SYS_readv_, dropped, HERE, 5, AREA, 5));
  end_child(dropped);
}
static void growth(void) {
  title("stack and files");
  word pid = child_pid; u8 *sp = (u8 *)__builtin_frame_address(0);
  show("far below the stack", one(SYS_readv_, pid, HERE, 5, sp - (1 << 20), 5)); show("below the stack", one(SYS_writev_, pid, "deep", 5, sp - (1 << 17), 5));
  memset(HERE, 0, 10); show("read back", one(SYS_readv_, pid, HERE, 5, sp - (1 << 17), 5)); text("got", HERE, 5);
}
int main(int argc, char **argv, char **envp) {
  area(AREA, 8, 3); area(HERE, 4, 3);
  for (int i = 0; i < 8 * PAGE; i++) AREA[i] = '0' + i / PAGE;
  child_pid = start_child(0);
  arguments(); transfers(); growth(); permissions();
  end_child(child_pid);
  return 0;
}
