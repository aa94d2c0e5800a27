/* A sequence of operations on memory with huge pages, drawn from a seed: huge-sequence SEED COUNT [FROM TO].

   In a window of 16 MiB: anonymous memory under transparent huge pages, with advice (huge, not huge, collapse now, merge, do not
   merge) and whatever cuts into huge pages: munmap, mprotect, mremap, fork, locks. Odd seeds leave it at that; even ones work on
   memory of a pool of huge pages as well, in a window of its own, with too few pages for all of it. Every third has no huge page
   of zeroes.

   Every 100 operations it prints a hash of all results and of the content of every page so far, one of the window's lines in
   /proc/self/maps, and one of what was a huge page since the last line: AnonHugePages of each of these mappings, and the figures of
   the pool, after each operation. The kernel's own scan for what could become huge is put off: when it comes is nobody's promise. */
#include "system.h"
#define WINDOW_PAGES 4096
#define main memory_sequence
#include "memory-sequence.c"
#undef main

enum { HUGE = 512, SYS_mount = 40, MAP_HUGETLB = 0x40000, POOL = 8, POOL_WINDOW = 12 };
#define EMPTY 14695981039346656037ul
#define HUGE_SIZE (HUGE * PAGE)
#define POOL_AT 0x40000000ul

static void set(const char *path, const char *value) {
  word fd = call(SYS_openat, AT_FDCWD, path, O_WRONLY, 0);
  if (fd < 0) return;
  word n = 0;
  while (value[n]) n++;
  call(SYS_write, fd, value, n);
  call(SYS_close, fd);
}

/* What is huge: hashed apart, so that a difference there says what it is. */
static uword huge_hash = EMPTY;
static void mix_huge(uword v) { huge_hash = (huge_hash ^ v) * 1099511628211ul; huge_hash ^= huge_hash >> 29; }

static int begins(const char *s, const char *with) { while (*with) if (*s++ != *with++) return 0; return 1; }
static uword figure(const char *s) { uword v = 0; while (*s < '0' || *s > '9') s++; while (*s >= '0' && *s <= '9') v = v * 10 + *s++ - '0'; return v; }
static word contents(const char *path) {
  word fd = call(SYS_openat, AT_FDCWD, path, 0, 0), n = 0, got;
  while ((got = call(SYS_read, fd, text + n, sizeof text - 1 - n)) > 0) n += got;
  text[n] = 0; call(SYS_close, fd);
  return n;
}
static void look_at_huge_pages(int pool) {
  int inside = 0;
  contents("/proc/self/smaps");
  for (char *s = text; *s; s++) {
    if (s[0] == '2' && s[1] >= '0' && s[1] <= '9' && s[8] == '-') inside = s[1] == '0';
    else if (s[0] >= '0' && s[0] <= '9' || s[0] >= 'a' && s[0] <= 'f') inside = 0;
    if (inside && begins(s, "AnonHugePages:")) { uword k = figure(s); mix_huge(k); if (telling) say(" "), decimal(k); }
    while (*s != '\n') s++;
  }
  if (!pool) return;
  contents("/proc/meminfo");
  for (char *s = text; *s; s++) {
    if (begins(s, "HugePages_")) { uword v = figure(s); mix_huge(v); if (telling) say(" "), decimal(v); }
    while (*s != '\n') s++;
  }
}

/* Places: every other one at the border of a huge page. */
static uword anywhere(void) { return below(2) ? WINDOW + below(PAGES / HUGE) * HUGE_SIZE : page(); }
static uword extent(void) {
  switch (below(6)) {
    case 0: return 1 + below(8);
    case 1: return 1 + below(HUGE);
    case 2: return HUGE;
    case 3: return 2 * HUGE;
    case 4: return HUGE + below(HUGE);
    default: return 1 + below(3 * HUGE);
  }
}
static void large_range(uword *at, uword *length) {
  *at = anywhere(); *length = extent() * PAGE;
  if (*at + *length > END) *length = END - *at;
}

