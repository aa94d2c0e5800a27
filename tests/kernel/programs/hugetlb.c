/* Huge pages of the pool: its size and limits, arguments of every call, reservations, faults, fork, files of hugetlbfs, what /proc
   shows. Runs as root, on a machine with room for 32 pages of 2 MiB. */
#include "residency.h"
enum { SYS_umount2 = 39, SYS_mount = 40, SYS_statfs = 43, SYS_lseek = 62, SYS_pread64 = 67, SYS_fstat = 80, SYS_fsync = 82, SYS_shmget = 194, SYS_shmctl, SYS_shmat, SYS_shmdt, SYS_memfd_create = 279 };
enum { MAP_NORESERVE = 0x4000, MAP_HUGETLB = 0x40000, MFD_HUGETLB = 4, SHM_HUGETLB = 04000, SHM_NORESERVE = 010000 };
#define M2 (21l << 26)
#define M1G (30l << 26)
#define HUGE 0x200000l
/* Huge page n of an area of its own. */
#define H(n) (0x40000000l + (n) * HUGE)
static word huge(word n, word pages, int prot, int flags) { return mmap(H(n), pages * HUGE, prot, flags | MAP_FIXED | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0); }
static word drop(word n, word pages) { return call(SYS_munmap, H(n), pages * HUGE); }
static word number(const char *path) {
  char b[64]; word fd = call(SYS_openat, AT_FDCWD, path, 0, 0), n, v = 0; if (fd < 0) return fd;
  n = call(SYS_read, fd, b, sizeof b); call(SYS_close, fd); if (n < 0) return n;
  for (word i = 0; i < n && b[i] >= '0' && b[i] <= '9'; i++) v = v * 10 + b[i] - '0';
  return v;
}
static word give(const char *path, const char *value) {
  word n = 0, fd = call(SYS_openat, AT_FDCWD, path, O_WRONLY, 0); if (fd < 0) return fd;
  while (value[n]) n++;
  word r = call(SYS_write, fd, value, n); call(SYS_close, fd); return r;
}
#define POOL "/proc/sys/vm/nr_hugepages"
#define OVER "/proc/sys/vm/nr_overcommit_hugepages"
#define SYSFS "/sys/kernel/mm/hugepages/hugepages-2048kB/"
static word line(const char *name) {
  for (char *s = text; *s; s++) {
    if (s != text && s[-1] != '\n') continue;
    const char *n = name; char *c = s; word v = 0;
    while (*n && *c == *n) c++, n++;
    if (*n || *c++ != ':') continue;
    while (*c == ' ') c++;
    while (*c >= '0' && *c <= '9') v = v * 10 + *c++ - '0';
    return v;
  }
  return -1;
}
/* Total, free, reserved, surplus; and this process's. */
static void pool(const char *what) {
  read_text("/proc/meminfo");
  word t = line("HugePages_Total"), f = line("HugePages_Free"), r = line("HugePages_Rsvd"), s = line("HugePages_Surp");
  put(what); put(": total "); put_word(t); put(" free "); put_word(f); put(" reserved "); put_word(r); put(" surplus "); put_word(s);
  put(" mine "); put_word(status("HugetlbPages")); put("\n");
}
static void at(const char *name, word got, word wanted) {
  put(name); put(" = ");
  if (got < 0 && got > -4096) put_word(got); else if (wanted && got != wanted) put_hex(got); else put("there");
  put("\n");
}
/* Reads or writes in a child, and tells how it ended. */
static void dare(const char *what, word va, int write) {
  word child = fork();
  if (child == 0) { if (write) *(volatile char *)va = 1; else (void)*(volatile char *)va; leave(7); }
  put(what); put(": "); put_hex(wait_status(child)); put("\n");
}
static void set(word n, int v) { *(volatile char *)H(n) = v; }
static int get(word n) { return *(volatile unsigned char *)H(n); }

