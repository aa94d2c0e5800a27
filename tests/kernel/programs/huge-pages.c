/* Transparent huge pages: what each call makes of them, as smaps, vmstat, pagemap and kpageflags tell, and the files that set them. */
#include "residency.h"
enum { SYS_mount = 40, SYS_pread64 = 67, HUGEPAGE = 14, NOHUGEPAGE, COLD = 20, PAGEOUT, COLLAPSE = 25, DONTNEED = 4, FREE = 8 };
enum { PR_SET_THP_DISABLE = 41, PR_GET_THP_DISABLE };
#define HUGE 512l
#define THP "/sys/kernel/mm/transparent_hugepage/"
/* Pages of the area: huge pages lie at multiples of 512. */
#define PAGES 2048l
static const char *const files[] = { "enabled", "defrag", "use_zero_page", "shmem_enabled", "hpage_pmd_size", "khugepaged/defrag",
  "khugepaged/pages_to_scan", "khugepaged/scan_sleep_millisecs", "khugepaged/alloc_sleep_millisecs", "khugepaged/max_ptes_none",
  "khugepaged/max_ptes_swap", "khugepaged/max_ptes_shared", "khugepaged/pages_collapsed", 0 };
static char path[256];
static const char *joined(const char *name) { char *p = path; for (const char *s = THP; *s;) *p++ = *s++; while (*name) *p++ = *name++; *p = 0; return path; }
static word length(const char *s) { word n = 0; while (s[n]) n++; return n; }
static word set(const char *name, const char *value) {
  word fd = call(SYS_openat, AT_FDCWD, joined(name), O_WRONLY, 0), r;
  if (fd < 0) return fd;
  r = call(SYS_write, fd, value, length(value)); call(SYS_close, fd); return r < 0 ? r : 0;
}
static void try(const char *name, const char *value) { put(name); put(" <- "); put(value); put(": "); put_word(set(name, value)); put(" "); if (read_text(joined(name)) > 0) put(text); }
/* The number behind `name` at the beginning of a line, from `s` on. */
static word number(char *s, const char *name) {
  for (char *line = s; *line; line++) {
    if (line != s && line[-1] != '\n') continue;
    const char *n = name; char *c = line; while (*n && *c == *n) c++, n++;
    if (*n || (*c != ':' && *c != ' ')) continue;
    word v = 0; for (c++; *c == ' '; c++); for (; *c >= '0' && *c <= '9'; c++) v = v * 10 + *c - '0';
    return v;
  }
  return -1;
}
static word hex(char **s) { word v = 0; for (;; ++*s) { int c = **s; if (c >= '0' && c <= '9') v = v * 16 + c - '0'; else if (c >= 'a' && c <= 'f') v = v * 16 + c - 'a' + 10; else return v; } }
/* The figures of the mapping of a page in smaps. */
static char *mapping(word page) {
  read_text("/proc/self/smaps");
  for (char *s = text; *s; s++) {
    if (s != text && s[-1] != '\n') continue;
    char *c = s; word start = hex(&c); if (*c != '-') continue; c++; word end = hex(&c);
    if (*c == ' ' && start <= AT(page) && AT(page) < end) return s;
  }
  return text + length(text);
}
static word events(const char *name) { read_text("/proc/vmstat"); return number(text, name); }
enum { COUNTED = 5 };
static word since[COUNTED];
static const char *const counted[] = { "thp_fault_alloc", "thp_fault_fallback", "thp_collapse_alloc", "thp_split_pmd", "thp_split_page" };
static void figures(const char *what, word page) {
  char *m = mapping(page);
  put(what); put(": rss "); put_word(number(m, "Rss")); put(" huge "); put_word(number(m, "AnonHugePages")); put(" eligible "); put_word(number(m, "THPeligible"));
  put(" vmrss "); put_word(status("RssAnon") & -1024);
  for (int i = 0; i < COUNTED; i++) { word n = events(counted[i]); put(i ? " " : " events "); put_word(n - since[i]); since[i] = n; }
  put("\n");
}
static void flags(word page) { char *m = mapping(page); for (; *m; m++) if (m[-1] == '\n' && m[0] == 'V' && m[1] == 'm' && m[2] == 'F') { while (*m != '\n') { char c[2] = { *m++, 0 }; put(c); } put("\n"); return; } }
static void area(word pages) { call(SYS_munmap, BASE, 2 * PAGES * PAGE); anonymous(0, pages); }
static uword word_at(const char *file, uword n) { uword v = 0; word fd = call(SYS_openat, AT_FDCWD, file, 0, 0); if (call(SYS_pread64, fd, &v, 8, n * 8) != 8) v = -1; call(SYS_close, fd); return v; }
/* Bits of pagemap above the frame, and the bits of kpageflags that mean the same everywhere: 11, 12, 15 to 17, 22, 24. */
static void bits(const char *what, word page) {
  uword entry = word_at("/proc/self/pagemap", AT(page) / PAGE), frame = entry & ((1ul << 55) - 1);
  put(what); put(": pagemap "); put_hex(entry >> 56); put(" kpageflags "); put_hex(word_at("/proc/kpageflags", frame) & 0x1439800); put(" aligned "); put_word(frame % HUGE == page % HUGE); put("\n");
}

