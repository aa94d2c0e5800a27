/* memfd_create and seals: every error in its order, what each seal stops, what /proc shows. */
#include "system.h"
enum { SYS_memfd_create = 279, SYS_ftruncate = 46, SYS_fstat = 80, SYS_lseek = 62, SYS_pwrite64 = 68, SYS_pread64 = 67, SYS_readlinkat = 78, SYS_fstatfs = 44 };
enum { MFD_CLOEXEC = 1, MFD_ALLOW_SEALING = 2, MFD_HUGETLB = 4, F_ADD_SEALS = 1033, F_GET_SEALS = 1034 };
enum { SEAL = 1, SHRINK = 2, GROW = 4, WRITE = 8, FUTURE = 16 };
enum { SHARED = 1, PRIVATE = 2, FIXED = 16 };
#define PAGE 4096l
#define AT 0x20000000l
static word make(const char *name, word flags) { return call(SYS_memfd_create, name, flags); }
static word seal(word fd, uword seals) { return call(SYS_fcntl, fd, F_ADD_SEALS, seals); }
static word seals(word fd) { return call(SYS_fcntl, fd, F_GET_SEALS, 0); }
static word size(word fd, word bytes) { return call(SYS_ftruncate, fd, bytes); }
static word map(word fd, word prot, word how) { word r = call(SYS_mmap, AT, 4 * PAGE, prot, how | FIXED, fd, 0); return r == AT ? 0 : r; }
static word unmap(void) { return call(SYS_munmap, AT, 4 * PAGE); }
static char big[8 * 4096];
static word put_at(word fd, word n, word where) { return call(SYS_pwrite64, fd, big, n, where); }
static word reopen(word fd, word flags) {
  char path[] = "/proc/self/fd/00"; path[14] += fd / 10; path[15] += fd % 10;
  if (fd < 10) { path[14] = path[15]; path[15] = 0; }
  return call(SYS_openat, AT_FDCWD, path, flags, 0);
}
static void name_of(word fd) {
  char path[] = "/proc/self/fd/0", text[400]; path[14] += fd;
  word n = call(SYS_readlinkat, AT_FDCWD, path, text, 399);
  if (n < 0) { show("readlink", n); return; }
  text[n] = 0; put(text); put("\n");
}
static char text[65536];
static int begins(const char *s, const char *with) { while (*with) if (*s++ != *with++) return 0; return 1; }
static void maps(void) {
  word fd = call(SYS_openat, AT_FDCWD, "/proc/self/maps", 0, 0), n = 0, r;
  while ((r = call(SYS_read, fd, text + n, sizeof text - 1 - n)) > 0) n += r;
  text[n] = 0; call(SYS_close, fd);
  for (char *s = text; *s;) {
    char *line = s, *name = 0; int spaces = 0;
    while (*s && *s != '\n') { if (*s == '/' && !name) name = s; s++; }
    if (*s) *s++ = 0;
    if (!name || !begins(name, "/memfd")) continue;
    char *c = line; while (*c != ' ') c++;
    put(" ");
    for (; spaces < 4; c++) { char one[2] = { *c, 0 }; if (*c == ' ') spaces++; if (spaces < 4) put(one); }
    put(" "); put(name); put("\n");
  }
}
static void creation(void) {
  title("memfd_create");
  char longest[260]; memset(longest, 'n', 260); longest[249] = 0;
  show("unknown flag", make("x", 8)); show("unknown flag, bad name", make((char *)8, 0x100)); show("bad name", make((char *)8, 0));
  show("null name", make(0, 0)); show("a size without huge pages", make("x", 21 << 26));
  show("249 bytes", make(longest, 0)); name_of(3); longest[249] = 'n'; longest[250] = 0; show("250 bytes", make(longest, 0));
  memset(longest, 'n', 260); show("too long", make(longest, 0));
  show("huge", make("x", MFD_HUGETLB)); show("huge of a size", make("x", MFD_HUGETLB | 21 << 26));
  call(SYS_close, 3);
  word fd = make("a b/c\\d", MFD_CLOEXEC); show("made", fd); name_of(fd); show("closes on exec", call(SYS_fcntl, fd, 1, 0));
  show_hex("flags", call(SYS_fcntl, fd, 3, 0)); show("seals", seals(fd)); show("seal", seal(fd, WRITE)); show("seal unknown", seal(fd, 64));
  u32 st[32]; show("fstat", call(SYS_fstat, fd, st)); show_hex("mode", st[4]); show("links", st[5]); show("bytes", st[12]); show("blocks", st[16]);
  uword sf[15]; show("fstatfs", call(SYS_fstatfs, fd, sf)); show_hex("type", sf[0]); show("block", sf[1]); show("blocks", sf[2]); show("files", sf[5]);
  show("write", put_at(fd, 3 * PAGE - 5, 10)); call(SYS_fstat, fd, st); show("bytes", st[12]); show("blocks", st[16]);
  show("no name", make("", 0)); name_of(4); call(SYS_close, 4);
  show("map", map(fd, 3, SHARED)); maps(); show("private", map(fd, 3, PRIVATE)); maps();
  call(SYS_close, fd); maps(); show("reads", *(u8 *)(AT + 100)); show("unmap", unmap());
  uword limit[2] = { 3, 4096 }, old[2]; call(SYS_prlimit64, 0, 7, limit, old);
  show("too many", make("x", 0)); show("too many, bad name", make((char *)8, 0)); show("too many, huge", make("x", MFD_HUGETLB));
  call(SYS_prlimit64, 0, 7, old, 0);
}
static void arguments(void) {
  title("F_ADD_SEALS");
  word fd = make("s", MFD_ALLOW_SEALING), ro = reopen(fd, 0), path = reopen(fd, 010000000), pipe[1], file = call(SYS_openat, AT_FDCWD, "/tmp/f", O_CREAT | O_RDWR, 0600);
  call(SYS_pipe2, pipe, 0);
  show("made", fd); show("seals", seals(fd)); show("read only", seal(ro, 0)); show("read only, unknown", seal(ro, 64)); show("its seals", seals(ro));
  show("path", seal(path, 0)); show("path's seals", seals(path)); show("closed", seal(99, 0)); show("closed's seals", seals(99));
  show("unknown", seal(fd, 32)); show("upper half", seal(fd, 1ul << 32)); show("unknown and known", seal(fd, 33));
  show("nothing", seal(fd, 0)); show("null device", seal(call(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR, 0), 0)); show("directory", seals(call(SYS_openat, AT_FDCWD, "/tmp", 0, 0)));
  show("pipe", seals(((int *)pipe)[0])); show("pipe to write", seal(((int *)pipe)[1], 0));
  show("grow", seal(fd, GROW)); show("again", seal(fd, GROW)); show("seals", seals(fd)); show("and shrink", seal(fd, SHRINK)); show("seals", seals(fd));
  show("seal", seal(fd, SEAL)); show("more", seal(fd, WRITE)); show("none", seal(fd, 0)); show("unknown", seal(fd, 64)); show("seals", seals(fd));
  for (int i = 3; i < 20; i++) call(SYS_close, i);
}
static void sizes(void) {
  title("sizes");
  word fd = make("s", MFD_ALLOW_SEALING);
  size(fd, 2 * PAGE); seal(fd, SHRINK);
  show("shrink", size(fd, PAGE)); show("same", size(fd, 2 * PAGE)); show("grow", size(fd, 2 * PAGE + 100)); show("truncated by open", reopen(fd, O_RDWR | O_TRUNC));
  seal(fd, GROW);
  show("grow", size(fd, 3 * PAGE)); show("same", size(fd, 2 * PAGE + 100)); show("shrink", size(fd, 0)); show("negative", size(fd, -1));
  show("write inside", put_at(fd, 2 * PAGE, 100)); show("write to the end", put_at(fd, PAGE, PAGE + 100)); show("beyond", put_at(fd, PAGE, PAGE + 101));
  show("far beyond", put_at(fd, 1, 9 * PAGE)); show("nothing far beyond", put_at(fd, 0, 9 * PAGE)); show("crossing", put_at(fd, 4 * PAGE, 0));
  show("crossing in the page", put_at(fd, 200, 2 * PAGE)); show("bad buffer", call(SYS_pwrite64, fd, 8, 10, 9 * PAGE)); show("append", call(SYS_write, reopen(fd, O_WRONLY | 02000), big, 5));
  for (int i = 3; i < 20; i++) call(SYS_close, i);
}
static void writes(word which) {
  show("writing sealed by", which);
  word fd = make("s", MFD_ALLOW_SEALING);
  size(fd, 4 * PAGE);
  show("map", map(fd, 3, SHARED)); *(u8 *)AT = 7; show("seal", seal(fd, which)); show("seals", seals(fd));
  if (which == WRITE) {
    show("made read-only", call(SYS_mprotect, AT, 4 * PAGE, 1)); show("seal", seal(fd, which));
    show("private", map(fd, 3, PRIVATE)); show("seal", seal(fd, which)); unmap();
    word ro = reopen(fd, 0); seals(fd);
    word fd2 = make("t", MFD_ALLOW_SEALING); size(fd2, 4 * PAGE);
    show("map read-only descriptor", map(reopen(fd2, 0), 1, SHARED)); show("seal", seal(fd2, which)); call(SYS_close, fd2); unmap();
  } else {
    *(u8 *)(AT + PAGE) = 8; show("old mapping", *(u8 *)(AT + PAGE)); show("protect it", call(SYS_mprotect, AT, PAGE, 1)); show("and back", call(SYS_mprotect, AT, PAGE, 3)); unmap();
  }
  show("seals", seals(fd));
  show("write", put_at(fd, 5, 0)); show("write nothing", put_at(fd, 0, 0)); show("write, bad buffer", call(SYS_pwrite64, fd, 8, 10, 0)); show("grow", size(fd, 5 * PAGE)); show("shrink", size(fd, 4 * PAGE));
  show("shared, read and write", map(fd, 3, SHARED)); show("shared, write", map(fd, 2, SHARED)); show("shared, read", map(fd, 1, SHARED));
  show("protect", call(SYS_mprotect, AT, PAGE, 3)); unmap(); show("none", map(fd, 0, SHARED)); show("protect", call(SYS_mprotect, AT, PAGE, 2)); unmap();
  show("private", map(fd, 3, PRIVATE)); *(u8 *)AT = 9; unmap();
  word ro = reopen(fd, 0); show("read-only descriptor", map(ro, 1, SHARED)); show("reads", *(u8 *)AT); show("protect", call(SYS_mprotect, AT, PAGE, 3)); unmap();
  show("to write", map(ro, 3, SHARED)); show("open to write", reopen(fd, O_RDWR) > 0); show("truncate at open", reopen(fd, O_RDWR | O_TRUNC) > 0);
  show("the other too", seal(fd, WRITE | FUTURE)); show("seals", seals(fd));
  for (int i = 3; i < 20; i++) call(SYS_close, i);
}
static void lives(void) {
  title("forks and mappings");
  word fd = make("s", MFD_ALLOW_SEALING); size(fd, 4 * PAGE);
  map(fd, 3, SHARED); *(u8 *)AT = 1;
  word pid = fork(); if (pid == 0) { *(u8 *)AT = 2; put_at(fd, 1, PAGE); seal(fd, GROW); leave(0); }
  show("child", wait_status(pid)); show("sees", *(u8 *)AT); show("seals", seals(fd)); unmap(); show("now", seal(fd, WRITE));
  pid = fork(); if (pid == 0) { show("write", put_at(fd, 1, 0)); leave(0); } wait_status(pid);
}
int main(int argc, char **argv, char **envp) {
  creation(); arguments(); sizes(); title("writes"); writes(WRITE); writes(FUTURE); writes(WRITE | FUTURE); lives();
  return 0;
}