static void map_large(void) {
  uword at, length, prot = below(6) ? 3 : PROTECTIONS[below(11)], flags = MAP_ANONYMOUS | MAP_FIXED | (below(8) ? MAP_PRIVATE : MAP_SHARED);
  large_range(&at, &length);
  if (!below(5)) flags |= MAP_POPULATE;
  tell("mmap", at, length, prot << 32 | flags, 0, call(SYS_mmap, at, length, prot, flags, -1, 0));
}
static void unmap_large(void) { uword at, length; large_range(&at, &length); if (below(2)) length = length / 8 & -PAGE; tell("munmap", at, length, 0, 0, call(SYS_munmap, at, length)); }
static void protect_large(void) {
  uword at, length, prot = PROTECTIONS[below(11)]; large_range(&at, &length);
  tell("mprotect", at, length, prot, 0, call(SYS_mprotect, at, length, prot));
}
static const int HUGE_ADVICES[] = {14, 14, 14, 15, 15, 25, 25, 25, 25, 12, 12, 13, 4, 4, 4, 22, 23, 24, 10, 11, 18, 19};
static void advise_large(void) {
  uword at, length; int advice = HUGE_ADVICES[below(22)]; large_range(&at, &length);
  tell("madvise", at, length, advice, 0, call(SYS_madvise, at, length, advice));
}
static void free_some(void) { uword at = anywhere(), length = (1 + below(96)) * PAGE; if (at + length > END) length = END - at; free_lazily(at, length); }
static void remap_large(void) {
  static const int ways[] = {1, 3, 3, 3, 1, 0, 5, 7};
  uword at = anywhere(), before = extent(), after = below(3) ? before : extent(), flags = ways[below(8)], to = anywhere();
  if (flags & 4) after = before;
  if (at + before * PAGE > END) before = (END - at) / PAGE;
  if (to + after * PAGE > END) to = END - after * PAGE;
  if (at + after * PAGE > END && !(flags & 2)) after = (END - at) / PAGE;
  word r = call(SYS_mremap, at, before * PAGE, after * PAGE, flags, to);
  tell("mremap", at, before << 32 | after, flags, to, back("moved", r, after * PAGE));
}
static void lock_some(void) {
  uword at = anywhere(), length = (1 + below(32)) * PAGE;
  if (at + length > END) length = END - at;
  if (below(2)) tell("mlock", at, length, 0, 0, call(SYS_mlock, at, length)); else tell("munlock", at, length, 0, 0, call(SYS_munlock, at, length));
}
static void touch_range(uword from, uword length, uword stride, int write) {
  uword value = draw(), sum = 0;
  for (uword at = from; at < from + length; at += stride * PAGE) {
    met = 0;
    if (write) store(at + below(WORDS) * 8, value++); else sum = sum * 31 + load(at + below(WORDS) * 8);
    sum = sum * 31 + met;
  }
  tell(write ? "write" : "read", from, length, stride, 0, sum);
}
static void touch_large(int write) {
  static const uword strides[] = {1, 1, 7, 64, 512};
  uword at, length; large_range(&at, &length);
  touch_range(at, length, strides[below(5)], write);
}

/* Memory of the pool: never more than one child knows it, as who dies for want of a page depends on who came first. */
static void pool_range(uword *at, uword *length) {
  uword n = below(POOL_WINDOW);
  *at = POOL_AT + n * HUGE_SIZE; *length = (1 + below(4)) * HUGE_SIZE;
  if (n + *length / HUGE_SIZE > POOL_WINDOW) *length = (POOL_WINDOW - n) * HUGE_SIZE;
  if (!below(12)) *at += (1 + below(HUGE - 1)) * PAGE;
  if (!below(12)) *length -= (1 + below(HUGE - 1)) * PAGE;
}
static void pool_step(void) {
  uword at, length; pool_range(&at, &length);
  switch (below(12)) {
    case 0: case 1: case 2: {
      uword flags = MAP_ANONYMOUS | MAP_HUGETLB | MAP_FIXED | (below(3) ? MAP_PRIVATE : MAP_SHARED), prot = below(5) ? 3 : 1;
      if (!below(4)) flags |= MAP_NORESERVE;
      if (!below(6)) flags |= MAP_POPULATE;
      tell("pool-mmap", at, length, prot << 32 | flags, 0, call(SYS_mmap, at, length, prot, flags, -1, 0));
      break;
    }
    case 3: case 4: tell("pool-munmap", at, length, 0, 0, call(SYS_munmap, at, length)); break;
    case 5: tell("pool-mprotect", at, length, 0, 0, call(SYS_mprotect, at, length, below(3) ? 3 : 1)); break;
    case 6: { int advice = HUGE_ADVICES[below(22)]; tell("pool-madvise", at, length, advice, 0, call(SYS_madvise, at, length, advice)); break; }
    case 7: { uword to = POOL_AT + below(POOL_WINDOW) * HUGE_SIZE, after = below(2) ? length : HUGE_SIZE; tell("pool-mremap", at, length, after, to, call(SYS_mremap, at, length, after, below(2) ? 3 : 1, to)); break; }
    default: at &= -HUGE_SIZE; touch_range(at, HUGE_SIZE, 64, below(3));
  }
}

