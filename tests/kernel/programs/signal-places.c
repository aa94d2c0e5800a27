/* RLIMIT_SIGPENDING: how many signals a user may have queued, what is refused beyond and what is only remembered. */
#include "system.h"
#define RT 40
static word tkill(word pid, int signo) { return call(SYS_tkill, pid, signo); }
static word queue(word pid, int signo, int code, int value) {
  struct info i; memset(&i, 0, sizeof i); i.signo = signo; i.code = code; i.pid = value; i.uid = 7;
  return call(SYS_rt_sigqueueinfo, pid, signo, &i);
}
static word limit(uword n) { uword l[2] = { n, n }; return call(SYS_setrlimit, 11, l); }
/* Takes one of the pending signals: number, code, and whether its sender is known. */
static void taken(void) {
  uword all = ~0ul, none[2] = { 0, 0 }; struct info i; memset(&i, 0x55, sizeof i);
  word r = call(SYS_rt_sigtimedwait, &all, &i, none, 8);
  put("  took "); put_word(r);
  if (r > 0) { put(" code "); put_word(i.code); put(i.pid == 0 ? " from nobody" : i.pid == self() ? " from itself" : " from another"); put(" errno "); put_word(i.error); }
  put("\n");
}
static void all(void) { for (int i = 0; i < 12 && pending(); i++) taken(); }
static void one(void) {
  title("one process");
  show("by tkill", tkill(self(), RT)); show("again", tkill(self(), RT)); show("by sigqueue", queue(self(), RT + 1, -1, 5));
  show("full, by tkill", tkill(self(), RT)); show("of a new number", tkill(self(), RT + 2)); show("by sigqueue", queue(self(), RT + 2, -1, 5)); show("as from kill", queue(self(), RT + 2, 0, 5));
  show("by kill", send(self(), RT + 3)); show("by kill again", send(self(), RT + 3)); show("by kill, queued already", send(self(), RT));
  show("standard by tkill", tkill(self(), SIGUSR1)); show("standard by sigqueue", queue(self(), SIGUSR2, -1, 5)); show("standard by kill", send(self(), SIGTERM));
  show("no signal", tkill(self(), 0)); show("no signal by sigqueue", queue(self(), 0, -1, 5)); show("bad signal", queue(self(), 65, -1, 5));
  handle(RT + 4, SIG_IGN, 0, 0); show("ignored and blocked", tkill(self(), RT + 4)); block(1, BIT(RT + 4)); show("ignored", tkill(self(), RT + 4)); block(0, BIT(RT + 4));
  all();
  show("room again", tkill(self(), RT)); all();
}
static void user(void) {
  title("one user");
  int pipe[2]; char c; call(SYS_pipe2, pipe, 0);
  word pid = fork();
  if (pid == 0) { call(SYS_read, pipe[0], &c, 1); all(); leave(0); }
  show("to the child", tkill(pid, RT)); show("and itself", tkill(self(), RT)); show("third", tkill(pid, RT)); show("fourth", tkill(pid, RT)); show("fourth to itself", tkill(self(), RT));
  show("standard to the child by kill", send(pid, SIGUSR1)); show("standard to it by tkill", tkill(pid, SIGUSR2)); show("to the child by kill", send(pid, RT + 1)); show("to oneself by kill", send(self(), RT + 1));
  call(SYS_write, pipe[1], "x", 1); wait_status(pid);
  block(2, ~BIT(SIGCHLD)); block(2, ~0ul); all();
  show("room again", tkill(self(), RT)); all();
}
static void none(void) {
  title("no place at all");
  limit(0);
  show("by tkill", tkill(self(), RT)); show("standard by tkill", tkill(self(), SIGUSR1)); show("standard by kill", send(self(), SIGUSR2)); show("by kill", send(self(), RT));
  word pid = fork(); if (pid == 0) leave(3); show("child", wait_status(pid)); all();
  pid = fork(); if (pid == 0) { for (;;) rest(100 * MILLISECOND); } show("killed by tkill", tkill(pid, SIGKILL)); show("status", wait_status(pid)); all();
}
int main(int argc, char **argv, char **envp) {
  handle(SIGCHLD, SIG_DFL, 0, 0);
  block(2, ~0ul); limit(3);
  title("root's own"); one();
  call(SYS_setgid, 100); call(SYS_setuid, 1000);
  one(); user(); none();
  return 0;
}