static void settings(void) {
  title("settings");
  set("enabled", "always"); set("defrag", "madvise"); set("use_zero_page", "1"); set("khugepaged/defrag", "1");
  for (int i = 0; files[i]; i++) { put(files[i]); put(": "); read_text(joined(files[i])); put(text); }
  const char *bad[] = { "", "Always", "alway", "always never", "madvise\n", "never", "always", 0 };
  for (int i = 0; bad[i]; i++) try("enabled", bad[i]);
  const char *defrags[] = { "always", "defer", "defer+madvise", "never", "bogus", "madvise", 0 };
  for (int i = 0; defrags[i]; i++) try("defrag", defrags[i]);
  const char *numbers[] = { "0", "1", "2", "-1", "x", "511", "512", "", " 7", "08", "4294967295", "4294967296", 0 };
  const char *of[] = { "use_zero_page", "khugepaged/defrag", "khugepaged/max_ptes_none", "khugepaged/max_ptes_swap", "khugepaged/max_ptes_shared", "khugepaged/pages_to_scan", "khugepaged/alloc_sleep_millisecs", 0 };
  for (int i = 0; of[i]; i++) for (int j = 0; numbers[j]; j++) try(of[i], numbers[j]);
  set("khugepaged/max_ptes_none", "511"); set("khugepaged/max_ptes_swap", "64"); set("khugepaged/max_ptes_shared", "256"); set("khugepaged/pages_to_scan", "4096");
  set("use_zero_page", "1"); set("khugepaged/defrag", "1"); set("khugepaged/alloc_sleep_millisecs", "60000");
  show("hpage_pmd_size", set("hpage_pmd_size", "1")); show("pages_collapsed", set("khugepaged/pages_collapsed", "1"));
  /* Nobody in the background from here on. */
  set("khugepaged/scan_sleep_millisecs", "4000000000");
}

static void touching(void) {
  title("touching");
  for (int i = 0; i < COUNTED; i++) since[i] = events(counted[i]);
  area(HUGE - 1); touch(0, 1); figures("one page too few", 0);
  area(HUGE); figures("untouched", 0); touch(5, 1); figures("written", 0); bits("first", 0); bits("another", 77);
  area(PAGES); touch(3 * HUGE + 1, 1); figures("the last of four", 0); touch(HUGE, 1); figures("another of four", 0);
  call(SYS_munmap, BASE, 2 * PAGES * PAGE); anonymous(1, 2 * HUGE); touch(1, 1); figures("before the first whole one", 1); touch(HUGE + 3, 1); figures("in the whole one", 1); touch(2 * HUGE, 1); figures("behind it", 1);
  area(HUGE); show("zero", look(7)); figures("read", 0); bits("first", 0); bits("another", 77); touch(9, 1); figures("and written", 0); touch(10, 1); figures("again", 0); show("zero", look(11) + look(8));
  area(HUGE); anonymous(0, 1); touch(0, 1); figures("beside a page", 0); touch(1, 1); figures("a second one", 0);
  mmap(AT(0), 2 * HUGE * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0); touch(0, 1); figures("shared", 0);
  area(HUGE); show("mlock", mlock(AT(0), HUGE * PAGE)); figures("locked", 0); munlock(AT(0), HUGE * PAGE);
  call(SYS_munmap, BASE, 2 * PAGES * PAGE); mmap(AT(0), HUGE * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE, -1, 0); figures("populated", 0);
}

