/* Core dumps: which deaths leave one, what the file is, and what is in it. Runs as root in a folder of its own, /tmp/c. */
#include "system.h"

enum { SYS_mknodat = 33, SYS_symlinkat = 36, SYS_linkat = 37, SYS_ftruncate = 46, SYS_chdir = 49, SYS_fchown = 55, SYS_getdents64 = 61, SYS_lseek = 62,
       SYS_pread64 = 67, SYS_fstatat = 79, SYS_setresgid = 149, SYS_sethostname = 161, SYS_umask = 166, SYS_prctl_ = 167, SYS_madvise = 233 };
enum { PR_GET_DUMPABLE = 3, PR_SET_DUMPABLE = 4, PR_SET_NAME = 15, RLIMIT_FSIZE = 1, RLIMIT_CORE = 4 };
struct stat { uword dev, ino; u32 mode, nlink, uid, gid; uword rdev, pad; word size; int blksize, pad2; word blocks, rest[8]; };

static uword size_of(const char *s) { uword n = 0; while (s[n]) n++; return n; }
static void limit(int which, uword soft) { uword l[2] = { soft, -1 }; call(SYS_setrlimit, which, l); }
static int made(const char *path, int mode, const char *text) {
  int fd = (int)call(SYS_openat, AT_FDCWD, path, O_CREAT | O_RDWR | O_TRUNC, mode); call(SYS_fchmod, fd, mode); call(SYS_write, fd, text, size_of(text)); return fd;
}
static void setting(const char *path, const char *text) {
  int fd = (int)call(SYS_openat, AT_FDCWD, path, O_WRONLY, 0); word n = call(SYS_write, fd, text, size_of(text)); if (n != (word)size_of(text)) show(path, n); call(SYS_close, fd);
}
static void become(u32 id) { call(SYS_setgid, id); call(SYS_setuid, id); }

/* Files of the folder: type and permissions, owner, links, name with digits that are the process's number as P. Removes them. */
static void list(word pid, int exact) {
  static char entries[4096]; char number[24]; int digits = 0; for (word p = pid; p; p /= 10) number[digits++] = '0' + p % 10;
  int fd = (int)call(SYS_openat, AT_FDCWD, "/tmp/c", 0, 0); word n;
  while ((n = call(SYS_getdents64, fd, entries, sizeof entries)) > 0)
    for (char *e = entries; e < entries + n; e += *(unsigned short *)(e + 16)) {
      char *name = e + 19; if (name[0] == '.') continue;
      struct stat st; call(SYS_fstatat, fd, name, &st, 0x100);
      put("  "); put_hex(st.mode); put(" "); put_word(st.uid); put(" "); put_word(st.gid); put(" links "); put_word(st.nlink); put(" ");
      if (exact) { put("size "); put_word(st.size); put(" "); } else put(st.size > 16384 ? "whole " : st.size > 0 ? "part " : "empty ");
      for (char *c = name; *c;) {
        int i = 0; while (i < digits && c[i] == number[digits - 1 - i]) i++;
        if (i == digits) { put("P"); c += digits; } else { char one[2] = { *c++, 0 }; put(one); }
      }
      put("\n");
      call(SYS_unlinkat, fd, name, (st.mode & 0170000) == 0040000 ? 0x200 : 0);
    }
  call(SYS_close, fd);
}
static void die(void) { *(volatile int *)16 = 1; }
/* Runs `body` in a child that then dies of SIGSEGV, if it has not died before. */
#define CASE(what, exact, ...) do { \
    put(what); put(": "); word child = fork(); \
    if (child == 0) { call(SYS_chdir, "/tmp/c"); limit(RLIMIT_CORE, -1); __VA_ARGS__; die(); } \
    put_hex(wait_status(child)); put("\n"); list(child, exact); \
  } while (0)