static void sizes(void) {
  title("size of the pool");
  pool("at first"); show("write", give(POOL, "4\n")); pool("four"); show("read", number(POOL));
  show("text", give(POOL, "x\n")); show("negative", give(POOL, "-1\n")); show("two numbers", give(POOL, "5 6\n")); pool("five"); give(POOL, "4");
  show("sysfs text", give(SYSFS "nr_hugepages", "x")); show("sysfs hexadecimal", give(SYSFS "nr_hugepages", "0x3")); show("sysfs space", give(SYSFS "nr_hugepages", " 3")); show("sysfs two lines", give(SYSFS "nr_hugepages", "3\n\n"));
  show("sysfs", give(SYSFS "nr_hugepages", "3\n")); pool("three"); show("sysfs read-only", give(SYSFS "free_hugepages", "3"));
  show("overcommit", give(OVER, "2")); show("  sysfs", number(SYSFS "nr_overcommit_hugepages")); give(OVER, "0");
  show("nr", number(SYSFS "nr_hugepages")); show("free", number(SYSFS "free_hugepages")); show("resv", number(SYSFS "resv_hugepages")); show("surplus", number(SYSFS "surplus_hugepages"));
  read_text("/proc/meminfo"); show("Hugepagesize", line("Hugepagesize")); show("Hugetlb", line("Hugetlb"));
  show("group", number("/proc/sys/vm/hugetlb_shm_group")); give(POOL, "8");
  title("shrinking a pool in use");
  at("map", huge(0, 3, RW, MAP_PRIVATE), H(0)); set(0, 1); pool("one used, two reserved"); give(POOL, "2"); pool("two wanted"); show("read", number(POOL)); show("nr", number(SYSFS "nr_hugepages"));
  set(1, 1); pool("another used"); drop(0, 1); pool("one gone"); give(POOL, "0"); pool("none wanted"); drop(1, 2); pool("all gone");
  give(POOL, "2"); huge(0, 2, RW, MAP_PRIVATE); set(0, 1); give(POOL, "0"); pool("surplus"); give(POOL, "5"); pool("grown again"); drop(0, 2); pool("back"); give(POOL, "8");
  title("overcommit");
  give(POOL, "1"); give(OVER, "2"); at("three", huge(0, 3, RW, MAP_PRIVATE), H(0)); pool("reserved"); set(0, 1); set(2, 1); pool("touched"); at("one more", huge(8, 1, RW, MAP_SHARED), H(8)); drop(0, 1); pool("one gone"); drop(1, 2); pool("gone");
  at("four", huge(0, 4, RW, MAP_PRIVATE), H(0)); pool("refused"); at("noreserve", huge(0, 4, RW, MAP_PRIVATE | MAP_NORESERVE), H(0)); set(0, 1); set(1, 1); pool("found"); set(2, 1); dare("a fourth", H(3), 1); pool("three"); drop(0, 4); pool("gone"); give(OVER, "0"); give(POOL, "8"); pool("eight");
}

