/*
 * Overcommit: how far each operation moves Committed_AS, and what modes 0, 1 and 2 refuse. Sizes are pages relative to what
 * the machine has, so that they say the same on every machine.
 */
#include "residency.h"
enum { MAYMOVE = 1, MREMAP_FIXED = 2, DONTUNMAP = 4, NORESERVE = 0x4000, RLIMIT_AS = 9, RLIMIT_STACK = 3 };
enum { SYS_shmget_ = 194, SYS_shmctl_ = 195, SYS_shmat_ = 196, SYS_shmdt_ = 197, SYS_memfd_create_ = 279 };
enum { ANON = MAP_PRIVATE | MAP_ANONYMOUS, SHARED = MAP_SHARED | MAP_ANONYMOUS };
static word remap(word at, word old, word size, word flags, word to) { return call(SYS_mremap, at, old, size, flags, to); }
static word meminfo(const char *name) {
  word n = read_text("/proc/meminfo");
  text[n] = 0;
  for (char *s = text; *s; s++) {
    if (s != text && s[-1] != '\n') continue;
    const char *c = name; char *t = s;
    while (*c && *t == *c) c++, t++;
    if (*c || *t++ != ':') continue;
    word v = 0;
    while (*t == ' ') t++;
    while (*t >= '0' && *t <= '9') v = v * 10 + *t++ - '0';
    return v / 4;
  }
  return -1;
}
static word before;
static word committed(void) { return meminfo("Committed_AS"); }
static void set(const char *name, word v) {
  char path[64] = "/proc/sys/vm/", digits[24]; int n = 13, i = 24;
  while (*name) path[n++] = *name++;
  path[n] = 0;
  do digits[--i] = '0' + v % 10; while (v /= 10);
  word fd = call(SYS_openat, AT_FDCWD, path, O_WRONLY, 0);
  if (fd < 0) show(path, fd);
  call(SYS_write, fd, digits + i, 24 - i); call(SYS_close, fd);
}
/* What the call gave, an address as "ok", and by how many pages Committed_AS has moved since the last line. */
static void delta(const char *name, word r) {
  word now = committed();
  put(name); put(" = "); if (r < 0 && r > -4096) put_word(r); else put("ok");
  put(", "); if (now >= before) put("+"); put_word(now - before); put("\n");
  before = now;
}
#define D(call) delta(#call, call)
static word map(word page, word pages, int prot, int flags) { return mmap(AT(page), pages * PAGE, prot, flags | MAP_FIXED, -1, 0); }
static word unmap(word page, word pages) { return call(SYS_munmap, AT(page), pages * PAGE); }
static word heap;
static word move_break(word pages) { word want = heap + pages * PAGE; return call(SYS_brk, want) == want ? 0 : -1; }
static word write_at(int fd, word page, word bytes) { static char b[3 * PAGE]; return call(SYS_pwrite64_, fd, b, bytes, page * PAGE); }
static word stay(void) { volatile int stop[2]; word child; call(SYS_pipe2, stop, 0); child = fork(); if (child) return child; char c; call(SYS_close, stop[1]); call(SYS_read, stop[0], &c, 1); leave(0); }
static word end(word child) { call(SYS_kill, child, 9); return wait_status(child) == 9 ? 0 : -1; }
static void deep(word pages) { volatile char frame[PAGE]; frame[0] = 1; if (pages > 1) deep(pages - 1); frame[1] = 2; }
/* In a child, so that the stack that has grown goes again: what it grew by. */
static void grow_stack(void) { before = committed(); deep(100); word now = committed(); show("stack grows by at least 60", now - before >= 60); show("by at most 110", now - before <= 110); }
static void mappings(void) {
  title("mappings");
  D(map(0, 10, RW, ANON)); D(map(10, 10, PROT_READ, ANON)); D(map(20, 10, 0, ANON)); D(map(30, 10, RW, ANON | NORESERVE));
  D(map(40, 10, RW, SHARED)); D(map(50, 10, PROT_READ, SHARED)); D(map(60, 10, RW, SHARED | NORESERVE));
  D(map(70, 10, RW, ANON | MAP_GROWSDOWN)); D(map(80, 10, PROT_WRITE, ANON | MAP_POPULATE));
  D(map(0, 4, RW, ANON)); D(map(2, 4, PROT_READ, ANON)); D(map(4, 10, RW, ANON));
  D(unmap(3, 2)); D(unmap(0, 14)); D(unmap(14, 26)); D(unmap(42, 4)); D(unmap(40, 10)); D(unmap(50, 10)); D(unmap(60, 40));
  title("pages of shared memory without a reserve");
  D(map(0, 10, RW, SHARED | NORESERVE)); touch(0, 1); touch(3, 1); D(0); look(4); D(0); touch(4, 1); D(0); D(unmap(0, 5)); D(unmap(5, 5));
}
static void protections(void) {
  title("protections");
  D(map(0, 10, PROT_READ, ANON)); D(protect(AT(2), 4 * PAGE, RW)); D(protect(AT(2), 4 * PAGE, PROT_READ)); D(protect(AT(0), 10 * PAGE, RW));
  D(protect(AT(0), 10 * PAGE, 0)); D(protect(AT(0), 10 * PAGE, RW)); D(unmap(0, 10));
  D(map(0, 10, PROT_READ, ANON | NORESERVE)); D(protect(AT(0), 10 * PAGE, RW)); D(unmap(0, 10));
  D(map(0, 10, PROT_READ, SHARED)); D(protect(AT(0), 10 * PAGE, RW)); D(unmap(0, 10));
}
static void files(void) {
  title("files");
  int fd = file("/tmp/promises", 3, 0); D(0);
  D(mmap(AT(0), 3 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0)); D(mmap(AT(3), 3 * PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0)); D(mmap(AT(6), 3 * PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0));
  touch(0, 1); touch(3, 1); D(0); D(protect(AT(6), PAGE, RW)); D(unmap(0, 9));
  D(write_at(fd, 3, 2 * PAGE)); D(write_at(fd, 3, 2 * PAGE)); D(write_at(fd, 10, 1)); D(call(SYS_ftruncate_, fd, 20 * PAGE)); D(call(SYS_ftruncate_, fd, 4 * PAGE));
  D(call(SYS_ftruncate_, fd, 8 * PAGE)); D(mmap(AT(0), 8 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0)); look(5); D(0); touch(6, 1); D(0); touch(5, 1); D(0);
  D(unmap(0, 8)); D(call(SYS_unlinkat, AT_FDCWD, "/tmp/promises", 0)); D(call(SYS_close, fd));
  title("memory without a name");
  fd = call(SYS_memfd_create_, "m", 0); D(0); D(call(SYS_ftruncate_, fd, 8 * PAGE)); D(write_at(fd, 0, 3 * PAGE)); D(call(SYS_close, fd));
  title("System V");
  word id = call(SYS_shmget_, 0, 10 * PAGE - 5, 0600); D(0); word at = call(SYS_shmat_, id, 0, 0); D(0); *(char *)at = 1; D(0); D(call(SYS_shmdt_, at)); D(call(SYS_shmctl_, id, 0, 0));
  id = call(SYS_shmget_, 0, 10 * PAGE, 0600 | 010000); D(0); at = call(SYS_shmat_, id, 0, 0); D(0); *(char *)at = 1; D(0); D(call(SYS_shmctl_, id, 0, 0)); D(call(SYS_shmdt_, at));
}
static void growing(void) {
  title("heap");
  heap = (call(SYS_brk, 0) + PAGE - 1) & -PAGE; call(SYS_brk, heap);
  before = committed(); D(move_break(10)); D(move_break(4)); D(move_break(20)); D(move_break(0));
  title("mremap");
  D(map(0, 10, RW, ANON)); D(remap(AT(0), 10 * PAGE, 15 * PAGE, 0, 0)); D(remap(AT(0), 15 * PAGE, 5 * PAGE, 0, 0));
  D(remap(AT(0), 5 * PAGE, 8 * PAGE, MAYMOVE | MREMAP_FIXED, AT(100))); D(remap(AT(100), 8 * PAGE, 6 * PAGE, MAYMOVE | MREMAP_FIXED, AT(0)));
  D(remap(AT(0), 2 * PAGE, 4 * PAGE, MAYMOVE | MREMAP_FIXED, AT(50))); D(remap(AT(50), 4 * PAGE, 4 * PAGE, MAYMOVE | MREMAP_FIXED | DONTUNMAP, AT(60)));
  D(map(60, 2, RW, ANON)); D(unmap(0, 100));
  D(map(0, 5, PROT_READ, ANON)); D(remap(AT(0), 5 * PAGE, 9 * PAGE, MAYMOVE, 0)); D(unmap(0, 9));
  D(map(0, 4, RW, SHARED)); D(remap(AT(0), 4 * PAGE, 6 * PAGE, 0, 0)); D(remap(AT(0), 0, 4 * PAGE, MAYMOVE | MREMAP_FIXED, AT(10))); D(unmap(0, 6)); D(unmap(10, 4));
  title("stack");
  apart(grow_stack);
  before = committed(); D(map(600, 2, RW, ANON | MAP_GROWSDOWN)); touch(598, 1); D(0); D(unmap(590, 20));
}
static void children(void) {
  title("fork: the rest of a program is the same, so twice the difference");
  word child = stay(), first = committed() - before; end(child); delta("gone", 0);
  map(0, 10, RW, ANON); before = committed(); child = stay(); show("more for ten pages", committed() - before - first); end(child); delta("gone", 0); unmap(0, 10);
  map(0, 10, RW, SHARED); before = committed(); child = stay(); show("more for ten shared pages", committed() - before - first); end(child); delta("gone", 0); unmap(0, 10);
  map(0, 10, RW, ANON | NORESERVE); before = committed(); child = stay(); show("more for ten pages without reserve", committed() - before - first); end(child); delta("gone", 0); unmap(0, 10);
  map(0, 10, RW, ANON); madvise(AT(0), 10 * PAGE, 10); before = committed(); child = stay(); show("more for ten pages not for children", committed() - before - first); end(child); delta("gone", 0); unmap(0, 10);
  before = committed();
}
static word ram, swap;
static word huge(word pages, int prot, int flags) { word r = mmap(0, pages * PAGE, prot, flags, -1, 0); if (r > 0 || r < -4096) call(SYS_munmap, r, pages * PAGE); return r; }
static void guess(void) {
  title("mode 0");
  ram = meminfo("MemTotal"); swap = meminfo("SwapTotal");
  D(huge(ram + swap, RW, ANON)); D(huge(ram + swap + 1, RW, ANON)); D(huge(ram + swap + 1, RW, ANON | NORESERVE)); D(huge(ram + swap + 1, PROT_READ, ANON));
  D(huge(ram + swap, RW, SHARED)); D(huge(ram + swap + 1, RW, SHARED)); D(huge(ram + swap + 1, RW, SHARED | NORESERVE));
  word all = (ram + swap) * PAGE, at = mmap(0, all, RW, ANON, -1, 0), more;
  show("all is promised", committed() - before == ram + swap);
  at = remap(at, all, 2 * all, MAYMOVE, 0); show("and once more", committed() - before == 2 * (ram + swap));
  show("at most so much at once", remap(at, 2 * all, 3 * all + PAGE, MAYMOVE, 0)); call(SYS_munmap, at, 2 * all); delta("gone", 0);
  at = mmap(0, (ram + swap + 1) * PAGE, PROT_READ, ANON, -1, 0); D(protect(at, (ram + swap + 1) * PAGE, RW)); show("one page less", protect(at, (ram + swap) * PAGE, RW)); show("all", committed() - before == ram + swap); call(SYS_munmap, at, (ram + swap + 1) * PAGE); delta("gone", 0);
}
static void always(void) {
  title("mode 1"); set("overcommit_memory", 1);
  D(huge(ram + swap + 1, RW, ANON)); D(huge(20 * ram, RW, SHARED));
  word at = mmap(0, 30 * ram * PAGE, RW, ANON, -1, 0); show("thirty times", committed() - before == 30 * ram);
  word child = stay(); show("a child of it", child > 0); end(child); call(SYS_munmap, at, 30 * ram * PAGE); delta("gone", 0);
}
/* Pages that may be promised now, not quite: user 0 has no reserve but for others. */
static word room(void) { word size = status("VmSize") / 4 / 32; return meminfo("CommitLimit") - committed() - (size < 32768 ? size : 32768); }
static void never(void) {
  title("mode 2"); set("overcommit_memory", 2); set("overcommit_ratio", 80); set("admin_reserve_kbytes", 400);
  show("limit by ratio", meminfo("CommitLimit") - swap - ram * 80 / 100); set("overcommit_kbytes", ram * 3 + 3); show("limit by size", meminfo("CommitLimit") - swap - (ram * 3 + 3) / 4);
  show("the ratio is", 0); read_text("/proc/sys/vm/overcommit_ratio"); put(text);
  before = committed(); D(huge(ram + swap, RW, ANON)); D(huge(ram + swap, RW, ANON | NORESERVE)); D(huge(ram + swap, PROT_READ, ANON));
  D(map(0, 10, RW, ANON | NORESERVE)); D(unmap(0, 10)); D(map(0, 10, RW, SHARED | NORESERVE)); D(unmap(0, 10));
}
/* How near the limit one can come: Linux's counter may lag by some pages, so not to the page. */
static void near(word reserve, const char *who) {
  word left = room() - reserve, slack = left / 16, r;
  r = huge(left - slack, RW, ANON); put(who); put(" below the limit = "); put_word(r < 0 && r > -4096 ? r : 0); put("\n");
  r = huge(left + slack, RW, ANON); put(who); put(" above the limit = "); put_word(r < 0 && r > -4096 ? r : 0); put("\n");
  word at = mmap(0, (left - slack) * PAGE, RW, ANON, -1, 0);
  word rest = slack * 3; /* More than is left, though its owner has grown. */
  r = huge(rest, RW, ANON); show("as much again", r < 0 && r > -4096 ? r : 0);
  r = mmap(0, rest * PAGE, PROT_READ, ANON, -1, 0); show("unwritable", r > 0); show("made writable", protect(r, rest * PAGE, RW)); call(SYS_munmap, r, rest * PAGE);
  r = huge(rest, RW, SHARED); show("shared", r < 0 && r > -4096 ? r : 0);
  r = call(SYS_shmget_, 0, rest * PAGE, 0600); show("System V", r < 0 ? r : 0);
  r = mmap(AT(0), PAGE, RW, ANON | MAP_FIXED, -1, 0); show("grown", remap(AT(0), PAGE, rest * PAGE, MAYMOVE, 0)); unmap(0, 1);
  heap = (call(SYS_brk, 0) + PAGE - 1) & -PAGE; show("heap", move_break(rest));
  show("a child", fork());
  r = map(0, 4, RW, ANON); touch(0, 'x'); show("in its place", map(0, rest, RW, ANON) < 0 ? -12 : 0);
  show("what was there", call(SYS_mincore, AT(0), PAGE, text));
  call(SYS_munmap, at, (left - slack) * PAGE);
}
static void near_root(void) { near(0, "root"); }
static void near_nobody(void) { near(100, "nobody"); }
static volatile int caught;
static void on_fault(int signo, struct info *info, struct context *c) { caught = signo; c->pc += 4; }
/* Files in memory and deep stacks, with little left. */
static void filling(void) {
  handle(SIGBUS, on_fault, SA_SIGINFO, 0);
  int fd = file("/tmp/filled", 0, 0); word most = 20000, r = 0, n = 0;
  word id = call(SYS_shmget_, 0, (room() - 400) * PAGE, 0600); /* Nobody maps it: it counts for nobody's reserve. */
  while (n < most && (r = write_at(fd, n, PAGE)) > 0) n++;
  show("a file stops with", n == most ? 0 : r);
  call(SYS_ftruncate_, fd, most * PAGE); mmap(AT(0), 4 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, (most - 4) * PAGE);
  caught = 0; touch(1, 1); show("a page of it by a mapping: signal", caught); caught = 0; look(2); show("read: signal", caught);
  unmap(0, 4); call(SYS_ftruncate_, fd, (n - 200) * PAGE);
  show("a child's stack grows: killed by", ({ word child = fork(); if (child == 0) { deep(1000); leave(0); } child < 0 ? child : wait_status(child); }));
  call(SYS_ftruncate_, fd, 0); call(SYS_close, fd); call(SYS_unlinkat, AT_FDCWD, "/tmp/filled", 0);
  call(SYS_shmctl_, id, 0, 0);
}
int main(int argc, char **argv, char **envp) {
  before = committed();
  mappings(); protections(); files(); growing(); children(); guess(); always(); never();
  apart(near_root); as_nobody(near_nobody); apart(filling);
  set("overcommit_kbytes", 0); set("overcommit_ratio", 50); set("overcommit_memory", 0);
  return 0;
}