static void limits(void) {
  title("RLIMIT_CORE, and signals");
  CASE("none", 0, limit(RLIMIT_CORE, 0));
  CASE("unlimited", 0, ;);
  CASE("less than a page", 0, limit(RLIMIT_CORE, 4095));
  CASE("a page", 0, limit(RLIMIT_CORE, 4096));
  CASE("some pages", 0, limit(RLIMIT_CORE, 20000));
  CASE("RLIMIT_FSIZE", 1, limit(RLIMIT_FSIZE, 8192));
  CASE("SIGQUIT", 0, send(self(), SIGQUIT));
  CASE("SIGABRT", 0, send(self(), SIGABRT));
  CASE("SIGTERM", 0, send(self(), SIGTERM));
  CASE("SIGKILL", 0, send(self(), SIGKILL));
}
static void dumpable(void) {
  title("dumpable");
  show("at first", call(SYS_prctl, PR_GET_DUMPABLE)); show("2", call(SYS_prctl, PR_SET_DUMPABLE, 2)); show("-1", call(SYS_prctl, PR_SET_DUMPABLE, -1));
  CASE("0", 0, call(SYS_prctl, PR_SET_DUMPABLE, 0));
  CASE("0 and 1", 0, call(SYS_prctl, PR_SET_DUMPABLE, 0); show("set", call(SYS_prctl, PR_SET_DUMPABLE, 1)));
  CASE("other ids", 0, become(7); show("dumpable", call(SYS_prctl, PR_GET_DUMPABLE)));
  CASE("other ids, but dumpable", 0, become(7); call(SYS_prctl, PR_SET_DUMPABLE, 1));
  CASE("another effective user and back", 0, call(SYS_setresuid, -1, 7, -1); call(SYS_setresuid, -1, 0, -1); show("dumpable", call(SYS_prctl, PR_GET_DUMPABLE)));
  CASE("the same ids", 0, call(SYS_setresuid, 0, 0, 0); show("dumpable", call(SYS_prctl, PR_GET_DUMPABLE)));
  CASE("inherited", 0, call(SYS_prctl, PR_SET_DUMPABLE, 0); word c = fork(); if (c) { wait_status(c); leave(0); });
}
static void files(void) {
  title("the file");
  CASE("umask 0", 0, call(SYS_umask, 0));
  CASE("umask 0777", 0, call(SYS_umask, 0777));
  CASE("symbolic link", 0, call(SYS_symlinkat, "/tmp/target", AT_FDCWD, "core"));
  show("what it leads to", call(SYS_openat, AT_FDCWD, "/tmp/target", 0, 0));
  CASE("hard link", 0, made("core", 0644, "abc"); call(SYS_linkat, AT_FDCWD, "core", AT_FDCWD, "/tmp/other", 0));
  { struct stat st; call(SYS_fstatat, AT_FDCWD, "/tmp/other", &st, 0); show("its other name: links", st.nlink); show("size", st.size); }
  CASE("longer file", 0, int fd = made("core", 0644, "abc"); call(SYS_ftruncate, fd, 50000000));
  CASE("somebody else's", 0, made("core", 0666, "abc"); become(7); call(SYS_prctl, PR_SET_DUMPABLE, 1));
  CASE("read-only", 0, int fd = made("core", 0444, "abc"); call(SYS_fchown, fd, 7, 7); become(7); call(SYS_prctl, PR_SET_DUMPABLE, 1));
  CASE("directory", 0, call(SYS_mkdirat, AT_FDCWD, "core", 0777));
  CASE("FIFO", 0, call(SYS_mknodat, AT_FDCWD, "core", 0010777, 0));
  call(SYS_mkdirat, AT_FDCWD, "/tmp/d", 0755);
  CASE("directory that may not be written", 0, call(SYS_chdir, "/tmp/d"); become(7); call(SYS_prctl, PR_SET_DUMPABLE, 1));
  CASE("directory that is gone", 0, call(SYS_mkdirat, AT_FDCWD, "/tmp/e", 0755); call(SYS_chdir, "/tmp/e"); call(SYS_unlinkat, AT_FDCWD, "/tmp/e", 0x200));
}
#define PATTERN "/proc/sys/kernel/core_pattern"
static void names(void) {
  title("names");
  setting("/proc/sys/kernel/core_uses_pid", "1");
  CASE("number", 0, ;);
  setting(PATTERN, "c.%p.%e"); CASE("number in the pattern", 0, ;);
  setting("/proc/sys/kernel/core_uses_pid", "0");
  setting(PATTERN, "a.%P.%i.%I.%e.%f.%E.%s.%u.%g.%h.%c.%d.%%.%q.%");
  CASE("all of them", 0, call(SYS_sethostname, "ho/st", 5); call(SYS_prctl, PR_SET_NAME, "a/b c.d"));
  CASE("dots", 0, call(SYS_prctl, PR_SET_NAME, ".."));
  setting(PATTERN, "/tmp/c/absolute"); CASE("absolute", 0, call(SYS_chdir, "/"));
  setting(PATTERN, "../c/relative"); CASE("relative", 0, ;);
  CASE("relative to nowhere", 0, call(SYS_chdir, "/tmp"));
  setting(PATTERN, "core/"); CASE("slash", 0, ;);
  setting(PATTERN, "none/core"); CASE("missing directory", 0, ;);
  setting(PATTERN, "core\n"); CASE("newline", 0, ;);
  call(SYS_sethostname, "quire", 5);
}