static void arguments(void) {
  title("mmap");
  int anon = MAP_ANONYMOUS | MAP_HUGETLB;
  word p = mmap(0, HUGE, RW, MAP_PRIVATE | anon, -1, 0); show("anywhere, misaligned by", p & (HUGE - 1)); call(SYS_munmap, p, HUGE);
  p = mmap(0, 1, RW, MAP_PRIVATE | anon, -1, 0); show("a byte", p & (HUGE - 1)); pool("  it takes"); show("  unmap a page", call(SYS_munmap, p, PAGE)); show("  unmap", call(SYS_munmap, p, HUGE));
  show("nothing", mmap(0, 0, RW, MAP_PRIVATE | anon, -1, 0));
  at("hint", mmap(H(3) + PAGE, HUGE, RW, MAP_PRIVATE | anon, -1, 0), H(4)); drop(4, 1);
  show("fixed and odd", mmap(H(0) + PAGE, HUGE, RW, MAP_PRIVATE | MAP_FIXED | anon, -1, 0));
  show("type 0", mmap(H(0), HUGE, RW, MAP_FIXED | anon, -1, 0)); at("type 3", mmap(H(0), HUGE, RW, 3 | MAP_FIXED | anon, -1, 0), H(0)); drop(0, 1);
  show("grows down", mmap(H(0), HUGE, RW, MAP_PRIVATE | MAP_GROWSDOWN | MAP_FIXED | anon, -1, 0)); show("grows down, shared", mmap(H(0), HUGE, RW, MAP_SHARED | MAP_GROWSDOWN | MAP_FIXED | anon, -1, 0));
  at("2 MiB said", mmap(H(0), HUGE, RW, MAP_PRIVATE | MAP_FIXED | anon | M2, -1, 0), H(0)); drop(0, 1);
  show("64 KiB", mmap(H(0), HUGE, RW, MAP_PRIVATE | MAP_FIXED | anon | (16l << 26), -1, 0)); show("1 GiB, none", mmap(0, HUGE, RW, MAP_PRIVATE | anon | M1G, -1, 0));
  show("too many", mmap(0, 9 * HUGE, RW, MAP_PRIVATE | anon, -1, 0)); show("-1", mmap(0, -1, RW, MAP_PRIVATE | anon, -1, 0));
  word fd = call(SYS_openat, AT_FDCWD, "/tmp/plain", O_RDWR | O_CREAT, 0600); call(SYS_ftruncate_, fd, HUGE);
  show("an ordinary file", mmap(H(0), HUGE, RW, MAP_PRIVATE | MAP_FIXED | MAP_HUGETLB, fd, 0)); call(SYS_close, fd);
  show("no file", mmap(H(0), HUGE, RW, MAP_PRIVATE | MAP_FIXED | MAP_HUGETLB, -1, 0)); pool("afterwards");
  title("munmap, mprotect, msync");
  huge(0, 4, RW, MAP_PRIVATE); set(0, 5); set(1, 6);
  show("munmap odd start", call(SYS_munmap, H(1) + PAGE, HUGE - PAGE)); show("munmap odd end", call(SYS_munmap, H(1), PAGE)); show("munmap beyond", call(SYS_munmap, H(3), 2 * HUGE)); show("munmap middle", call(SYS_munmap, H(1), HUGE)); pool("two left");
  show("mprotect odd", protect(H(0), PAGE, PROT_READ)); show("mprotect odd start", protect(H(0) + PAGE, HUGE - PAGE, PROT_READ)); show("mprotect", protect(H(0), HUGE, PROT_READ)); show("  holds", get(0)); dare("  write", H(0), 1);
  show("none", protect(H(0), HUGE, 0)); dare("  read", H(0), 0); show("all", protect(H(0), HUGE, RW)); show("  holds", get(0)); set(0, 9); show("  holds", get(0));
  show("msync", call(SYS_msync, H(0), HUGE, 4)); drop(0, 4); pool("gone");
  huge(0, 2, PROT_READ, MAP_PRIVATE); show("read-only", get(0)); pool("read"); show("writable", protect(H(0), 2 * HUGE, RW)); set(0, 3); set(1, 4); pool("written"); drop(0, 2);
  title("mremap");
  huge(0, 4, RW, MAP_PRIVATE); for (int i = 0; i < 3; i++) set(i, 10 + i);
  show("grow", call(SYS_mremap, H(0), 4 * HUGE, 5 * HUGE, 1)); show("grow a page", call(SYS_mremap, H(0), 4 * HUGE, 4 * HUGE + PAGE, 1)); at("same", call(SYS_mremap, H(0), 4 * HUGE, 4 * HUGE, 1), H(0)); at("rounded", call(SYS_mremap, H(0), 4 * HUGE - PAGE, 4 * HUGE, 1), H(0));
  show("odd", call(SYS_mremap, H(0) + PAGE, HUGE, HUGE, 1)); at("shrink", call(SYS_mremap, H(0), 4 * HUGE, 3 * HUGE, 0), H(0)); pool("three"); at("shrink by pages", call(SYS_mremap, H(0), 3 * HUGE, 2 * HUGE + PAGE, 0), H(0)); pool("still three");
  show("move odd", call(SYS_mremap, H(0), 3 * HUGE, 3 * HUGE, 3, H(8) + PAGE)); at("move", call(SYS_mremap, H(0), 3 * HUGE, 3 * HUGE, 3, H(8)), H(8)); show("  holds", get(8)); show("  holds", get(10)); pool("moved"); dare("  old place", H(0), 0);
  show("leave", call(SYS_mremap, H(8), 3 * HUGE, 3 * HUGE, 5, 0)); show("duplicate", call(SYS_mremap, H(8), 0, HUGE, 1)); drop(8, 3); pool("gone");
  huge(0, 3, RW, MAP_PRIVATE); set(0, 1); at("move, reserved", call(SYS_mremap, H(0), 3 * HUGE, 3 * HUGE, 3, H(8)), H(8)); pool("moved"); set(9, 1); pool("touched"); drop(8, 3); pool("gone");
  title("madvise");
  static const int advices[] = { 0, 1, 2, 3, 4, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23, 24 };
  for (int i = 0; i < sizeof advices / sizeof *advices; i++) {
    int a = advices[i]; put("advice "); put_word(a);
    huge(0, 2, RW, MAP_PRIVATE); set(0, 1); set(1, 2); put(": private "); put_word(madvise(H(0), 2 * HUGE, a)); put(" a page "); put_word(madvise(H(0), PAGE, a)); put(" odd "); put_word(madvise(H(0) + PAGE, HUGE, a)); put(" holds "); put_word(get(0)); put_word(get(1)); drop(0, 2);
    huge(0, 2, RW, MAP_SHARED); set(0, 1); set(1, 2); put(" shared "); put_word(madvise(H(0), 2 * HUGE, a)); put(" a page "); put_word(madvise(H(0), PAGE, a)); put(" holds "); put_word(get(0)); put_word(get(1)); drop(0, 2); put("\n");
  }
  pool("afterwards"); huge(0, 2, RW, MAP_PRIVATE); set(0, 1); set(1, 1); pool("two"); madvise(H(0), 2 * HUGE, 4); pool("dropped"); set(0, 1); pool("touched again"); drop(0, 2); pool("gone");
  huge(0, 2, RW, MAP_SHARED); set(0, 1); set(1, 1); pool("shared"); madvise(H(0), HUGE, 4); pool("dropped"); show("  holds", get(0)); madvise(H(0), HUGE, 9); pool("removed"); show("  holds", get(0)); pool("touched again"); drop(0, 2); pool("gone");
}