static void cutting(void) {
  title("cutting");
  area(2 * HUGE); touch(0, 1); touch(HUGE, 2); figures("two", 0); call(SYS_munmap, AT(1), PAGE); figures("a hole", 0); figures("behind", 2); show("content", look(HUGE));
  area(2 * HUGE); touch(0, 1); touch(HUGE, 2); call(SYS_munmap, AT(HUGE), HUGE * PAGE); figures("half gone", 0);
  area(2 * HUGE); touch(0, 1); touch(700, 2); protect(AT(600), PAGE, PROT_READ); figures("protected", 0); show("content", look(700)); protect(AT(0), HUGE * PAGE, 0); figures("whole", 0); protect(AT(0), HUGE * PAGE, RW); touch(3, 1); figures("and back", 0);
  area(2 * HUGE); touch(0, 1); touch(HUGE + 8, 2); madvise(AT(3), PAGE, DONTNEED); figures("a page dropped", 0); madvise(AT(HUGE), HUGE * PAGE, DONTNEED); figures("a whole one dropped", 0); show("content", look(HUGE + 8));
  area(HUGE); touch(0, 1); mlock(AT(1), PAGE); figures("a page locked", 1); munlock(AT(1), PAGE); figures("unlocked", 1);
  area(HUGE); touch(0, 1); madvise(AT(0), HUGE * PAGE, FREE); figures("freed", 0); area(HUGE); touch(0, 1); madvise(AT(0), HUGE * PAGE / 2, FREE); figures("half freed", 0);
  area(HUGE); touch(0, 1); madvise(AT(0), HUGE * PAGE, COLD); figures("cold", 0); area(HUGE); touch(0, 1); madvise(AT(0), HUGE * PAGE / 2, COLD); figures("half cold", 0);
  area(HUGE); touch(0, 1); madvise(AT(0), HUGE * PAGE, 10); figures("not for children", 0); madvise(AT(5), PAGE, 16); figures("a page not in core dumps", 0);
}

static void moving(void) {
  title("moving");
  area(HUGE); touch(0, 1); touch(300, 2); show("moved", call(SYS_mremap, AT(0), HUGE * PAGE, HUGE * PAGE, 3, AT(2 * HUGE)) == AT(2 * HUGE)); figures("whole", 2 * HUGE); show("content", look(2 * HUGE + 300));
  show("moved", call(SYS_mremap, AT(2 * HUGE), HUGE * PAGE, HUGE * PAGE, 3, AT(7)) == AT(7)); figures("elsewhere", 7); show("content", look(307));
  area(2 * HUGE); touch(0, 1); touch(HUGE, 2); show("moved", call(SYS_mremap, AT(HUGE / 2), HUGE * PAGE, HUGE * PAGE, 3, AT(2 * HUGE + HUGE / 2)) == AT(2 * HUGE + HUGE / 2)); figures("the middle", 2 * HUGE + HUGE / 2); figures("left", 0); show("content", look(3 * HUGE));
  area(HUGE); touch(0, 1); show("grown", call(SYS_mremap, AT(0), HUGE * PAGE, 2 * HUGE * PAGE, 0, 0) == AT(0)); touch(HUGE, 1); figures("grown", 0); show("shrunk", call(SYS_mremap, AT(0), 2 * HUGE * PAGE, HUGE * PAGE + PAGE, 0, 0) == AT(0)); figures("shrunk", 0);
}

static void child(void (*body)(void)) { word pid = fork(); if (pid == 0) { body(); leave(0); } wait_status(pid); }
static void reads(void) { show("  child reads", look(0)); figures("  child", 0); }
static void writes(void) { touch(0, 9); figures("  child wrote", 0); touch(1, 9); figures("  child wrote another", 0); show("  child reads", look(0)); }
static void sleeps(void) { rest(200 * MILLISECOND); }
static void forking(void) {
  title("forking");
  area(HUGE); touch(0, 5); child(reads); figures("parent", 0); child(writes); figures("parent", 0); show("reads", look(0)); touch(0, 6); figures("parent wrote", 0);
  area(HUGE); touch(0, 5); word pid = fork(); if (pid == 0) { rest(200 * MILLISECOND); show("  child reads", look(0)); leave(0); }
  touch(0, 6); figures("parent writes first", 0); wait_status(pid); figures("child gone", 0); touch(1, 7); figures("another", 0);
  area(HUGE); show("zero", look(0)); child(writes); figures("parent of zeroes", 0);
}

