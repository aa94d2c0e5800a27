/* Making and ending processes, waiting, groups and sessions. */
#include "system.h"

static struct info last; static volatile int children;
static void on_child(int signo, struct info *info, void *c) { (void)signo; (void)c; last = *info; children++; }
static void show_info(word child) { show("si_code", last.code); show("si_status", last.status); show("si_pid is the child's", last.pid == child); children = 0; }
static void exit_with(int n) { leave(n); }

static void wait_test(void) {
  title("wait4");
  int status; word child;
  show("no child", call(SYS_wait4, -1, &status, 0, 0)); show("bad options", call(SYS_wait4, -1, &status, 4, 0)); show("INT_MIN", call(SYS_wait4, -2147483647 - 1, &status, 0, 0));
  child = fork(); if (child == 0) exit_with(0x1234); show("exit status is 8 bits", wait_status(child));
  child = fork(); if (child == 0) { rest(30 * MILLISECOND); exit_with(1); } show("WNOHANG", call(SYS_wait4, child, &status, WNOHANG, 0)); show("not a child", call(SYS_wait4, 1, &status, WNOHANG, 0)); show("other group", call(SYS_wait4, -1, &status, WNOHANG, 0)); show("own group", call(SYS_wait4, 0, &status, WNOHANG, 0)); show("status to a bad address", call(SYS_wait4, 30000, 8, 0, 0)); show("waited", wait_status(child));
  for (int s = 1; s <= 31; s++) {
    child = fork();
    if (child == 0) { handle(s, SIG_DFL, 0, 0); block(2, 0); struct { uword a, b; } none = { 0, 0 }; call(SYS_setrlimit, 4, &none); send(self(), s); exit_with(100); }
    int got = 0; word r = call(SYS_wait4, child, &got, WUNTRACED, 0);
    put("signal "); put_word(s); put(": "); put_hex(got); put(r == child ? "\n" : " ?\n");
    if ((got & 0xff) == 0x7f) { send(child, SIGKILL); wait_status(child); }
  }
  title("stop and continue");
  handle(SIGCHLD, on_child, SA_SIGINFO, 0);
  child = fork(); if (child == 0) { for (;;) rest(1000 * MILLISECOND); }
  send(child, SIGSTOP); show("stopped", call(SYS_wait4, child, &status, WUNTRACED, 0) == child); show_hex("status", status); show_info(child);
  show("reported once", call(SYS_wait4, child, &status, WUNTRACED | WNOHANG, 0));
  send(child, SIGCONT); show("continued", call(SYS_wait4, child, &status, WCONTINUED, 0) == child); show_hex("status", status); rest(20 * MILLISECOND); show_info(child);
  send(child, SIGSTOP); call(SYS_wait4, child, &status, WUNTRACED, 0); send(child, SIGTERM); show("a stopped one does not die of SIGTERM", call(SYS_wait4, child, &status, WNOHANG, 0)); send(child, SIGKILL); show("but of SIGKILL", wait_status(child)); show_info(child);
  child = fork(); if (child == 0) exit_with(7); wait_status(child); show_info(child);
  title("SA_NOCLDSTOP"); handle(SIGCHLD, on_child, SA_SIGINFO | SA_NOCLDSTOP, 0); child = fork(); if (child == 0) for (;;) rest(1000 * MILLISECOND);
  children = 0; send(child, SIGSTOP); call(SYS_wait4, child, &status, WUNTRACED, 0); show("told", children); send(child, SIGKILL); wait_status(child); show("told of its death", children);
  title("SA_NOCLDWAIT"); children = 0; handle(SIGCHLD, on_child, SA_SIGINFO | SA_NOCLDWAIT, 0); child = fork(); if (child == 0) { rest(10 * MILLISECOND); exit_with(5); } show("wait4", wait_status(child)); show("told", children);
  title("SIGCHLD ignored"); handle(SIGCHLD, SIG_IGN, 0, 0); child = fork(); if (child == 0) { rest(10 * MILLISECOND); exit_with(5); } show("wait4", wait_status(child)); show("gone", send(child, 0)); handle(SIGCHLD, SIG_DFL, 0, 0);
}