static void reservations(void) {
  title("private reservations");
  at("four", huge(0, 4, RW, MAP_PRIVATE), H(0)); pool("four"); at("five more", huge(8, 5, RW, MAP_PRIVATE), H(8)); at("four more", huge(8, 4, RW, MAP_PRIVATE), H(8)); pool("eight"); at("noreserve", huge(16, 1, RW, MAP_PRIVATE | MAP_NORESERVE), H(16)); dare("  touched", H(16), 1); drop(8, 2); pool("two gone"); set(0, 1); set(16, 1); pool("both touched"); drop(16, 1); drop(10, 2); drop(1, 2); pool("a part gone"); drop(0, 4); pool("gone");
  at("over a mapping", huge(0, 8, RW, MAP_PRIVATE), H(0)); at("  again", huge(0, 8, RW, MAP_PRIVATE), H(0)); pool("eight"); at("  too many", huge(0, 9, RW, MAP_PRIVATE), H(0)); pool("what lay there is gone"); dare("  read", H(0), 0);
  title("shared reservations");
  at("shared", huge(0, 3, RW, MAP_SHARED), H(0)); pool("three"); set(0, 1); pool("one touched"); word child = fork(); if (child == 0) { set(1, 8); leave(0); } wait_status(child); show("of the child", get(1)); pool("two touched"); drop(0, 1); pool("a part gone"); drop(1, 2); pool("gone");
  at("noreserve", huge(0, 3, RW, MAP_SHARED | MAP_NORESERVE), H(0)); pool("none"); set(0, 1); pool("one"); drop(0, 3); pool("gone");
  at("read-only", huge(0, 2, PROT_READ, MAP_SHARED), H(0)); pool("reserved"); show("  holds", get(0)); pool("read"); drop(0, 2);
  title("fork and copies");
  huge(0, 2, RW, MAP_PRIVATE); set(0, 1); set(1, 2);
  child = fork(); if (child == 0) { pool("child"); set(0, 9); pool("child wrote"); show("  holds", get(0)); show("  holds", get(1)); leave(0); } show("child", wait_status(child)); show("parent holds", get(0)); pool("after the child"); set(0, 3); pool("parent wrote"); drop(0, 2);
  give(POOL, "2"); huge(0, 2, RW, MAP_PRIVATE); set(0, 1); set(1, 2); pool("all used"); dare("the child writes", H(0), 1); dare("the child reads", H(0), 0); show("parent holds", get(0));
  int to[2], back[2]; char c; call(SYS_pipe2, to, 0); call(SYS_pipe2, back, 0);
  child = fork();
  if (child == 0) { show("child sees", get(1)); call(SYS_write, back[1], "x", 1); call(SYS_read, to[0], &c, 1); show("child's other page", get(1)); pool("child"); (void)get(0); leave(3); }
  call(SYS_read, back[0], &c, 1); set(0, 7); pool("the parent took its page"); call(SYS_write, to[1], "x", 1); show_hex("child", wait_status(child)); show("parent holds", get(0)); set(1, 8); drop(0, 2); pool("gone");
  child = fork(); give(POOL, "3"); huge(0, 2, RW, MAP_PRIVATE); set(0, 1);
  if (child == 0) { leave(0); } wait_status(child);
  child = fork(); if (child == 0) { pool("a child without reserve"); set(1, 5); pool("touched what the parent has not"); leave(0); } show("child", wait_status(child)); pool("parent"); set(1, 6); pool("parent touched"); drop(0, 2); pool("gone");
  give(POOL, "2"); huge(0, 2, RW, MAP_PRIVATE); set(0, 1); dare("a child where all is reserved", H(1), 1); drop(0, 2); give(POOL, "8");
}

