/* System V shared memory: every error in its order, attachments and their counts, permissions, removal, what /proc shows. */
#include "system.h"
enum { SYS_shmget = 194, SYS_shmctl, SYS_shmat, SYS_shmdt, SYS_setregid_ = 143, SYS_mremap = 216 };
enum { IPC_CREAT = 01000, IPC_EXCL = 02000, SHM_HUGETLB = 04000, SHM_NORESERVE = 010000 };
enum { SHM_RDONLY = 010000, SHM_RND = 020000, SHM_REMAP = 040000, SHM_EXEC = 0100000 };
enum { IPC_RMID, IPC_SET, IPC_STAT, IPC_INFO, SHM_LOCK = 11, SHM_UNLOCK, SHM_STAT, SHM_INFO, SHM_STAT_ANY };
struct ds {
  int key; u32 uid, gid, cuid, cgid, mode; unsigned short seq, pad; int pad2; uword unused[2];
  uword size; word atime, dtime, ctime; int cpid, lpid; uword nattch, unused4, unused5;
};
#define PAGE 4096l
#define BASE 0x20000000l
static word shmget(word key, uword size, word flags) { return call(SYS_shmget, key, size, flags); }
static word shmctl(word id, word cmd, void *buf) { return call(SYS_shmctl, id, cmd, buf); }
static word shmat(word id, word at, word flags) { return call(SYS_shmat, id, at, flags); }
static word shmdt(word at) { return call(SYS_shmdt, at); }
static word first;
static void who(const char *name, int pid) { put(name); put(pid == 0 ? " nobody\n" : pid == first ? " parent\n" : " another\n"); }
/* An address says whether the call worked and kept to it. */
static void at(const char *name, word got, word wanted) {
  put(name); put(" = ");
  if (got < 0 && got > -4096) put_word(got); else if (wanted && got != wanted) put_hex(got); else put("there");
  put("\n");
}
static void stat(word id) {
  struct ds d; memset(&d, 0x55, sizeof d);
  word r = shmctl(id, IPC_STAT, &d);
  if (r < 0) { show("IPC_STAT", r); return; }
  put("  key "); put_hex((u32)d.key); put(" owner "); put_word(d.uid); put(" "); put_word(d.gid); put(" "); put_word(d.cuid); put(" "); put_word(d.cgid);
  put(" mode "); put_hex(d.mode); put(" seq "); put_word(d.seq); put(" size "); put_word(d.size); put(" attached "); put_word(d.nattch);
  put(d.atime ? " atime" : " -"); put(d.dtime ? " dtime" : " -"); put(d.ctime ? " ctime\n" : " -\n");
  who("  made by", d.cpid); who("  used by", d.lpid);
  put("  unused "); put_word(d.unused[0] | d.unused[1] | d.unused4 | d.unused5 | d.pad | d.pad2); put("\n");
}
static char text[65536];
static char *slurp(const char *path) {
  word fd = call(SYS_openat, AT_FDCWD, path, 0, 0), n = 0, r;
  if (fd < 0) { show(path, fd); return ""; }
  while ((r = call(SYS_read, fd, text + n, sizeof text - 1 - n)) > 0) n += r;
  text[n] = 0; call(SYS_close, fd); return text;
}
static int begins(const char *s, const char *with) { while (*with) if (*s++ != *with++) return 0; return 1; }
/* Lines of maps with SYSV: start less BASE, rights, offset, device, inode, name. */
static void maps(void) {
  char *s = slurp("/proc/self/maps");
  while (*s) {
    char *line = s, *name = 0;
    while (*s && *s != '\n') { if (begins(s, "/SYSV")) name = s; s++; }
    if (*s) *s++ = 0;
    if (!name) continue;
    uword start = 0; char *c = line;
    for (; *c != '-'; c++) start = start * 16 + (*c <= '9' ? *c - '0' : *c - 'a' + 10);
    while (*c != ' ') c++;
    char *end = c; while (!begins(end, "/SYSV")) end++;
    put("  "); if (start >= BASE && start < BASE + 0x1000000) put_hex(start - BASE); else put("*");
    for (; *c; c++) { char one[2] = { *c == ' ' && c[1] == ' ' ? 0 : *c, 0 }; put(one); }
    put("\n");
  }
}
/* Pids and times are the run's own: "#". */
static void table(void) {
  int line = 0;
  for (char *s = slurp("/proc/sysvipc/shm"); *s; line++) {
    for (int field = 1; *s && *s != '\n'; field++) {
      char *from = s;
      while (*s == ' ') s++;
      while (*s && *s != ' ' && *s != '\n') s++;
      int own = line > 0 && (field == 5 || field == 6 || (field >= 12 && field <= 14));
      if (own) put(" #"); else call(SYS_write, 1, from, s - from);
    }
    if (*s) s++;
    put("\n");
  }
}
static void child(void (*body)(void)) { word pid = fork(); if (pid == 0) { body(); leave(0); } show("child", wait_status(pid)); }

