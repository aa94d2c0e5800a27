/* /proc about memory, and the settings below /proc/sys: formats, figures and errors. Runs as root. */
#include "system.h"

enum { SYS_ftruncate = 46, SYS_pread64 = 67, SYS_mlock = 228, SYS_mlock2 = 284, SYS_madvise = 233 };
static char text[1 << 18];
static uword size_of(const char *s) { uword n = 0; while (s[n]) n++; return n; }
static int opened(const char *path, int flags) { return (int)call(SYS_openat, AT_FDCWD, path, flags, 0644); }
static word load(const char *path) {
  int fd = opened(path, 0); word n, all = 0; if (fd < 0) return fd;
  while ((n = call(SYS_read, fd, text + all, sizeof text - 1 - all)) > 0) all += n;
  call(SYS_close, fd); text[n < 0 ? 0 : all] = 0; return n < 0 ? n : all;
}
static int starts(const char *s, const char *with) { while (*with && *s == *with) s++, with++; return !*with; }
static void print(const char *from, const char *to) { call(SYS_write, 1, from, to - from); }
static char *end_of(char *line) { while (*line && *line != '\n') line++; return line; }
static uword hex(const char *s) { uword v = 0; for (;; s++) { int d = *s >= '0' && *s <= '9' ? *s - '0' : *s >= 'a' && *s <= 'f' ? *s - 'a' + 10 : -1; if (d < 0) return v; v = v * 16 + d; } }

/* The names before the colons, in order. */
static void titles(const char *path) {
  title(path); load(path);
  for (char *line = text, *end; *line; line = *end ? end + 1 : end) {
    end = end_of(line); char *colon = line; while (colon < end && *colon != ':') colon++;
    if (starts(line, "Speculation") || line[0] == '0') continue; /* other processors' troubles; addresses */
    print(line, colon); put(" ");
  }
  put("\n");
}
/* smaps of the mappings at 0x10000000 to 0x20000000; of what is not private memory the first line from the rights on, without numbers of files. */
static void smaps(const char *what) {
  title(what); load("/proc/self/smaps"); int inside = 0;
  for (char *line = text, *end; *line; line = end + 1) {
    end = end_of(line);
    if (line[0] >= '0' && line[0] <= '9' || line[0] >= 'a' && line[0] <= 'f') {
      uword at = hex(line); inside = at >= 0x10000000 && at < 0x20000000; if (!inside) continue;
      char *name = line + 73; if (end - line > 73) { print(line, line + 31); put(" ... "); print(name, end); put("\n"); continue; }
    }
    if (inside) print(line, end + 1);
  }
}
/* Bits 55 to 63, without the frame numbers. */
static void pagemap(const char *what, uword va, int pages) {
  int fd = opened("/proc/self/pagemap", 0); put(what); put(":");
  for (int i = 0; i < pages; i++) { uword entry = 0; call(SYS_pread64, fd, &entry, 8, (va / 4096 + i) * 8); put(" "); put_hex(entry >> 55); if (entry >> 63 && !(entry & (1ul << 55) - 1)) put("!"); }
  put("\n"); call(SYS_close, fd);
}
static uword map(uword at, int pages, int prot, int flags, int fd, uword offset) { return call(SYS_mmap, at, pages * 4096, prot, flags | 0x10, fd, offset); }
static void touch(uword at) { *(volatile char *)at = 1; }
static void look(uword at) { (void)*(volatile char *)at; }