static void waitid_test(void) {
  title("waitid");
  struct info info; int status; word child = fork(); if (child == 0) { send(self(), SIGSTOP); exit_with(9); }
  show("no events", call(SYS_waitid, 0, 0, &info, WNOHANG, 0)); show("bad type", call(SYS_waitid, 9, 0, &info, WEXITED, 0)); show("pid 0", call(SYS_waitid, 1, 0, &info, WEXITED, 0));
  show("stopped", call(SYS_waitid, 1, child, &info, 2, 0)); show("signo", info.signo); show("code", info.code); show("status", info.status); show("pid", info.pid == child);
  send(child, SIGCONT); show("left there", call(SYS_waitid, 0, 0, &info, WEXITED | WNOWAIT, 0)); show("code", info.code); show("status", info.status);
  show("again", call(SYS_waitid, 2, 0, &info, WEXITED, 0)); show("gone", call(SYS_wait4, child, &status, 0, 0));
  child = fork(); if (child == 0) { rest(20 * MILLISECOND); leave(0); } show("WNOHANG", call(SYS_waitid, 0, 0, &info, WEXITED | WNOHANG, 0)); show("pid", info.pid); show("signo", info.signo); wait_status(child);
}

static void orphan_test(void) {
  title("orphans");
  int fds[2]; char c; call(SYS_pipe2, fds, 0);
  word middle = fork();
  if (middle == 0) { if (fork() == 0) { rest(30 * MILLISECOND); char p = (char)call(SYS_getppid); call(SYS_write, fds[1], &p, 1); leave(0); } leave(0); }
  wait_status(middle); call(SYS_read, fds[0], &c, 1); show("parent is process 1", c == 1);
  title("orphaned group with a stopped member");
  middle = fork();
  if (middle == 0) {
    call(SYS_setpgid, 0, 0); word inner = fork();
    if (inner == 0) { call(SYS_setpgid, 0, 0); handle(SIGHUP, on_child, SA_SIGINFO, 0); children = 0; send(self(), SIGSTOP); char p = (char)children; call(SYS_write, fds[1], &p, 1); leave(0); }
    int status; call(SYS_wait4, inner, &status, WUNTRACED, 0); leave(0);
  }
  wait_status(middle); call(SYS_read, fds[0], &c, 1); show("SIGHUP then SIGCONT", c);
  title("SIGTSTP in an orphaned group");
  middle = fork(); if (middle == 0) { call(SYS_setsid); if (fork() == 0) { rest(20 * MILLISECOND); handle(SIGTSTP, SIG_DFL, 0, 0); send(self(), SIGTSTP); c = 'n'; call(SYS_write, fds[1], &c, 1); leave(0); } leave(0); }
  wait_status(middle); call(SYS_read, fds[0], &c, 1); show("not stopped", c == 'n'); call(SYS_close, fds[0]); call(SYS_close, fds[1]);
}

static void group_test(void) {
  title("groups and sessions");
  word me = self();
  show("group is mine", call(SYS_getpgid, 0) == me); show("getpgid -1", call(SYS_getpgid, -1)); show("getpgid none", call(SYS_getpgid, 30000)); show("getsid none", call(SYS_getsid, 30000));
  show("setpgid negative", call(SYS_setpgid, 0, -5)); show("setpgid of a stranger", call(SYS_setpgid, 1, 0)); show("setpgid none", call(SYS_setpgid, 30000, 0)); show("setpgid to a group elsewhere", call(SYS_setpgid, 0, 30000));
  show("setsid of a leader", call(SYS_setsid));
  word child = fork();
  if (child == 0) {
    show("inherited", call(SYS_getpgid, 0) == me); show("setsid", call(SYS_setsid) == self()); show("sid", call(SYS_getsid, 0) == self()); show("pgid", call(SYS_getpgid, 0) == self());
    show("setsid again", call(SYS_setsid)); show("setpgid of a session leader", call(SYS_setpgid, 0, 0)); show("to my parent's group", call(SYS_setpgid, 0, me)); leave(0);
  }
  wait_status(child);
  child = fork(); if (child == 0) { rest(50 * MILLISECOND); leave(0); }
  show("setpgid of a child", call(SYS_setpgid, child, child)); show("it is", call(SYS_getpgid, child) == child); show("back", call(SYS_setpgid, child, me)); show("to its own", call(SYS_setpgid, child, 0));
  show("kill its group", send(-child, SIGTERM)); show("status", wait_status(-child));
  child = fork(); if (child == 0) { call(SYS_setsid); rest(100 * MILLISECOND); leave(0); } rest(30 * MILLISECOND); show("setpgid of a child in another session", call(SYS_setpgid, child, 0)); wait_status(child);
}