static void get(void) {
  title("shmget");
  show("not there", shmget(0x1234, PAGE, 0));
  show("size 0", shmget(0x1234, 0, IPC_CREAT | 0600));
  show("size -1", shmget(0x1234, -1, IPC_CREAT | 0600));
  show("size 2^63", shmget(0x1234, 1ul << 63, IPC_CREAT | 0600));
  show("size 2^46", shmget(0x1234, 1ul << 46, IPC_CREAT | 0600));
  show("huge pages", shmget(0x1234, PAGE, IPC_CREAT | SHM_HUGETLB | 0600));
  show("huge pages, size 0", shmget(0x1234, 0, IPC_CREAT | SHM_HUGETLB | 0600));
  word a = shmget(0x1234, 3 * PAGE - 100, IPC_CREAT | 0640);
  show("first", a); stat(a);
  show("again", shmget(0x1234, PAGE, 0));
  show("again, size 0", shmget(0x1234, 0, 0));
  show("again, larger within the page", shmget(0x1234, 3 * PAGE, 0));
  show("again, larger, exclusive", shmget(0x1234, 4 * PAGE, IPC_CREAT | IPC_EXCL));
  show("exclusive only", shmget(0x1234, PAGE, IPC_EXCL));
  show("exclusive", shmget(0x1234, PAGE, IPC_CREAT | IPC_EXCL | 0600));
  show("other bits", shmget(0x1234, PAGE, 0x7fff0000));
  word b = shmget(0, PAGE, 0), c = shmget(0, 1, 0777 | SHM_NORESERVE);
  show("private", b); show("private again", c); stat(c);
  word big = shmget(0, 1ul << 33, SHM_NORESERVE | 0600);
  show("8 GiB not reserved", big);
  show("8 GiB", shmget(0, 1ul << 33, 0600));
  stat(big);
  show("remove", shmctl(b, IPC_RMID, 0)); show("remove", shmctl(c, IPC_RMID, 0)); show("remove", shmctl(big, IPC_RMID, 0));
  show("remove twice", shmctl(c, IPC_RMID, 0));
  show("remove all", shmctl(a, IPC_RMID, 0));
  show("gone", shmget(0x1234, PAGE, 0));
  show("a negative key", shmget(-5, PAGE, IPC_CREAT | 0600)); table();
  show("remove", shmctl(shmget(-5, 0, 0), IPC_RMID, 0));
}
static void attach(void) {
  title("shmat");
  word id = shmget(0x77, 3 * PAGE - 100, IPC_CREAT | 0600), x = BASE;
  show("id", id);
  at("id -1", shmat(-1, 0, 0), 0);
  at("no such id", shmat(id + 5, 0, 0), 0);
  at("wrong sequence", shmat(id + 32768, 0, 0), 0);
  at("misaligned", shmat(id, x + 1, 0), 0);
  at("misaligned, no such id", shmat(id + 5, x + 1, 0), 0);
  at("null, remap", shmat(id, 0, SHM_REMAP), 0);
  at("rounded to null, remap", shmat(id, 100, SHM_RND | SHM_REMAP), 0);
  at("beyond user space", shmat(id, 1l << 62, 0), 0);
  at("at the top", shmat(id, -PAGE, 0), 0);
  at("anywhere", shmat(id, 0, 0), 0); stat(id);
  at("rounded", shmat(id, x + 100, SHM_RND), x);
  at("there already", shmat(id, x, 0), x);
  at("overlapping", shmat(id, x + 2 * PAGE, 0), 0);
  at("behind", shmat(id, x + 3 * PAGE, SHM_RDONLY), x + 3 * PAGE);
  at("executable", shmat(id, x + 6 * PAGE, SHM_EXEC), x + 6 * PAGE);
  at("replaced", shmat(id, x + PAGE, SHM_REMAP), x + PAGE);
  maps(); stat(id);
  *(int *)(x + PAGE) = 42; show("seen elsewhere", *(int *)(x + 6 * PAGE));
  show("byte behind the size", *(u8 *)(x + 6 * PAGE + 3 * PAGE - 1));
  show("write to a read-only one", call(SYS_mprotect, x + 4 * PAGE, PAGE, 3));
  show("protect a part", call(SYS_mprotect, x + 7 * PAGE, PAGE, 1)); stat(id); maps();
  show("and back", call(SYS_mprotect, x + 7 * PAGE, PAGE, 7)); stat(id);
  title("shmdt");
  show("misaligned", shmdt(x + 1));
  show("nothing there", shmdt(x + 9 * PAGE));
  show("in the middle", shmdt(x + 2 * PAGE));
  show("null", shmdt(0));
  show("top", shmdt(-PAGE));
  show("replaced in part", shmdt(x)); maps();
  show("again", shmdt(x));
  show("in three parts", shmdt(x + 6 * PAGE)); stat(id); maps();
  show("unmap the first page of one", call(SYS_munmap, x + PAGE, PAGE)); maps();
  show("detach the rest", shmdt(x + PAGE)); maps(); stat(id);
  at("at 0", shmat(id, x, 0), x);
  at("next to it", shmat(id, x + 3 * PAGE, 0), x + 3 * PAGE); maps();
  show("remap the first page of it away", call(SYS_mremap, x, PAGE, PAGE, 3, x + 32 * PAGE));
  maps(); show("what was moved", shmdt(x + 32 * PAGE)); maps();
  show("what stayed", shmdt(x)); show("the other", shmdt(x + 3 * PAGE)); maps();

  show("remove", shmctl(id, IPC_RMID, 0));
  stat(id);
}
static word shared;
static void child_reads(void) { show("in the child", *(int *)BASE); stat(shared); *(int *)BASE = 7; at("again", shmat(shared, 0, 0), 0); stat(shared); }
static void child_removed(void) { show("in the child", *(int *)BASE); at("again", shmat(shared, 0, 0), 0); stat(shared); }
static void lives(void) {
  title("fork, exit, removal");
  shared = shmget(0x55, PAGE, IPC_CREAT | 0600);
  at("attach", shmat(shared, BASE, 0), BASE);
  *(int *)BASE = 5;
  child(child_reads); show("after the child", *(int *)BASE); stat(shared);
  show("remove", shmctl(shared, IPC_RMID, 0)); stat(shared); table(); maps();
  show("by key", shmget(0x55, PAGE, 0));
  word other = shmget(0x55, PAGE, IPC_CREAT | 0600); show("the key is free", other);
  show("remove again", shmctl(shared, IPC_RMID, 0));
  child(child_removed);
  show("still there", *(int *)BASE); stat(shared);
  show("detach", shmdt(BASE)); stat(shared);
  show("remove", shmctl(other, IPC_RMID, 0)); table();
}
static void control(void) {
  title("shmctl");
  struct ds d; uword info[16];
  word id = shmget(0x99, 5 * PAGE, IPC_CREAT | 0644);
  show("id", id);
  show("negative id", shmctl(-1, IPC_STAT, &d)); show("negative command", shmctl(id, -1, &d)); show("command 4", shmctl(id, 4, &d));
  show("command 10", shmctl(id, 10, &d)); show("command 16", shmctl(id, 16, &d)); show("with IPC_64", shmctl(id, IPC_STAT | 0x100, &d));
  show("unknown id, bad command", shmctl(id + 1, 77, &d)); show("unknown id", shmctl(id + 1, IPC_STAT, &d));
  show("bad pointer", shmctl(id, IPC_STAT, (void *)8)); show("bad pointer, unknown id", shmctl(id + 1, IPC_STAT, (void *)8));
  show("set, bad pointer, unknown id", shmctl(id + 1, IPC_SET, (void *)8));
  show("IPC_INFO, bad pointer", shmctl(0, IPC_INFO, (void *)8)); show("SHM_INFO, bad pointer", shmctl(0, SHM_INFO, (void *)8));
  show("IPC_INFO", shmctl(0, IPC_INFO, info)); for (int i = 0; i < 9; i++) show_hex("  limit", info[i]);
  show("SHM_INFO", shmctl(0, SHM_INFO, info)); show("  ids", (int)info[0]); for (int i = 1; i < 6; i++) show("  pages", info[i]);
  word index = id & 32767;
  show("SHM_STAT", shmctl(index, SHM_STAT, &d)); show("  size", d.size);
  show("SHM_STAT of no index", shmctl(index + 1, SHM_STAT, &d)); show("SHM_STAT of the id", shmctl(id, SHM_STAT, &d));
  show("SHM_STAT_ANY", shmctl(index, SHM_STAT_ANY, &d)); show("SHM_STAT_ANY of no index", shmctl(index + 1, SHM_STAT_ANY, &d));
  d.uid = 12; d.gid = 13; d.mode = 07777; d.cuid = 99; d.size = 1;
  show("set", shmctl(id, IPC_SET, &d)); stat(id);
  d.uid = -1; show("set no user", shmctl(id, IPC_SET, &d)); d.uid = 0; d.gid = -1; show("set no group", shmctl(id, IPC_SET, &d));
  show("lock", shmctl(id, SHM_LOCK, 0)); stat(id); show("lock again", shmctl(id, SHM_LOCK, 0));
  show("unlock", shmctl(id, SHM_UNLOCK, 0)); show("unlock again", shmctl(id, SHM_UNLOCK, 0)); stat(id);
  show("remove", shmctl(id, IPC_RMID, 0));
}
static word owned, readable, grouped, closed;
static void stranger(void) {
  uword none[2] = { 0, 0 }; u32 groups[1] = { 77 };
  call(159, 1, groups); call(SYS_setgid, 50); call(SYS_setuid, 1000);
  struct ds d;
  show("read a closed one", shmget(0x11, 0, 0400)); show("ask for nothing", shmget(0x11, 0, 0)); show("ask for execution", shmget(0x12, 0, 0100));
  show("larger and closed", shmget(0x11, 2 * PAGE, 0400)); show("exclusive and closed", shmget(0x11, 0, IPC_CREAT | IPC_EXCL | 0400));
  show("read a readable one", shmget(0x12, 0, 0444)); show("write it", shmget(0x12, 0, 0600));
  at("attach a closed one", shmat(closed, 0, SHM_RDONLY), 0); at("attach a readable one", shmat(readable, 0, 0), 0);
  at("to read", shmat(readable, BASE, SHM_RDONLY), BASE); at("to run", shmat(readable, 0, SHM_RDONLY | SHM_EXEC), 0);
  show("protect it", call(SYS_mprotect, BASE, PAGE, 3)); show("run it", call(SYS_mprotect, BASE, PAGE, 5)); show("detach", shmdt(BASE));
  at("by group", shmat(grouped, BASE, 0), BASE); show("detach", shmdt(BASE));
  at("closed, misaligned", shmat(closed, 1, 0), 0);
  show("stat closed", shmctl(closed, IPC_STAT, &d)); show("SHM_STAT closed", shmctl(closed & 32767, SHM_STAT, &d));
  show("SHM_STAT_ANY closed", shmctl(closed & 32767, SHM_STAT_ANY, &d) == closed); show("stat readable", shmctl(readable, IPC_STAT, &d));
  show("set", shmctl(readable, IPC_SET, &d)); show("remove", shmctl(readable, IPC_RMID, 0));
  show("lock", shmctl(readable, SHM_LOCK, 0)); show("unlock", shmctl(readable, SHM_UNLOCK, 0));
  at("owned", shmat(owned, BASE, 0), BASE); show("lock owned", shmctl(owned, SHM_LOCK, 0)); show("unlock", shmctl(owned, SHM_UNLOCK, 0));
  call(SYS_setrlimit, 8, none); show("lock without a limit to spend", shmctl(owned, SHM_LOCK, 0)); show("unlock", shmctl(owned, SHM_UNLOCK, 0));
  show("set owned", shmctl(owned, IPC_STAT, &d)); d.mode = 0; show("set", shmctl(owned, IPC_SET, &d));
  at("closed to its owner", shmat(owned, 0, 0), 0); show("remove owned", shmctl(owned, IPC_RMID, 0));
  show("its own", shmget(0x66, PAGE, IPC_CREAT | 0200)); at("to write only", shmat(shmget(0x66, 0, 0), 0, 0), 0); table();
  show("remove", shmctl(shmget(0x66, 0, 0), IPC_RMID, 0));
}
static void permissions(void) {
  title("permissions");
  struct ds d;
  owned = shmget(0x10, PAGE, IPC_CREAT | 0600); closed = shmget(0x11, PAGE, IPC_CREAT | 0600);
  readable = shmget(0x12, PAGE, IPC_CREAT | 0644); grouped = shmget(0x13, PAGE, IPC_CREAT | 0660);
  shmctl(owned, IPC_STAT, &d); d.uid = 1000; show("give away", shmctl(owned, IPC_SET, &d));
  shmctl(grouped, IPC_STAT, &d); d.gid = 77; show("to a group", shmctl(grouped, IPC_SET, &d));
  child(stranger); table();
  show("remove", shmctl(closed, IPC_RMID, 0)); show("remove", shmctl(readable, IPC_RMID, 0)); show("remove", shmctl(grouped, IPC_RMID, 0));
}
/* Numbers are not shown: small configurations of Linux use them up faster. */
static void many(void) {
  title("many");
  word buf[20], made = 0, r, last = -1;
  while ((r = shmget(0, 1, 0600)) >= 0) made++, last = r;
  show("until full", made); show("full", r); show("full, bad size", shmget(0, 0, 0600));
  show("one removed", shmctl(last, IPC_RMID, 0)); r = shmget(0, 1, 0600); show("room again", r >= 0); show("another number", r != last); show("the old one", shmctl(last, IPC_STAT, buf));
  show("information", shmctl(0, SHM_INFO, buf) >= 0); show("used", (int)buf[0]); show("pages", buf[1]);
}
int main(int argc, char **argv, char **envp) {
  word year_2001[2] = { 1000000000, 0 };
  call(170, year_2001, 0); /* Without it the clock may say 0. */
  first = self();
  get(); attach(); lives(); control(); permissions(); many();
  return 0;
}
