/* Sending, blocking, handling and waiting for signals. */
#include "system.h"

static volatile int count, last, order[64];
static void note(int signo) { if (count < 64) order[count] = signo; count++; last = signo; }

static void inspect(int signo, struct info *info, struct context *c) {
  show("signal", signo); show("si_signo", info->signo); show("si_errno", info->error); show("si_code", info->code);
  show("sender is me", info->pid == self()); show("uid", info->uid);
  show_hex("uc_flags", c->flags); show_hex("uc_link", (uword)c->link); show_hex("mask in frame", c->mask);
  show("stack sp", (word)c->stack.sp); show("stack flags", c->stack.flags); show("stack size", c->stack.size);
  show("info is below context", (char *)c - (char *)info);
  show("frame is aligned", ((uword)info & 15) == 0);
  show("frame is at sp", (char *)c->x[1] - (char *)info >= 1088 && (char *)c->x[1] - (char *)info < 1088 + 16);
  show_hex("mask now", blocked());
  note(signo);
}

static void mask_test(void) {
  title("masks");
  show_hex("blocked", blocked());
  show("block", block(0, BIT(SIGUSR1) | BIT(SIGKILL) | BIT(SIGSTOP) | BIT(40)));
  show_hex("blocked", blocked());
  show("unblock", block(1, BIT(40)));
  show_hex("blocked", blocked());
  show("how 3", block(3, 0)); show("how -1", block(-1, 0));
  show("bad size", call(SYS_rt_sigprocmask, 0, 0, 0, 4));
  show("bad address", call(SYS_rt_sigprocmask, 0, 8, 0, 8));
  show("how is not looked at without a set", call(SYS_rt_sigprocmask, 77, 0, 0, 8));
  handle(SIGUSR1, note, 0, 0);
  count = 0;
  send(self(), SIGUSR1); send(self(), SIGUSR1); send(self(), SIGUSR1);
  show("delivered while blocked", count); show_hex("pending", pending());
  block(1, BIT(SIGUSR1));
  show("standard signals coalesce", count); show_hex("pending", pending());
  show("rt_sigpending of 9", call(SYS_rt_sigpending, 0, 9)); show("rt_sigpending of 0", call(SYS_rt_sigpending, 0, 0));
}

static void queue_test(void) {
  title("queueing");
  for (int s = 34; s < 38; s++) handle(s, note, 0, ~0ul);
  handle(SIGUSR2, note, 0, ~0ul); handle(SIGHUP, note, 0, ~0ul);
  block(2, ~0ul); count = 0;
  int sent[] = { 36, 35, SIGUSR2, 35, 37, SIGHUP, 36, SIGUSR2, 35 };
  for (int i = 0; i < 9; i++) send(self(), sent[i]);
  block(2, 0);
  show("delivered", count);
  put("order of handlers:"); for (int i = 0; i < count; i++) { put(" "); put_word(order[i]); } put("\n");
}

static void action_test(void) {
  title("actions");
  struct action a = { (void *)note, SA_RESTART | 0x400 | 0x04000000, ~0ul }, b;
  show("set", call(SYS_rt_sigaction, SIGUSR1, &a, &b, 8));
  show("read", call(SYS_rt_sigaction, SIGUSR1, 0, &b, 8));
  show_hex("flags", b.flags); show_hex("mask", b.mask); show("handler", b.handler == (void *)note);
  show("SIGKILL", handle(SIGKILL, note, 0, 0)); show("SIGSTOP", handle(SIGSTOP, SIG_IGN, 0, 0)); show("0", handle(0, note, 0, 0)); show("65", handle(65, note, 0, 0));
  show("64", handle(64, note, 0, 0)); show("read SIGKILL", call(SYS_rt_sigaction, SIGKILL, 0, &b, 8)); show("bad size", call(SYS_rt_sigaction, SIGUSR1, 0, 0, 16));
  show("bad address", call(SYS_rt_sigaction, SIGUSR1, 8, 0, 8)); show("bad old", call(SYS_rt_sigaction, SIGUSR1, 0, 8, 8));
  handle(SIGUSR1, note, SA_RESETHAND, 0); count = 0; send(self(), SIGUSR1);
  call(SYS_rt_sigaction, SIGUSR1, 0, &b, 8); show("reset after one", b.handler == SIG_DFL && count == 1);
  title("discarding");
  block(0, BIT(SIGUSR1) | BIT(SIGCHLD)); handle(SIGUSR1, note, 0, 0); send(self(), SIGUSR1); send(self(), SIGCHLD);
  show_hex("pending", pending());
  handle(SIGUSR1, SIG_IGN, 0, 0); show_hex("pending after ignoring", pending());
  send(self(), SIGUSR1); show_hex("an ignored one stays while blocked", pending());
  handle(SIGCHLD, SIG_DFL, 0, 0); show_hex("the default of SIGCHLD discards", pending());
  block(2, 0); handle(SIGUSR1, SIG_DFL, 0, 0);
}

