/* Limits, priorities, ids, futexes, chance. */
#include "system.h"

static void limit_test(void) {
  title("limits");
  uword v[2], w[2];
  for (int r = 0; r < 16; r++) { if (r == 1 || r == 2 || r == 3 || r == 4 || r == 9) { call(SYS_getrlimit, r, v); put("limit "); put_word(r); put(" "); put_hex(v[0]); put(" "); put_hex(v[1]); put("\n"); } }
  show("unknown", call(SYS_getrlimit, 16, v)); show("negative", call(SYS_getrlimit, -1, v)); show("bad address", call(SYS_getrlimit, 3, 8));
  v[0] = 10; v[1] = 5; show("soft above hard", call(SYS_setrlimit, 4, v));
  v[0] = 4096; v[1] = 8192; show("set", call(SYS_prlimit64, 0, 4, v, w)); show("old soft", w[0]); show("read", call(SYS_prlimit64, self(), 4, 0, w)); show("soft", w[0]); show("hard", w[1]);
  show("no such process", call(SYS_prlimit64, 30000, 4, 0, w));
  word child = fork();
  if (child == 0) { call(SYS_setresuid, 1000, 1000, 1000); v[1] = 9000; show("raising without privilege", call(SYS_setrlimit, 4, v)); v[1] = 8000; show("lowering", call(SYS_setrlimit, 4, v)); show("another's", call(SYS_prlimit64, 1, 4, 0, w)); leave(0); }
  wait_status(child);
}

static void priority_test(void) {
  title("priorities");
  show("mine", call(SYS_getpriority, 0, 0)); show("set 5", call(SYS_setpriority, 0, 0, 5)); show("mine", call(SYS_getpriority, 0, 0)); show("set 100", call(SYS_setpriority, 0, 0, 100)); show("mine", call(SYS_getpriority, 0, 0));
  show("set -100", call(SYS_setpriority, 0, 0, -100)); show("mine", call(SYS_getpriority, 0, 0)); show("unknown which", call(SYS_getpriority, 3, 0)); show("no such process", call(SYS_getpriority, 0, 30000)); call(SYS_setpriority, 0, 0, 0);
  word child = fork(); if (child == 0) { call(SYS_setresuid, 1000, 1000, 1000); show("nicer", call(SYS_setpriority, 0, 0, 3)); show("back without privilege", call(SYS_setpriority, 0, 0, 0)); show("another's", call(SYS_setpriority, 0, 1, 5)); leave(0); } wait_status(child);
}

static void show_ids(void) { u32 r, e, s; call(SYS_getresuid, &r, &e, &s); put("ids "); put_word(r); put(" "); put_word(e); put(" "); put_word(s); put("\n"); }
static void id_test(void) {
  title("ids");
  word child = fork();
  if (child == 0) {
    show_ids(); show("setresuid", call(SYS_setresuid, 1, 2, 3)); show_ids(); show("setuid to none of them", call(SYS_setuid, 9)); show("setuid to the effective one", call(SYS_setuid, 2)); show("setuid to the saved one", call(SYS_setuid, 3)); show_ids();
    show("setresuid of one", call(SYS_setresuid, -1, 1, -1)); show_ids(); show("setresuid to none", call(SYS_setresuid, 5, -1, -1)); show("setuid -1", call(SYS_setuid, -1)); show("setgid", call(SYS_setgid, 5)); leave(0);
  }
  wait_status(child);
  child = fork(); if (child == 0) { call(SYS_setuid, 1000); show_ids(); show("back", call(SYS_setuid, 0)); leave(0); } wait_status(child);
  show("getresuid to a bad address", call(SYS_getresuid, 8, 8, 8)); show("getgroups", call(SYS_getgroups, 0, 0)); show("getgroups negative", call(SYS_getgroups, -1, 0));
}

static void futex_test(void) {
  title("futex");
  static volatile int word_ = 5; struct timespec little = { 0, 10 * MILLISECOND };
  show("other value", call(SYS_futex, &word_, 0, 4, 0)); show("timeout", call(SYS_futex, &word_, 0, 5, &little)); show("wake nobody", call(SYS_futex, &word_, 1, 1, 0)); show("misaligned", call(SYS_futex, (char *)&word_ + 1, 0, 5, &little)); show("bad address", call(SYS_futex, 8, 0, 5, &little)); show("unknown", call(SYS_futex, &word_, 77, 5, 0)); show("private wake", call(SYS_futex, &word_, 129, 1, 0));
  int *shared = (int *)call(SYS_mmap, 0, 4096, 3, 0x21, -1, 0); *shared = 1;
  word a = fork(); if (a == 0) leave((int)call(SYS_futex, shared, 0, 1, 0) + 40); word b = fork(); if (b == 0) leave((int)call(SYS_futex, shared, 0, 1, 0) + 40);
  rest(60 * MILLISECOND); show("wake one", call(SYS_futex, shared, 1, 1, 0)); rest(20 * MILLISECOND); show("wake the rest", call(SYS_futex, shared, 1, 10, 0)); show("a", wait_status(a)); show("b", wait_status(b));
  a = fork(); if (a == 0) leave((int)call(SYS_futex, shared, 0, 1, 0)); rest(30 * MILLISECOND); send(a, SIGKILL); wait_status(a); show("a dead waiter is not woken", call(SYS_futex, shared, 1, 1, 0));
}

static void other_test(void) {
  title("others");
  char bytes[16]; int zero = 1;
  show("getrandom", call(SYS_getrandom, bytes, 16, 0)); for (int i = 0; i < 16; i++) if (bytes[i]) zero = 0; show("all zero", zero); show("getrandom of nothing", call(SYS_getrandom, 8, 0, 0)); show("bad address", call(SYS_getrandom, 8, 8, 0)); show("bad flags", call(SYS_getrandom, bytes, 8, 8)); show("both", call(SYS_getrandom, bytes, 8, 6));
  show("unknown call", call(9999)); show("call -1", call(-1)); show("sched_yield", call(SYS_sched_yield)); show("gettid is getpid", call(SYS_gettid) == self()); show("set_tid_address", call(SYS_set_tid_address, 0) == self());
  show("reboot with wrong numbers", call(SYS_reboot, 1, 2, 3, 0)); show("sysinfo", call(SYS_sysinfo, 8)); show("prctl", call(SYS_prctl, 9999, 0, 0, 0, 0)); char name[16]; show("PR_SET_NAME", call(SYS_prctl, 15, "a name that is too long")); call(SYS_prctl, 16, name); put(name); put("\n");
}

int main(int argc, char **argv, char **envp) { limit_test(); priority_test(); id_test(); futex_test(); other_test(); return 0; }