static void asking(void) {
  title("asking");
  set("enabled", "madvise"); area(2 * HUGE); touch(0, 1); figures("madvise: not asked", 0); flags(0); show("asked", madvise(AT(0), 2 * HUGE * PAGE, HUGEPAGE)); flags(0); touch(HUGE, 1); figures("asked", 0);
  show("no more", madvise(AT(0), 2 * HUGE * PAGE, NOHUGEPAGE)); flags(0); figures("no more", 0); show("half", madvise(AT(0), HUGE * PAGE, HUGEPAGE)); flags(0); flags(HUGE);
  set("enabled", "always"); area(HUGE); madvise(AT(0), HUGE * PAGE, NOHUGEPAGE); touch(0, 1); figures("always: not wanted", 0);
  set("enabled", "never"); area(HUGE); madvise(AT(0), HUGE * PAGE, HUGEPAGE); touch(0, 1); figures("never: asked", 0);
  title("refused");
  word fd = file("/tmp/f", 3, 0); int advice[] = { HUGEPAGE, NOHUGEPAGE, COLLAPSE };
  for (int i = 0; i < 3; i++) {
    int a = advice[i]; put("advice "); put_word(a);
    area(HUGE); put(": private "); put_word(madvise(AT(0), HUGE * PAGE, a)); touch(0, 1); put(" touched "); put_word(madvise(AT(0), HUGE * PAGE, a)); put(" part "); put_word(madvise(AT(0), PAGE, a)); put(" odd part "); put_word(madvise(AT(3), PAGE, a));
    put(" hole "); put_word(madvise(AT(0), 2 * HUGE * PAGE, a)); put(" unmapped "); put_word(madvise(AT(2 * HUGE), HUGE * PAGE, a)); put(" odd "); put_word(madvise(AT(0) + 1, PAGE, a)); put(" none "); put_word(madvise(AT(0), 0, a));
    mmap(AT(0), HUGE * PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0); put(" file "); put_word(madvise(AT(0), HUGE * PAGE, a));
    mmap(AT(0), HUGE * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); look(0); put(" read-only "); put_word(madvise(AT(0), HUGE * PAGE, a)); put("\n");
  }
}

static void collapsing(void) {
  title("collapsing");
  set("enabled", "never");
  area(2 * HUGE); touch(0, 1); touch(300, 7); figures("small", 0); show("collapse", madvise(AT(0), HUGE * PAGE, COLLAPSE)); figures("collapsed", 0); show("content", look(300) * 10 + look(0)); show("zero", look(1)); show("again", madvise(AT(0), HUGE * PAGE, COLLAPSE)); figures("as it was", 0);
  show("both", madvise(AT(0), 2 * HUGE * PAGE, COLLAPSE)); touch(HUGE, 1); show("both", madvise(AT(0), 2 * HUGE * PAGE, COLLAPSE)); figures("two", 0); bits("first", HUGE); bits("another", HUGE + 3);
  area(HUGE); look(0); show("zeroes", madvise(AT(0), HUGE * PAGE, COLLAPSE)); touch(0, 1); word pid = fork(); if (pid == 0) { rest(100 * MILLISECOND); leave(0); }
  show("shared", madvise(AT(0), HUGE * PAGE, COLLAPSE)); wait_status(pid); show("alone, not written since", madvise(AT(0), HUGE * PAGE, COLLAPSE)); touch(0, 2); show("written", madvise(AT(0), HUGE * PAGE, COLLAPSE)); figures("after all", 0);
  area(HUGE); touch(0, 1); madvise(AT(0), HUGE * PAGE, NOHUGEPAGE); show("not wanted", madvise(AT(0), HUGE * PAGE, COLLAPSE));
}

static void disabling(void) {
  title("PR_SET_THP_DISABLE");
  set("enabled", "always");
  show("get", call(SYS_prctl, PR_GET_THP_DISABLE, 0, 0, 0, 0)); show("set", call(SYS_prctl, PR_SET_THP_DISABLE, 7, 0, 0, 0)); show("get", call(SYS_prctl, PR_GET_THP_DISABLE, 0, 0, 0, 0)); show("THP_enabled", status("THP_enabled"));
  show("odd get", call(SYS_prctl, PR_GET_THP_DISABLE, 1, 0, 0, 0)); show("odd get", call(SYS_prctl, PR_GET_THP_DISABLE, 0, 0, 0, 1)); show("odd set", call(SYS_prctl, PR_SET_THP_DISABLE, 0, 1, 0, 0));
  area(HUGE); touch(0, 1); figures("disabled", 0); madvise(AT(0), HUGE * PAGE, HUGEPAGE); show("collapse", madvise(AT(0), HUGE * PAGE, COLLAPSE));
  word pid = fork(); if (pid == 0) { show("  child", call(SYS_prctl, PR_GET_THP_DISABLE, 0, 0, 0, 0)); area(HUGE); touch(0, 1); figures("  child", 0); leave(0); } wait_status(pid);
  show("reset", call(SYS_prctl, PR_SET_THP_DISABLE, 0, 0, 0, 0)); area(HUGE); touch(0, 1); figures("enabled", 0); show("THP_enabled", status("THP_enabled"));
}

int main(int argc, char **argv, char **envp) {
  call(SYS_mkdirat, AT_FDCWD, "/sys", 0755); call(SYS_mount, "sysfs", "/sys", "sysfs", 0, 0);
  settings(); touching(); cutting(); moving(); forking(); asking(); collapsing(); disabling();
  return 0;
}