static void frame_test(void) {
  title("frames");
  handle(SIGUSR1, inspect, SA_SIGINFO, BIT(SIGUSR2) | BIT(SIGKILL));
  block(2, BIT(SIGTERM)); count = 0;
  send(self(), SIGUSR1); show_hex("mask after", blocked());
  call(SYS_tkill, self(), SIGUSR1);
  handle(SIGUSR1, inspect, SA_SIGINFO | SA_NODEFER, 0);
  call(SYS_tgkill, self(), self(), SIGUSR1);
  block(2, 0);
}

static char alternate[16384];
static volatile uword seen_sp;
static void where(int signo, struct info *info, struct context *c) {
  int local; seen_sp = (uword)&local;
  struct stack s;
  show("sigaltstack inside", call(SYS_sigaltstack, 0, &s)); show("flags", s.flags); show("size", s.size);
  struct stack t = { alternate, 0, 8192 };
  show("changing it inside", call(SYS_sigaltstack, &t, 0));
  show("on it", seen_sp >= (uword)alternate && seen_sp < (uword)alternate + sizeof alternate);
  show("frame says sp is mine", c->stack.sp == alternate); show("frame's flags", c->stack.flags); show("frame's size", c->stack.size);
  note(signo);
}

static void stack_test(void) {
  title("alternate stack");
  struct stack s;
  call(SYS_sigaltstack, 0, &s); show("flags at first", s.flags); show("size", s.size);
  struct stack small = { alternate, 0, 2047 }, odd = { alternate, 8, 8192 }, least = { alternate, 0, 2048 }, good = { alternate, 0, sizeof alternate }, off = { alternate, 2, 0 };
  show("too small", call(SYS_sigaltstack, &small, 0)); show("unknown flag", call(SYS_sigaltstack, &odd, 0)); show("least", call(SYS_sigaltstack, &least, 0));
  show("bad address", call(SYS_sigaltstack, 8, 0)); show("good", call(SYS_sigaltstack, &good, &s)); show("old size", s.size);
  handle(SIGUSR1, where, SA_SIGINFO | SA_ONSTACK, 0); send(self(), SIGUSR1);
  call(SYS_sigaltstack, 0, &s); show("flags after", s.flags);
  title("without SA_ONSTACK"); handle(SIGUSR1, where, SA_SIGINFO, 0); send(self(), SIGUSR1);
  struct stack again; call(SYS_sigaltstack, 0, &again);
  title("SS_AUTODISARM"); struct stack arm = { alternate, (int)0x80000000, sizeof alternate };
  show("set", call(SYS_sigaltstack, &arm, 0)); handle(SIGUSR1, where, SA_SIGINFO | SA_ONSTACK, 0); send(self(), SIGUSR1);
  call(SYS_sigaltstack, 0, &s); show_hex("flags after", (u32)s.flags); show("size after", s.size);
  show("off", call(SYS_sigaltstack, &off, 0)); call(SYS_sigaltstack, 0, &s); show("flags", s.flags);
}

static void wait_test(void) {
  title("rt_sigsuspend");
  handle(SIGUSR1, note, 0, 0); block(2, BIT(SIGUSR1) | BIT(SIGTERM)); count = 0;
  send(self(), SIGUSR1);
  uword none = 0, except = ~BIT(SIGUSR1);
  show("result", call(SYS_rt_sigsuspend, &except, 8)); show("handlers", count); show_hex("mask after", blocked());
  show("bad size", call(SYS_rt_sigsuspend, &none, 4)); show("bad address", call(SYS_rt_sigsuspend, 8, 8));
  title("rt_sigtimedwait");
  struct info info; uword set = BIT(SIGUSR1) | BIT(35); struct timespec zero = { 0, 0 }, little = { 0, 10 * MILLISECOND }, bad = { 0, -1 };
  block(2, set); send(self(), 35); send(self(), SIGUSR1);
  show("first", call(SYS_rt_sigtimedwait, &set, &info, &zero, 8)); show("si_signo", info.signo); show("si_code", info.code);
  show("second", call(SYS_rt_sigtimedwait, &set, 0, &zero, 8)); show("nothing", call(SYS_rt_sigtimedwait, &set, &info, &zero, 8));
  word t = now(); show("timeout", call(SYS_rt_sigtimedwait, &set, &info, &little, 8)); show("waited", now() - t >= 10 * MILLISECOND);
  show("bad time", call(SYS_rt_sigtimedwait, &set, &info, &bad, 8)); show("bad size", call(SYS_rt_sigtimedwait, &set, &info, &zero, 7));
  word me = self(), child = fork();
  if (child == 0) { rest(20 * MILLISECOND); send(me, 35); leave(0); }
  show("from a child", call(SYS_rt_sigtimedwait, &set, &info, 0, 8)); show("sender", info.pid == child);
  wait_status(child);
  handle(SIGUSR2, note, SA_RESTART, 0); child = fork();
  if (child == 0) { rest(20 * MILLISECOND); send(me, SIGUSR2); leave(0); }
  show("interrupted by another", call(SYS_rt_sigtimedwait, &set, &info, 0, 8));
  wait_status(child); block(2, 0);
}