/* Mappings at fixed places, for what a file has of each. */
static uword map(uword at, int pages, int prot, int flags, int fd, uword offset) { return call(SYS_mmap, at, pages * 4096, prot, flags | 0x10, fd, offset); }
static void mapped(void) {
  char *p = (char *)map(0x10000000, 4, 3, 0x22, -1, 0); p[0] = 1; p[8192] = 2;
  p = (char *)map(0x11000000, 2, 3, 0x21, -1, 0); p[0] = 3;
  map(0x12000000, 2, 0, 0x22, -1, 0);
  p = (char *)map(0x13000000, 2, 3, 0x22, -1, 0); p[0] = 3; call(SYS_madvise, p, 8192, 16);
  p = (char *)map(0x13100000, 2, 3, 0x22, -1, 0); p[0] = 3; call(SYS_madvise, p, 8192, 16); call(SYS_madvise, p, 8192, 17);
  p = (char *)map(0x14000000, 2, 1, 0x22, -1, 0); (void)*(volatile char *)p;
  int fd = made("/tmp/file", 0644, "hello"); call(SYS_ftruncate, fd, 20000);
  p = (char *)map(0x15000000, 2, 3, 1, fd, 0); p[1] = 1;
  map(0x16000000, 4, 3, 2, fd, 4096);
  p = (char *)map(0x17000000, 4, 3, 2, fd, 4096); p[1] = 1;
  map(0x18000000, 4, 1, 2, fd, 0);
  int elf = made("/tmp/elf", 0644, "\177ELF and more"), program = made("/tmp/program", 0755, "#!/bin/sh");
  map(0x19000000, 1, 1, 2, elf, 0); map(0x1a000000, 2, 5, 2, program, 0); map(0x1b000000, 1, 0, 2, program, 0);
  int gone = made("/tmp/gone", 0644, "gone"); call(SYS_unlinkat, AT_FDCWD, "/tmp/gone", 0); p = (char *)map(0x1c000000, 1, 3, 1, gone, 0); p[0] = 1;
  p = (char *)map(0x1d000000, 2, 3, 0x22, -1, 0); p[0] = 1; call(SYS_mprotect, p, 8192, 0);
  call(SYS_rt_sigaction, SIGUSR1, (&(struct action){ SIG_IGN, 0, 0 }), 0, 8); block(0, BIT(SIGUSR2) | BIT(SIGTERM)); call(SYS_setpriority, 0, 0, 3);
}
static word word_at(int fd, uword at, int size) { word v = 0; call(SYS_pread64, fd, &v, size, at); return v; }
static void show_note(int fd, uword at, word type, word size, word child) {
  if (type == 1) {
    show("  signal", word_at(fd, at, 4)); show("  cursig", word_at(fd, at + 12, 2)); show_hex("  blocked", word_at(fd, at + 24, 8)); show("  pid", word_at(fd, at + 32, 4) == child);
    show("  ppid", word_at(fd, at + 36, 4) == self()); show_hex("  s2", word_at(fd, at + 112 + 18 * 8, 8)); show_hex("  s3", word_at(fd, at + 112 + 19 * 8, 8)); show("  a0", word_at(fd, at + 112 + 80, 8));
  } else if (type == 3) {
    char text[100] = { 0 }; call(SYS_pread64, fd, text, 96, at + 40);
    show_hex("  state", word_at(fd, at, 4)); show("  uid", word_at(fd, at + 16, 4)); show("  gid", word_at(fd, at + 20, 4)); show("  pid", word_at(fd, at + 24, 4) == child);
    put("  name "); put(text); put(", arguments ["); put(text + 16); put("]\n");
  } else if (type == 0x53494749) { show("  signo", word_at(fd, at, 4)); show("  code", word_at(fd, at + 8, 4)); show_hex("  address", word_at(fd, at + 16, 8)); }
  else if (type == 0x46494c45) {
    word n = word_at(fd, at, 8); show("  page size", word_at(fd, at + 8, 8)); uword name = at + 16 + 24 * n;
    for (word i = 0; i < n; i++) {
      uword start = word_at(fd, at + 16 + 24 * i, 8); char text[64]; int length = 0;
      do call(SYS_pread64, fd, text + length, 1, name++); while (text[length] && ++length < 63);
      if (start < 0x10000000) continue;
      put("  "); put_hex(start); put(" "); put_hex(word_at(fd, at + 24 + 24 * i, 8)); put(" offset "); put_word(word_at(fd, at + 32 + 24 * i, 8)); put(" "); put(text); put("\n");
    }
  }
}
static void inside(const char *filter) {
  title("inside, filter"); put(filter); put("\n");
  word child = fork();
  if (child == 0) {
    call(SYS_chdir, "/tmp/c"); limit(RLIMIT_CORE, -1); setting("/proc/self/coredump_filter", filter); mapped();
    __asm__ volatile("li s2, 0x1234\nli s3, -2\nli a0, 16\nsw s2, 0(a0)" ::: "a0", "s2", "s3");
  }
  show_hex("status", wait_status(child));
  int fd = (int)call(SYS_openat, AT_FDCWD, "/tmp/c/core", 0, 0); int segments = (int)word_at(fd, 56, 2);
  show_hex("magic", word_at(fd, 0, 8)); show("type", word_at(fd, 16, 2)); show("machine", word_at(fd, 18, 2)); show_hex("flags", word_at(fd, 48, 4));
  for (int i = 0; i < segments; i++) {
    uword at = 64 + 56 * i, offset = word_at(fd, at + 8, 8), va = word_at(fd, at + 16, 8), length = word_at(fd, at + 32, 8);
    if (word_at(fd, at, 4) == 4) {
      show("notes follow the headers", offset == 64 + 56 * segments); show("flags", word_at(fd, at + 4, 4)); show("in memory", word_at(fd, at + 40, 8)); show("aligned", word_at(fd, at + 48, 8));
      for (uword n = offset; n < offset + length;) {
        word size = word_at(fd, n + 4, 4), type = word_at(fd, n + 8, 4); char name[8]; call(SYS_pread64, fd, name, 8, n + 12);
        if (type != 2) { /* floating-point registers, where there are some */
          put("note "); put(name); put(" "); put_hex(type); if (type != 6 && type != 0x46494c45) { put(" size "); put_word(size); } put("\n");
          show_note(fd, n + 20, type, size, child);
        }
        n += 20 + (size + 3 & -4);
      }
    } else if (va >= 0x10000000 && va < 0x20000000) {
      put("load "); put_hex(va); put(" in file "); put_word(length); put(" in memory "); put_word(word_at(fd, at + 40, 8)); put(" rights "); put_word(word_at(fd, at + 4, 4));
      put(" aligned "); put_word(word_at(fd, at + 48, 8)); put(" content "); for (uword o = 0; o < length; o += 4096) { put_hex(word_at(fd, offset + o, 8)); put(" "); } put("\n");
    }
  }
  call(SYS_close, fd); list(child, 0);
}

int main(int argc, char **argv, char **envp) {
  call(SYS_umask, 022); call(SYS_mkdirat, AT_FDCWD, "/tmp/c", 0777); call(SYS_chdir, "/tmp/c"); int fd = (int)call(SYS_openat, AT_FDCWD, "/tmp/c", 0, 0); call(SYS_fchmod, fd, 0777); call(SYS_close, fd);
  limits(); dumpable(); files(); names();
  setting(PATTERN, "core"); inside("0x33"); inside("0"); inside("0x1ff");
  return 0;
}