static volatile int shared;
static word vfork_like(int then) {
  shared = 0;
  word child = call(SYS_clone, 0x4000 | 0x100 | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) { shared = 1; rest(20 * MILLISECOND); shared = 2; leave(then); }
  return child;
}

static void clone_test(void) {
  title("clone");
  word child = vfork_like(6); show("the parent waited, memory is shared", shared); show("status", wait_status(child));
  int parent_tid = 0, child_tid = 0; word r = call(SYS_clone, 0x100000 | 0x1000000 | 0x200000 | SIGCHLD, 0, &parent_tid, 0, &child_tid);
  if (r == 0) leave(child_tid == self() && parent_tid == self() ? 11 : 12);
  show("CLONE_PARENT_SETTID", parent_tid == r); show("not in the parent's memory", child_tid); show("CLONE_CHILD_SETTID", wait_status(r));
  r = call(SYS_clone, 0x100000 | SIGCHLD, 0, 8, 0, 0); if (r == 0) leave(13); show("a bad address is not an error", wait_status(r));
  r = call(SYS_clone, 0x80000 | SIGCHLD, 0, 0, 12345, 0); if (r == 0) { word tp; __asm__ volatile("mv %0, tp" : "=r"(tp)); leave(tp == 12345 ? 14 : 15); } show("CLONE_SETTLS", wait_status(r));
  r = call(SYS_clone, SIGUSR1, 0, 0, 0, 0); handle(SIGUSR1, SIG_IGN, 0, 0); if (r == 0) leave(0); show("another exit signal: wait4", wait_status(r)); int status; show("__WCLONE", call(SYS_wait4, r, &status, 0x80000000, 0) == r);
  show("CLONE_THREAD alone", call(SYS_clone, 0x10000, 0, 0, 0, 0)); show("CLONE_SIGHAND alone", call(SYS_clone, 0x800, 0, 0, 0, 0));
  word a = fork(); if (a == 0) { word b = fork(); if (b == 0) leave(21); leave((int)wait_status(b) >> 8); } show("grandchild's status", wait_status(a));
}

static void usage_test(void) {
  title("usage");
  struct { struct timeval u, s; word maxrss, more[13]; } usage; word child = fork();
  if (child == 0) { for (volatile int i = 0; i < 400000; i++) {} leave(0); }
  int status; show("with rusage", call(SYS_wait4, child, &status, 0, &usage) == child); show("user time", usage.u.sec * 1000000 + usage.u.usec > 500); show("maxrss", usage.maxrss > 0);
  show("children's", call(SYS_getrusage, -1, &usage)); show("user time", usage.u.sec * 1000000 + usage.u.usec > 500); show("bad who", call(SYS_getrusage, 2, &usage)); show("bad address", call(SYS_getrusage, 0, 8));
  word t[4]; show("times", call(SYS_times, t) > 0); show("bad address", call(SYS_times, 8));
}

int main(int argc, char **argv, char **envp) { call(SYS_setpgid, 0, 0); wait_test(); waitid_test(); orphan_test(); group_test(); clone_test(); usage_test(); return 0; }