static int pipe_fd[2];
static void late(word pid, int signo, int then) { if (fork() == 0) { rest(30 * MILLISECOND); send(pid, signo); rest(30 * MILLISECOND); if (then) call(SYS_write, pipe_fd[1], "x", 1); leave(0); } }

static void restart_test(void) {
  title("interrupted calls");
  call(SYS_pipe2, pipe_fd, 0); char c;
  handle(SIGUSR1, note, 0, 0); late(self(), SIGUSR1, 0); show("read without SA_RESTART", call(SYS_read, pipe_fd[0], &c, 1)); call(SYS_wait4, -1, 0, 0, 0);
  handle(SIGUSR1, note, SA_RESTART, 0); late(self(), SIGUSR1, 1); show("read with SA_RESTART", call(SYS_read, pipe_fd[0], &c, 1)); call(SYS_wait4, -1, 0, 0, 0);
  handle(SIGUSR1, SIG_IGN, 0, 0); late(self(), SIGUSR1, 1); show("read, ignored signal", call(SYS_read, pipe_fd[0], &c, 1)); call(SYS_wait4, -1, 0, 0, 0);
  handle(SIGUSR1, note, SA_RESTART, 0); late(self(), SIGUSR1, 0);
  struct timespec long_ = { 1, 0 }, left = { -1, -1 };
  show("nanosleep with SA_RESTART", call(SYS_nanosleep, &long_, &left)); show("remaining below 1 s", left.sec == 0 && left.nsec > 500 * MILLISECOND && left.nsec < 1000 * MILLISECOND); call(SYS_wait4, -1, 0, 0, 0);
  handle(SIGCHLD, note, 0, 0); word child = fork(); if (child == 0) { rest(30 * MILLISECOND); leave(3); }
  show("wait4 sees the child, not EINTR", wait_status(child)); handle(SIGCHLD, SIG_DFL, 0, 0);
  late(self(), SIGUSR1, 0); word keep = fork(); if (keep == 0) { rest(100 * MILLISECOND); leave(4); }
  show("wait4 with SA_RESTART", wait_status(keep)); call(SYS_wait4, -1, 0, 0, 0);
}

static void kill_test(void) {
  title("kill");
  show("signal 65", send(self(), 65)); show("signal -1", send(self(), -1)); show("signal 0", send(self(), 0)); show("no such process", send(30000, 0));
  show("no such group", send(-30000, 15)); show("INT_MIN", send(-2147483647 - 1, 15)); show("tkill 0", call(SYS_tkill, 0, 15)); show("tkill -1", call(SYS_tkill, -1, 15));
  show("tgkill of another group", call(SYS_tgkill, 1, self(), 15)); show("tgkill 0", call(SYS_tgkill, 0, self(), 15)); show("tkill none", call(SYS_tkill, 30000, 15)); show("tkill 65", call(SYS_tkill, self(), 65));
  show("signal 0 to a zombie", ({ word c = fork(); if (c == 0) leave(0); rest(20 * MILLISECOND); word r = send(c, 0); wait_status(c); r; }));
  struct info q = { 0 }; q.code = -1; q.pid = 77; q.status = 5;
  handle(SIGUSR1, note, 0, 0); count = 0; show("rt_sigqueueinfo", call(SYS_rt_sigqueueinfo, self(), SIGUSR1, &q)); show("delivered", count);
  q.code = 1; show("claiming the kernel, to myself", call(SYS_rt_sigqueueinfo, self(), SIGUSR1, &q)); word parent = call(SYS_getppid); show("to my parent", call(SYS_rt_sigqueueinfo, parent, 0, &q));
  word child = fork();
  if (child == 0) { call(SYS_setresuid, 1000, 1000, 1000); show("another user's process", send(call(SYS_getppid), 0)); show("SIGCONT inside the session", send(call(SYS_getppid), SIGCONT)); leave(0); }
  wait_status(child);
}

int main(int argc, char **argv, char **envp) {
  mask_test(); queue_test(); action_test(); frame_test(); stack_test(); wait_test(); restart_test(); kill_test();
  return 0;
}