static void mappings(void) {
  map(0x10000000, 4, 3, 0x22, -1, 0); touch(0x10000000); look(0x10001000); touch(0x10002000);
  map(0x10100000, 2, 3, 0x22, -1, 0); call(SYS_mlock, 0x10100000, 8192);
  map(0x10200000, 2, 3, 0x22, -1, 0); call(SYS_mlock2, 0x10200000, 8192, 1); touch(0x10200000);
  map(0x10300000, 2, 0, 0x4022, -1, 0); map(0x10400000, 2, 3, 0x22 | 0x100, -1, 0); touch(0x10400000);
  static const int advice[] = { 16, 10, 18, 2, 1 };
  for (int i = 0; i < 5; i++) { map(0x10500000 + i * 0x10000, 2, 3, 0x22, -1, 0); touch(0x10500000 + i * 0x10000); call(SYS_madvise, 0x10500000 + i * 0x10000, 8192, advice[i]); }
  map(0x10700000, 2, 5, 0x22, -1, 0); look(0x10700000);
  map(0x10800000, 4, 3, 0x21, -1, 0); touch(0x10800000); look(0x10801000);
  int fd = opened("/tmp/file", O_CREAT | O_RDWR | O_TRUNC); call(SYS_write, fd, "hello", 5); call(SYS_ftruncate, fd, 16384);
  map(0x10900000, 3, 3, 1, fd, 0); touch(0x10900000); map(0x10a00000, 3, 3, 2, fd, 0); touch(0x10a00000); look(0x10a01000);
  map(0x10b00000, 3, 1, 2, fd, 4096); look(0x10b00000);
  int read_only = opened("/tmp/file", 0); map(0x10c00000, 1, 1, 1, read_only, 0); look(0x10c00000);
}
static void bits(void) {
  pagemap("anonymous", 0x10000000, 4); pagemap("locked", 0x10100000, 2); pagemap("without access", 0x10300000, 1); pagemap("shared", 0x10800000, 4);
  pagemap("shared file", 0x10900000, 3); pagemap("private file", 0x10a00000, 3); pagemap("private file, read", 0x10b00000, 2); pagemap("shared file, read", 0x10c00000, 2); pagemap("nothing", 0x11000000, 2);
}
static void pagemap_errors(void) {
  title("pagemap, kpagecount"); int fd = opened("/proc/self/pagemap", 0); uword b[2];
  show("half a word", call(SYS_pread64, fd, b, 4, 0)); show("in the middle of one", call(SYS_pread64, fd, b, 8, 4)); show("behind the end", call(SYS_pread64, fd, b, 8, 1ul << 60)); show("two", call(SYS_pread64, fd, b, 16, 0));
  call(SYS_pread64, fd, b, 8, 0x10000000 / 4096 * 8); uword frame = b[0] & (1ul << 55) - 1; call(SYS_close, fd);
  fd = opened("/proc/kpagecount", 0); call(SYS_pread64, fd, b, 8, frame * 8); show("count of a private page", b[0]); show("behind RAM", call(SYS_pread64, fd, b, 8, 1ul << 50)); show("before RAM", call(SYS_pread64, fd, b, 8, 0)); show("it", b[0]); call(SYS_close, fd);
  fd = opened("/proc/kpageflags", 0); call(SYS_pread64, fd, b, 8, frame * 8); show("mapped", b[0] >> 11 & 1); show("anonymous", b[0] >> 12 & 1); show("up to date", b[0] >> 3 & 1); show("backed by swap", b[0] >> 14 & 1); call(SYS_close, fd);
}
/* What a write gives, and what the file says then. */
static void try(const char *path, const char *value) {
  put(path); put(" ["); print(value, value + size_of(value)); put("]: "); int fd = opened(path, O_WRONLY);
  if (fd < 0) { put("open "); put_word(fd); put("\n"); return; }
  put_word(call(SYS_write, fd, value, size_of(value))); call(SYS_close, fd);
  word n = load(path); put(" -> "); if (n < 0) { put_word(n); put("\n"); } else print(text, text + n);
}
#define VM "/proc/sys/vm/"
#define KERNEL "/proc/sys/kernel/"
static void settings(void) {
  title("settings");
  static const char *const rows[][2] = {
    { VM "overcommit_memory", "3" }, { VM "overcommit_memory", "2\n" }, { VM "overcommit_memory", "-1" }, { VM "overcommit_memory", "abc" }, { VM "overcommit_memory", "1abc" },
    { VM "overcommit_memory", "" }, { VM "overcommit_memory", "  1 " }, { VM "overcommit_memory", "0x1" }, { VM "overcommit_memory", "01" }, { VM "overcommit_memory", "1 2" }, { VM "overcommit_memory", "0" },
    { VM "swappiness", "201" }, { VM "swappiness", "200" }, { VM "swappiness", "60" }, { VM "overcommit_ratio", "-5" }, { VM "overcommit_ratio", "500" }, { VM "overcommit_ratio", "50" },
    { VM "overcommit_kbytes", "100" }, { VM "overcommit_ratio", "50" }, { VM "overcommit_kbytes", "0" }, { VM "overcommit_ratio", "50" }, { VM "overcommit_kbytes", "99999999999999999999" },
    { VM "page-cluster", "4" }, { VM "page-cluster", "-1" }, { VM "page-cluster", "3" }, { VM "min_free_kbytes", "2048" }, { VM "min_free_kbytes", "-1" }, { VM "max_map_count", "-1" }, { VM "max_map_count", "65530" },
    { VM "mmap_min_addr", "65536" }, { VM "dirty_ratio", "101" }, { VM "dirty_ratio", "20" }, { VM "dirty_background_ratio", "10" }, { VM "dirty_writeback_centisecs", "500" }, { VM "panic_on_oom", "3" },
    { VM "panic_on_oom", "0" }, { VM "oom_dump_tasks", "-7" }, { VM "oom_dump_tasks", "1" }, { VM "oom_kill_allocating_task", "99999999999" }, { VM "drop_caches", "0" }, { VM "drop_caches", "5" }, { VM "drop_caches", "7" },
    { KERNEL "randomize_va_space", "2" }, { KERNEL "randomize_va_space", "" }, { KERNEL "core_uses_pid", "7" }, { KERNEL "core_uses_pid", "0" }, { KERNEL "core_pattern", "one\ntwo" }, { KERNEL "core_pattern", "core" },
    { KERNEL "shmmax", "1" }, { KERNEL "shmmax", "18446744073692774399" }, { KERNEL "shmmni", "40000" }, { KERNEL "shmmni", "4096" }, { KERNEL "shmall", "-1" }, { KERNEL "hostname", "one\n" }, { KERNEL "hostname", "quire" },
    { KERNEL "ostype", "x" }, { KERNEL "printk", "4 4 1 7" }, { KERNEL "printk", "a" }, { KERNEL "printk", "3" }, { KERNEL "printk", "4" }, { KERNEL "printk", "4 4 1 7 9" }, { KERNEL "nothing", "1" }, { "/proc/sys/vm", "1" },
  };
  for (uword i = 0; i < sizeof rows / sizeof *rows; i++) try(rows[i][0], rows[i][1]);
  int fd = opened(VM "swappiness", O_RDWR); show("a write", call(SYS_write, fd, "10", 2)); show("one behind it", call(SYS_write, fd, "20", 2)); call(SYS_close, fd); try(VM "swappiness", "60");
}
#define SELF "/proc/self/"
static void own(void) {
  title("files of a process");
  static const char *const rows[][2] = {
    { SELF "oom_score_adj", "1001" }, { SELF "oom_score_adj", "500\n" }, { SELF "oom_score_adj", "-1000" }, { SELF "oom_score_adj", "x" }, { SELF "oom_score_adj", " 12 " }, { SELF "oom_score_adj", "12 13" },
    { SELF "oom_score_adj", "0x10" }, { SELF "oom_score_adj", "010" }, { SELF "oom_score_adj", "" }, { SELF "oom_score_adj", "0" }, { SELF "oom_adj", "-17" }, { SELF "oom_adj", "-18" }, { SELF "oom_adj", "15" },
    { SELF "oom_adj", "16" }, { SELF "oom_adj", "5" }, { SELF "oom_adj", "-5" }, { SELF "oom_adj", "0" }, { SELF "coredump_filter", "0x7f" }, { SELF "coredump_filter", "77" }, { SELF "coredump_filter", "x" },
    { SELF "coredump_filter", "-1" }, { SELF "coredump_filter", "fff" }, { SELF "coredump_filter", "0xfff" }, { SELF "coredump_filter", "0x33\n" }, { SELF "clear_refs", "0" }, { SELF "clear_refs", "6" }, { SELF "clear_refs", "x" },
    { SELF "clear_refs", " 4\n" }, { SELF "clear_refs", "5" },
  };
  for (uword i = 0; i < sizeof rows / sizeof *rows; i++) try(rows[i][0], rows[i][1]);
}
static void others(void) {
  title("without privilege"); word parent = self(), child = fork();
  if (child == 0) {
    call(SYS_prctl, 4, 1); call(SYS_setgid, 9); call(SYS_setuid, 9);
    static const char *const names[] = { "maps", "smaps", "smaps_rollup", "pagemap", "auxv", "environ", "status", "statm", "stat", "oom_score", "oom_score_adj" };
    char path[64];
    for (int own = 0; own < 2; own++) {
      for (uword i = 0; i < sizeof names / sizeof *names; i++) {
        char *to = path; for (const char *f = own ? "/proc/self/" : "/proc/1/"; *f;) *to++ = *f++; for (const char *f = names[i]; *f;) *to++ = *f++; *to = 0;
        int fd = opened(path, 0); put(path); put(": "); put_word(fd < 0 ? fd : 0); put("\n"); if (fd >= 0) call(SYS_close, fd);
      }
      call(SYS_prctl, 4, 1);
    }
    try(VM "swappiness", "10"); try(SELF "oom_score_adj", "100"); try(SELF "oom_score_adj", "50"); try(SELF "oom_score_adj", "-1"); show("kpagecount", opened("/proc/kpagecount", 0)); leave(0);
  }
  wait_status(child);
}
int main(int argc, char **argv, char **envp) {
  titles("/proc/self/status"); titles("/proc/meminfo"); titles("/proc/self/smaps_rollup");
  mappings(); smaps("at first"); bits(); pagemap_errors();
  try(SELF "clear_refs", "1"); touch(0x10000000); look(0x10800000); smaps("after clear_refs, two pages used");
  word child = fork(); if (child == 0) { touch(0x10002000); smaps("in a child that has written to one page"); bits(); leave(0); } wait_status(child);
  smaps("when the child has gone"); settings(); own(); others();
  return 0;
}