static void large_step(int in_child, int pool) {
  uword n = below(100);
  if (n < 12) map_large();
  else if (n < 18) unmap_large();
  else if (n < 26) protect_large();
  else if (n < 40) advise_large();
  else if (n < 42) free_some();
  else if (n < 49) remap_large();
  else if (n < 52) lock_some();
  else if (n < 70) touch_large(1);
  else if (n < 78) touch_large(0);
  else if (n < 90 && pool && !in_child) pool_step();
  else if (n < 97 || in_child) touch_large(1);
  else {
    /* A child that acts on what it got while the parent waits; the memory of the pool is not for it. */
    int ends[2]; uword seed = draw() | 1, steps = 1 + below(10), told = 0;
    flush(); call(SYS_pipe2, ends, 0);
    for (uword at = POOL_AT; pool && at < POOL_AT + POOL_WINDOW * HUGE_SIZE; at += HUGE_SIZE) call(SYS_madvise, at, HUGE_SIZE, 10);
    word pid = fork();
    if (pid == 0) {
      state = seed;
      while (steps--) large_step(1, 0);
      check_some(64); flush();
      call(SYS_write, ends[1], &hash, 8); leave(3);
    }
    call(SYS_close, ends[1]);
    word got = call(SYS_read, ends[0], &told, 8); call(SYS_close, ends[0]);
    tell("child", steps, got, told, 0, told + wait_status(pid));
  }
}

int main(int argc, char **argv, char **envp) {
  word count = number(argv[2]), from = argc > 4 ? number(argv[3]) : 1, to = argc > 4 ? number(argv[4]) : 0, pool = number(argv[1]) % 2 == 0;
  uword few[2] = {256 * PAGE, 256 * PAGE};
  state = number(argv[1]) * 0x9e3779b97f4a7c15ul | 1;
  call(SYS_mkdirat, AT_FDCWD, "/sys", 0755);
  call(SYS_mount, "sysfs", "/sys", "sysfs", 0, 0);
  set("/sys/kernel/mm/transparent_hugepage/enabled", "always");
  set("/sys/kernel/mm/transparent_hugepage/defrag", "always");
  set("/sys/kernel/mm/transparent_hugepage/use_zero_page", number(argv[1]) % 3 ? "1" : "0");
  set("/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs", "100000000");
  set("/sys/kernel/mm/ksm/run", "1");
  if (pool) set("/proc/sys/vm/nr_hugepages", "8");
  handle(SIGSEGV, handler, SA_SIGINFO | SA_NODEFER, 0); handle(SIGBUS, handler, SA_SIGINFO | SA_NODEFER, 0);
  call(SYS_setrlimit, RLIMIT_MEMLOCK, few);
  call(SYS_setresgid, 1000, 1000, 1000); call(SYS_setresuid, 1000, 1000, 1000);
  for (word i = 1; i <= count; i++) {
    telling = i >= from && i <= to;
    if (telling) decimal(i), say(" ");
    large_step(0, pool);
    look_at_huge_pages(pool);
    if (telling) { say("  "); hexadecimal(hash); say(" "); hexadecimal(maps_hash(0)); say(" "); hexadecimal(huge_hash); say("\n"); if (i == to) maps_hash(1); }
    if (i % 100) continue;
    check_all(); decimal(i); say(" "); hexadecimal(hash); say(" "); hexadecimal(maps_hash(0)); say(" "); hexadecimal(huge_hash); say("\n");
    huge_hash = EMPTY;
  }
  flush();
  return 0;
}