static void shown(void) {
  title("what is shown");
  huge(0, 2, RW, MAP_PRIVATE); set(0, 1); huge(4, 2, RW, MAP_SHARED | MAP_NORESERVE); set(5, 1); set(4, 1);
  word child = fork(); if (child == 0) { rest(400 * MILLISECOND); leave(0); }
  rest(20 * MILLISECOND); read_text("/proc/self/smaps"); int inside = 0;
  for (char *l = text, *e; *l; l = *e ? e + 1 : e) {
    e = l; while (*e && *e != '\n') e++;
    if ((l[0] >= '0' && l[0] <= '9') || (l[0] >= 'a' && l[0] <= 'f')) { inside = l[0] == '4' && l[8] == '-'; if (inside) { call(SYS_write, 1, l, 31); call(SYS_write, 1, l + 73, e - l - 73); put("\n"); } continue; }
    if (inside) call(SYS_write, 1, l, e - l + 1);
  }
  wait_status(child); show("HugetlbPages", status("HugetlbPages")); show("lock", mlock(H(0), 2 * HUGE)); locked(); pool("locked"); show("unlock", munlock(H(0), HUGE)); show("lock a page", mlock(H(0) + PAGE, PAGE));
  static unsigned char vec[1536]; show("mincore", mincore(H(0), 2 * HUGE, vec)); show("  first", vec[0]); show("  last", vec[511]); show("  of the next", vec[512]);
  word fd = call(SYS_openat, AT_FDCWD, "/proc/self/pagemap", 0, 0); uword e[2]; call(SYS_pread64, fd, &e[0], 8, H(0) / PAGE * 8); call(SYS_pread64, fd, &e[1], 8, (H(0) / PAGE + 5) * 8); show_hex("pagemap", e[0] >> 55); show("  sixth page", (e[1] & 0x7fffffffffffff) - (e[0] & 0x7fffffffffffff)); uword pfn = e[0] & 0x7fffffffffffff; show("  aligned", pfn & 511);
  call(SYS_pread64, fd, &e[0], 8, H(5) / PAGE * 8); show_hex("  shared", e[0] >> 55); call(SYS_close, fd);
  fd = call(SYS_openat, AT_FDCWD, "/proc/kpagecount", 0, 0); call(SYS_pread64, fd, e, 16, pfn * 8); show("kpagecount", e[0]); show("  second", e[1]); call(SYS_close, fd);
  fd = call(SYS_openat, AT_FDCWD, "/proc/kpageflags", 0, 0); call(SYS_pread64, fd, e, 16, pfn * 8); show_hex("kpageflags", e[0] & 0x39800); show_hex("  second", e[1] & 0x39800); call(SYS_close, fd);
  drop(0, 6); word rss = status("VmRSS"); huge(0, 2, RW, MAP_PRIVATE); set(0, 1); set(1, 1); show("is it resident", status("VmRSS") - rss > 1000); drop(0, 2);
  at("locked mapping", huge(0, 2, RW, MAP_PRIVATE | MAP_LOCKED), H(0)); locked(); pool("locked"); drop(0, 2); at("populated", huge(0, 2, RW, MAP_SHARED | MAP_POPULATE), H(0)); pool("populated"); drop(0, 2);
  show("MCL_FUTURE", mlockall(MCL_FUTURE)); at("mapped", huge(0, 1, RW, MAP_PRIVATE), H(0)); locked(); pool("at once"); munlockall(); drop(0, 1); pool("gone");
}

static void stat(const char *what, word fd) {
  static u32 s[64]; call(SYS_fstat, fd, s); put(what); put(": mode "); put_hex(s[4]); put(" links "); put_word(s[5]); put(" size "); put_word(*(word *)&s[12]); put(" block "); put_word(s[14]); put(" blocks "); put_word(*(word *)&s[16]); put("\n");
}
static void statfs(const char *path) {
  static word s[15]; show("statfs", call(SYS_statfs, path, s)); show_hex("  type", s[0]); show("  bsize", s[1]); show("  blocks", s[2]); show("  free", s[3]); show("  available", s[4]); show("  files", s[5]); show("  ffree", s[6]); show("  namelen", s[8]);
}
static void mounted(void) {
  read_text("/proc/mounts");
  for (char *l = text, *e; *l; l = *e ? e + 1 : e) { e = l; while (*e && *e != '\n') e++; if (l[0] == 'h' && l[1] == 'u' && l[2] == 'g') call(SYS_write, 1, l, e - l + 1); }
}
static word mount(const char *options) { return call(SYS_mount, "huge", "/tmp/h", "hugetlbfs", 0, options); }
static word unmount(void) { return call(SYS_umount2, "/tmp/h", 0); }

static void files(void) {
  title("memfd");
  static char buffer[64];
  show("an unknown size", call(SYS_memfd_create, "x", MFD_HUGETLB | 16l << 26)); show("a size without", call(SYS_memfd_create, "x", M2));
  word fd = call(SYS_memfd_create, "big", MFD_HUGETLB | 2); show("made", fd > 2); stat("empty", fd); show("write", call(SYS_write, fd, "abc", 3)); show("no write", call(SYS_write, fd, "abc", 0)); show("read", call(SYS_read, fd, buffer, 8));
  show("odd size", call(SYS_ftruncate_, fd, PAGE)); show("size", call(SYS_ftruncate_, fd, 2 * HUGE)); stat("two", fd); pool("two"); show("read a hole", call(SYS_read, fd, buffer, 8)); show("  holds", buffer[0]); pool("read");
  show("odd offset", mmap(H(0), HUGE, RW, MAP_SHARED | MAP_FIXED, fd, PAGE)); at("map", mmap(H(0), HUGE, RW, MAP_SHARED | MAP_FIXED, fd, HUGE), H(0)); pool("one mapped"); set(0, 77); stat("one touched", fd); show("read", call(SYS_pread64, fd, buffer, 8, HUGE)); show("  holds", buffer[0]);
  at("a page of it", mmap(H(1), PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, HUGE), H(1)); show("  holds", get(1)); pool("mapped twice"); drop(0, 2); pool("unmapped"); stat("it stays", fd);
  at("private", mmap(H(0), 2 * HUGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0), H(0)); pool("private"); show("  holds", get(1)); pool("read"); set(1, 5); pool("written"); set(0, 6); pool("written where nothing was"); show("the file holds", (call(SYS_pread64, fd, buffer, 8, HUGE), buffer[0])); show("  and", (call(SYS_pread64, fd, buffer, 8, 0), buffer[0]));
  show("shrink", call(SYS_ftruncate_, fd, HUGE)); stat("one", fd); pool("shrunk"); dare("beyond the end", H(1), 0); show("private copy before", get(0)); drop(0, 2); pool("gone");
  at("mapped beyond", mmap(H(0), 3 * HUGE, RW, MAP_SHARED | MAP_FIXED, fd, 0), H(0)); stat("grown by it", fd); pool("three"); show("shrink", call(SYS_ftruncate_, fd, 0)); pool("none"); dare("  read", H(0), 0); drop(0, 3);
  at("read-only beyond", mmap(H(0), 2 * HUGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0), H(0)); stat("not grown", fd); pool("reserved"); drop(0, 2); pool("still"); show("grow", call(SYS_ftruncate_, fd, HUGE)); pool("grown");
  show("fsync", call(SYS_fsync, fd)); show("seek data", call(SYS_lseek, fd, 10, 3)); show("seek hole", call(SYS_lseek, fd, 10, 4)); show("seek end", call(SYS_lseek, fd, 0, 2)); show("seek data there", call(SYS_lseek, fd, HUGE, 3)); statfs("/proc/self/fd/3");
  show("seals", call(SYS_fcntl, fd, 1034)); show("seal", call(SYS_fcntl, fd, 1033, 6)); show("grow", call(SYS_ftruncate_, fd, 2 * HUGE)); show("shrink", call(SYS_ftruncate_, fd, 0)); show("seal against writing", call(SYS_fcntl, fd, 1033, 8)); show("map", mmap(H(0), HUGE, RW, MAP_SHARED | MAP_FIXED, fd, 0)); call(SYS_close, fd); pool("closed");
  title("hugetlbfs");
  call(SYS_mkdirat, AT_FDCWD, "/tmp/h", 0755);
  show("unknown option", mount("colour=red")); show("unknown size", mount("pagesize=64K")); show("bad size", mount("size=x")); show("least above most", mount("size=2M,min_size=4M")); show("least above the pool", mount("min_size=32M")); pool("nothing reserved");
  show("plain", mount("")); mounted(); statfs("/tmp/h"); show("unmount", unmount());
  show("with options", mount("size=8M,min_size=4M,mode=0700,uid=3,gid=4,nr_inodes=10")); mounted(); statfs("/tmp/h"); pool("min_size"); show("unmount", unmount()); pool("unmounted"); show("percent", mount("size=50%")); mounted(); show("unmount", unmount());
  mount("size=4M,min_size=2M"); pool("mounted"); fd = call(SYS_openat, AT_FDCWD, "/tmp/h/f", O_RDWR | O_CREAT, 0644); stat("file", fd); show("write", call(SYS_write, fd, "abc", 3));
  at("one", mmap(H(0), HUGE, RW, MAP_SHARED | MAP_FIXED, fd, 0), H(0)); pool("its own"); at("three", mmap(H(4), 3 * HUGE, RW, MAP_SHARED | MAP_FIXED, fd, 0), H(4)); pool("beyond its size"); at("two", mmap(H(4), 2 * HUGE, RW, MAP_SHARED | MAP_FIXED, fd, 0), H(4)); pool("two"); statfs("/tmp/h"); set(5, 1); pool("touched"); at("private", mmap(H(8), HUGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0), H(8));
  at("private noreserve", mmap(H(8), HUGE, RW, MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED, fd, 0), H(8)); dare("  touched", H(8), 1); drop(8, 1);
  show("busy", unmount()); drop(0, 8); show("busy", unmount()); pool("unmapped"); show("remove", call(SYS_unlinkat, AT_FDCWD, "/tmp/h/f", 0)); pool("removed, open"); call(SYS_close, fd); pool("closed"); statfs("/tmp/h"); show("directory", call(SYS_mkdirat, AT_FDCWD, "/tmp/h/d", 0755)); show("unmount", unmount()); pool("unmounted");
  mount(""); fd = call(SYS_openat, AT_FDCWD, "/tmp/h/g", O_RDWR | O_CREAT, 0644); at("map", mmap(H(0), 2 * HUGE, RW, MAP_SHARED | MAP_FIXED, fd, 0), H(0)); set(0, 42); set(1, 43); call(SYS_close, fd); drop(0, 2); pool("it stays"); fd = call(SYS_openat, AT_FDCWD, "/tmp/h/g", O_RDWR, 0); stat("found again", fd); at("map", mmap(H(0), 2 * HUGE, RW, MAP_SHARED | MAP_FIXED, fd, 0), H(0)); show("  holds", get(0)); show("  holds", get(1)); fd = call(SYS_openat, AT_FDCWD, "/tmp/h/g", O_RDWR | O_TRUNC, 0); pool("truncated"); dare("  read", H(0), 0); drop(0, 2); show("unmount", (call(SYS_close, fd), call(SYS_close, fd - 1), unmount())); pool("unmounted");
  title("System V");
  word id = call(SYS_shmget, 0, HUGE + 1, 0600 | SHM_HUGETLB); show("made", id >= 0); pool("reserved"); word p = call(SYS_shmat, id, H(0), 0); at("attached", p, H(0)); set(1, 4); pool("touched"); dare("its end", H(1) + HUGE - 1, 1); dare("beyond", H(2), 0); show("odd place", call(SYS_shmat, id, H(4) + PAGE, 0)); show("detach", call(SYS_shmdt, H(0))); pool("detached"); at("again", call(SYS_shmat, id, H(2), 0), H(2)); show("  holds", get(3)); show("lock", call(SYS_shmctl, id, 11, 0)); show("remove", call(SYS_shmctl, id, 0, 0)); pool("removed"); show("detach", call(SYS_shmdt, H(2))); pool("gone");
  show("too large", call(SYS_shmget, 0, 9 * HUGE, 0600 | SHM_HUGETLB)); id = call(SYS_shmget, 0, 9 * HUGE, 0600 | SHM_HUGETLB | SHM_NORESERVE); show("noreserve", id >= 0); call(SYS_shmctl, id, 0, 0); show("unknown size", call(SYS_shmget, 0, HUGE, 0600 | SHM_HUGETLB | 16l << 26)); show("nothing", call(SYS_shmget, 0, 0, 0600 | SHM_HUGETLB));
}
static void nobody_s(void) { uword none[2] = { 0, 0 }; show("mmap", (word)mmap(H(0), HUGE, RW, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0) > 0); show("memfd", call(SYS_memfd_create, "x", MFD_HUGETLB) > 0); call(SYS_setrlimit, RLIMIT_MEMLOCK, none); show("segment", call(SYS_shmget, 0, HUGE, 0600 | SHM_HUGETLB)); show("pool", give(POOL, "3")); show("sysfs", give(SYSFS "nr_hugepages", "3")); }
static void member(void) { uword none[2] = { 0, 0 }; call(SYS_setgid, 77); call(SYS_setuid, 1000); call(SYS_setrlimit, RLIMIT_MEMLOCK, none); word id = call(SYS_shmget, 0, HUGE, 0600 | SHM_HUGETLB); show("segment of a member", id >= 0); call(SYS_shmctl, id, 0, 0); }
/* System calls that meet a page that cannot be had, and SIGBUS's details. */
static int signo, code; static uword where;
static void bus(int s, struct info *i) { signo = s; code = i->code; where = *(uword *)((char *)i + 16); show("signal", signo); show("  code", code); show_hex("  address", where); leave(1); }
static void signals(void) {
  title("SIGBUS");
  give(POOL, "1"); huge(0, 2, RW, MAP_PRIVATE | MAP_NORESERVE); set(0, 1); word fds[2]; int pipes[2]; call(SYS_pipe2, pipes, 0); call(SYS_write, pipes[1], "abc", 3);
  show("read into", call(SYS_read, pipes[0], H(1) + 5, 3)); show("write from", call(SYS_write, pipes[1], H(1), 3)); show("populate", madvise(H(0), 2 * HUGE, 23)); show("lock", mlock(H(0), 2 * HUGE));
  word child = fork(); if (child == 0) { handle(7, bus, SA_SIGINFO, 0); *(volatile char *)(H(1) + 12345) = 1; leave(0); } show("child", wait_status(child)); drop(0, 2); give(POOL, "8");
}
int main(int argc, char **argv, char **envp) {
  call(SYS_mkdirat, AT_FDCWD, "/sys", 0755); call(SYS_mount, "sysfs", "/sys", "sysfs", 0, 0);
  give("/proc/sys/kernel/printk", "1 4 1 7");
  sizes(); arguments(); reservations(); shown(); files();
  title("rights"); as_nobody(nobody_s); give("/proc/sys/vm/hugetlb_shm_group", "77"); apart(member); give("/proc/sys/vm/hugetlb_shm_group", "0"); pool("afterwards");
  signals(); give(POOL, "0"); pool("at the end"); return 0;
}
