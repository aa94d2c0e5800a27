/* A sequence of operations on memory, drawn from a seed, in a window at a fixed address: memory-sequence SEED COUNT [FROM TO].

   Every 100 operations it prints a hash of all results and of the content of every page of the window so far, and one of
   the window's lines in /proc/self/maps. To find a first difference it prints a line for each operation from FROM to TO.

   What is drawn depends on the seed alone, and no result on when the kernel takes pages back: memory after MADV_FREE is
   old or zero, which is checked, and then written anew. Mappings that the kernel places are moved into the window. */
#include "system.h"

/* huge-sequence.c draws other operations, in a larger window, with the tools of this file. */
#ifndef WINDOW_PAGES
#define WINDOW_PAGES 512
#endif

enum { SYS_ftruncate = 46, SYS_lseek = 62, SYS_pread64 = 67, SYS_pwrite64 = 68, SYS_setresgid = 149, SYS_mremap = 216, SYS_msync = 227, SYS_mlock = 228,
       SYS_munlock = 229, SYS_mlockall = 230, SYS_munlockall = 231, SYS_mincore = 232, SYS_madvise = 233, SYS_mlock2 = 284 };
enum { PAGE = 4096, PAGES = WINDOW_PAGES, WORDS = PAGE / 8, FILE_PAGES = 64, FILES = 3, PR_SET_THP_DISABLE = 41, RLIMIT_MEMLOCK = 8 };
enum { MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20, MAP_NOREPLACE = 0x100000, MAP_LOCKED = 0x2000, MAP_NORESERVE = 0x4000, MAP_POPULATE = 0x8000 };
#define WINDOW 0x20000000ul
#define END (WINDOW + PAGES * PAGE)

/* Numbers: xorshift, one state for each process. */
static uword state;
static uword draw(void) { state ^= state >> 12; state ^= state << 25; state ^= state >> 27; return state * 0x2545f4914f6cdd1dul >> 16; }
static uword below(uword n) { return draw() % n; }
static uword page(void) { return WINDOW + below(PAGES) * PAGE; }
static uword some_pages(void) { return below(8) ? 1 + below(12) : 1 + below(96); }

static uword hash = 14695981039346656037ul;
static void mix(uword v) { hash = (hash ^ v) * 1099511628211ul; hash ^= hash >> 29; }

static char out[1 << 14]; static int used, telling;
static void flush(void) { for (int i = 0; i < used;) i += (int)call(SYS_write, 1, out + i, used - i); used = 0; }
static void say(const char *s) { while (*s) out[used++] = *s++; if (used > 15000) flush(); }
static void decimal(word v) { char t[24]; int i = 24; uword u = v < 0 ? -(uword)v : (uword)v; t[--i] = 0; do t[--i] = '0' + u % 10; while (u /= 10); if (v < 0) t[--i] = '-'; say(t + i); }
static void hexadecimal(uword v) { char t[20]; int i = 20; t[--i] = 0; do t[--i] = "0123456789abcdef"[v & 15]; while (v >>= 4); say(t + i); }
/* An operation as it is told: addresses of the window in pages. */
static void tell(const char *name, uword a, uword b, uword c, uword d, word r) {
  uword args[4] = {a, b, c, d};
  mix(r);
  if (!telling) return;
  say(name);
  for (int i = 0; i < 4; i++) {
    say(" ");
    if (args[i] >= WINDOW && args[i] < END) { say("p"); decimal((args[i] - WINDOW) / PAGE); if (args[i] % PAGE) say("+"), decimal(args[i] % PAGE); }
    else hexadecimal(args[i]);
  }
  say(" = "); hexadecimal(r); say("\n");
}

/* Accesses, and what they met: 0, or signal * 16 + code. */
static volatile word met;
static void handler(int s, struct info *info, struct context *c) { met = s * 16 + info->code; c->pc += 4; }
static uword load(uword at) { uword v = 0; __asm__ volatile("ld %0, 0(%1)" : "+r"(v) : "r"(at)); return v; }
static void store(uword at, uword v) { __asm__ volatile("sd %1, 0(%0)" : : "r"(at), "r"(v) : "memory"); }
static uword page_hash(uword at) {
  met = 0; uword h = load(at);
  if (met) return met;
  for (int i = 0; i < WORDS; i++) h = (h ^ ((volatile uword *)at)[i]) * 0x100000001b3ul;
  return h ^ h >> 31;
}
static void check_range(uword at, uword end) {
  for (; at < end && at < END; at += PAGE) { met = 0; uword v = load(at); mix(met ? (uword)met : v); }
}
static void check_some(uword count) { while (count--) mix(page_hash(page())); }
static void check_all(void) { for (uword at = WINDOW; at < END; at += PAGE) mix(page_hash(at)); }

/* A hash of the window's lines of /proc/self/maps up to the device: which ranges are one mapping, too. */
static char text[1 << 17];
static uword maps_hash(int show) {
  uword h = 0;
  word fd = call(SYS_openat, AT_FDCWD, show ? "/proc/self/smaps" : "/proc/self/maps", 0, 0), n = 0, got;
  while ((got = call(SYS_read, fd, text + n, sizeof text - 1 - n)) > 0) n += got;
  text[n] = 0; call(SYS_close, fd);
  for (char *s = text; *s; s++) {
    char *line = s; int spaces = 0;
    while (*s != '\n') s++;
    if (show && line[0] == 'V' && line[1] == 'm' && line[2] == 'F') say("    "), *s = 0, say(line), *s = '\n', say("\n");
    if (line[0] != '2' || line[1] != '0' || line[8] != '-') continue;
    for (char *c = line; spaces < 3; c++) { h = (h ^ *c) * 0x100000001b3ul; spaces += *c == ' '; }
    if (show) { char end = *s; *s = 0; say("    "); say(line); say("\n"); *s = end; }
  }
  return h;
}

static void show_window(void) {
  maps_hash(1);
  for (int i = 0; i < PAGES; i++) { uword h = page_hash(WINDOW + i * PAGE); if (h != 11 * 16 + 1) say("    p"), decimal(i), say(" "), hexadecimal(h), say("\n"); }
}

static int fds[FILES];
static int file(void) { return (int)below(FILES); }
static word back(const char *, word, uword);

static const int PROTECTIONS[] = {3, 3, 3, 3, 3, 1, 1, 0, 2, 5, 7};
static void map(int placed) {
  uword at = page(), length = some_pages() * PAGE, prot = PROTECTIONS[below(11)], kind = below(8), flags = kind < 4 || kind == 6 ? MAP_PRIVATE : MAP_SHARED;
  int fd = -1; uword offset = 0;
  if (kind < 3 || kind == 4) flags |= MAP_ANONYMOUS; else { int f = file(); fd = fds[f]; offset = below(FILE_PAGES) * PAGE; if (f == 2 && below(3)) offset = 0; }
  if (!below(6)) flags |= MAP_POPULATE;
  if (!below(10)) flags |= MAP_LOCKED;
  if (!below(6)) flags |= MAP_NORESERVE;
  if (placed) flags |= MAP_FIXED; else if (below(2)) flags |= MAP_NOREPLACE;
  if (at + length > END) length = END - at;
  if (!below(40)) length = 0;
  word r = call(SYS_mmap, at, length, prot, flags, fd, offset);
  tell("mmap", at, length, prot << 32 | flags, offset << 8 | (u8)fd, back("placed", r, length));
  check_range(at, at + length);
}
/* A mapping that the kernel placed goes to a place of the window. */
static word back(const char *why, word r, uword length) {
  if ((r < 0 && r >= -4095) || ((uword)r >= WINDOW && (uword)r < END)) return r;
  uword at = WINDOW + below(PAGES - (length / PAGE < PAGES ? length / PAGE : PAGES - 1)) * PAGE;
  word moved = call(SYS_mremap, r, length, length, 3, at);
  tell(why, at, length, 0, 0, moved);
  if (moved < 0 && moved >= -4095) call(SYS_munmap, r, length);
  return 1;
}

static void range(uword *at, uword *length) {
  *at = page(); *length = some_pages() * PAGE;
  if (*at + *length > END) *length = END - *at;
  if (!below(50)) *at += 1 + below(4095);
  if (!below(30)) *length -= below(PAGE);
}
static void unmap(void) { uword at, length; range(&at, &length); if (below(3)) length = length / 4 & -PAGE; tell("munmap", at, length, 0, 0, call(SYS_munmap, at, length)); }
static void protect(void) {
  uword at, length, prot = PROTECTIONS[below(11)]; range(&at, &length);
  tell("mprotect", at, length, prot, 0, call(SYS_mprotect, at, length, prot));
  check_range(at & -PAGE, at + length);
}

/* MADV_FREE leaves each page as it was or zero; then it is written, or dropped where that is not allowed. */
static void free_lazily(uword at, uword length) {
  static uword before[128]; static uword zero;
  if (!zero) { static u8 empty[2 * PAGE]; zero = page_hash((uword)empty + PAGE - 1 & -PAGE); }
  at &= -PAGE;
  uword end = at + length + PAGE - 1 & -PAGE, i = 0;
  for (uword a = at; a < end; a += PAGE) before[i++] = page_hash(a);
  word r = call(SYS_madvise, at, length, 8);
  tell("free", at, length, 0, 0, r);
  i = 0;
  for (uword a = at; a < end; a += PAGE, i++) {
    uword after = page_hash(a);
    if (after != before[i] && after != zero) say("a page after MADV_FREE is neither old nor zero\n");
  }
  for (uword a = at; a < end; a += PAGE) {
    met = 0; store(a, a);
    if (met) mix(met), tell("drop", a, PAGE, 0, 0, call(SYS_madvise, a, PAGE, 4));
    else for (int w = 0; w < WORDS; w++) ((volatile uword *)a)[w] = a + w * 3;
  }
}
static const int ADVICES[] = {0, 1, 2, 3, 4, 4, 4, 4, 8, 8, 9, 10, 11, 16, 17, 18, 19, 20, 20, 21, 21, 21, 22, 23, 24, 77};
static void advise(void) {
  uword at, length; int advice = ADVICES[below(26)]; range(&at, &length);
  if (advice == 8) { free_lazily(at, length); return; }
  tell("madvise", at, length, advice, 0, call(SYS_madvise, at, length, advice));
  check_range(at & -PAGE, at + length);
}
static void remap(void) {
  static const int ways[] = {0, 1, 1, 3, 3, 3, 5, 7, 2, 4};
  uword at = page(), before = below(4) ? 1 + below(6) : some_pages(), after = below(3) ? before : 1 + below(12), flags = ways[below(10)], to = page();
  if (flags & 4 && below(8)) after = before;
  if (!below(40)) before = 0;
  if (at + before * PAGE > END) before = (END - at) / PAGE;
  if (to + after * PAGE > END) to = END - after * PAGE;
  /* In place, it must not grow out of the window. */
  if (at + after * PAGE > END && !(flags & 2)) after = (END - at) / PAGE;
  word r = call(SYS_mremap, at, before * PAGE, after * PAGE, flags, to);
  tell("mremap", at, before << 32 | after, flags, to, back("moved", r, after * PAGE));
  check_range(at, at + before * PAGE); check_range(to, to + after * PAGE);
}
static void lock(void) {
  uword at, length; range(&at, &length);
  switch (below(8)) {
    case 0: case 1: case 2: tell("mlock", at, length, 0, 0, call(SYS_mlock, at, length)); break;
    case 3: case 4: tell("mlock2", at, length, 1, 0, call(SYS_mlock2, at, length, 1)); break;
    case 5: case 6: tell("munlock", at, length, 0, 0, call(SYS_munlock, at, length)); break;
    default: if (below(6)) tell("munlockall", 0, 0, 0, 0, call(SYS_munlockall)); else tell("mlockall", 2, 0, 0, 0, call(SYS_mlockall, below(2) ? 2 : 6));
  }
}
static void sync(void) { uword at, length, flags = below(8); range(&at, &length); tell("msync", at, length, flags, 0, call(SYS_msync, at, length, flags)); }
static void resident(void) { static u8 vector[PAGES]; uword at, length; range(&at, &length); tell("mincore", at, length, 0, 0, call(SYS_mincore, at, length, vector)); }

static void write_memory(void) {
  uword at = page(), end = at + some_pages() * PAGE, whole = !below(4), value = draw(), faults = 0;
  for (; at < end && at < END; at += PAGE) {
    met = 0;
    if (whole) { store(at, value); if (!met) for (int i = 0; i < WORDS; i++) ((volatile uword *)at)[i] = value + i; }
    else store(at + below(WORDS) * 8, value);
    faults = faults * 31 + met; value = value * 3 + 1;
  }
  tell("write", end, value, whole, 0, faults);
}
static void read_memory(void) {
  uword at = page(), end = at + (1 + below(6)) * PAGE, sum = 0;
  for (; at < end && at < END; at += PAGE) sum = sum * 31 + page_hash(at);
  tell("read", end, 0, 0, 0, sum);
}

/* Through the file: from and to a buffer of the program, or memory of the window within a page. */
static uword buffer[WORDS];
static uword place_in_page(uword length) { return below(2) ? (uword)buffer : page() + below(PAGE - length + 1); }
static void write_file(void) {
  uword length = 1 + below(PAGE), from = place_in_page(length), offset = below(FILE_PAGES * PAGE - PAGE), value = draw(); int f = (int)below(2);
  for (int i = 0; i < WORDS; i++) buffer[i] = value + i;
  tell("pwrite", f, from == (uword)buffer ? 0 : from, length, offset, call(SYS_pwrite64, fds[f], from, length, offset));
}
static void read_file(void) {
  uword length = 1 + below(PAGE), to = place_in_page(length), offset = below(FILE_PAGES * PAGE), sum = 0; int f = file();
  memset(buffer, 0, PAGE);
  word r = call(SYS_pread64, fds[f], to, length, offset);
  for (int i = 0; i < WORDS; i++) sum = sum * 31 + buffer[i];
  mix(sum); mix(page_hash(to & -PAGE));
  tell("pread", f, to == (uword)buffer ? 0 : to, length, offset, r);
}
static void truncate(void) {
  int f = (int)below(2); uword size = below(FILE_PAGES * PAGE);
  if (below(2)) size &= -PAGE;
  tell("truncate", f, size, 0, 0, call(SYS_ftruncate, fds[f], size));
  mix(call(SYS_lseek, fds[f], 0, 2));
}

/* Children: one that acts while the parent waits, and some that keep their memory as it was and look at it later. */
static void step(int in_child);
static void act_in_child(void) {
  int ends[2]; uword seed = draw() | 1, steps = 1 + below(12), told = 0;
  flush(); call(SYS_pipe2, ends, 0);
  word pid = fork();
  if (pid == 0) {
    state = seed;
    while (steps--) step(1);
    check_some(48); flush();
    call(SYS_write, ends[1], &hash, 8); leave(3);
  }
  call(SYS_close, ends[1]);
  word got = call(SYS_read, ends[0], &told, 8); call(SYS_close, ends[0]);
  tell("child", steps, got, told, 0, told + wait_status(pid));
}
static struct { word pid; int go, told; } waiting[2];
static void keep(int which) {
  int go[2], told[2]; uword seed = draw() | 1;
  flush(); call(SYS_pipe2, go, 0); call(SYS_pipe2, told, 0);
  word pid = fork();
  if (pid == 0) {
    u8 byte; call(SYS_close, go[1]); call(SYS_close, told[0]);
    if (call(SYS_read, go[0], &byte, 1) != 1) leave(9);
    hash = state = seed;
    check_some(96); write_memory(); check_some(32); used = 0;
    call(SYS_write, told[1], &hash, 8); leave(5);
  }
  call(SYS_close, go[0]); call(SYS_close, told[1]);
  waiting[which].pid = pid; waiting[which].go = go[1]; waiting[which].told = told[0];
  tell("keep", which, 0, 0, 0, 0);
}
static void release(int which) {
  uword told = 0; word pid = waiting[which].pid;
  call(SYS_write, waiting[which].go, "", 1); call(SYS_read, waiting[which].told, &told, 8);
  call(SYS_close, waiting[which].go); call(SYS_close, waiting[which].told);
  waiting[which].pid = 0;
  tell("release", which, told, 0, 0, told + wait_status(pid));
}
static void family(int in_child) {
  if (in_child) return;
  int which = (int)below(2);
  if (below(3)) act_in_child(); else if (waiting[which].pid) release(which); else keep(which);
}

static void step(int in_child) {
  uword n = below(100);
  if (n < 14) map(1);
  else if (n < 17) map(0);
  else if (n < 22) unmap();
  else if (n < 30) protect();
  else if (n < 40) advise();
  else if (n < 48) remap();
  else if (n < 53) lock();
  else if (n < 56) sync();
  else if (n < 57) resident();
  else if (n < 77) write_memory();
  else if (n < 84) read_memory();
  else if (n < 89) write_file();
  else if (n < 94) read_file();
  else if (n < 96) truncate();
  else family(in_child);
}

static word number(const char *s) { word v = 0; while (*s) v = v * 10 + *s++ - '0'; return v; }
int main(int argc, char **argv, char **envp) {
  word count = number(argv[2]), from = argc > 4 ? number(argv[3]) : 1, to = argc > 4 ? number(argv[4]) : 0;
  uword few[2] = {64 * PAGE, 64 * PAGE};
  state = number(argv[1]) * 0x9e3779b97f4a7c15ul | 1;
  call(SYS_prctl, PR_SET_THP_DISABLE, 1);
  handle(SIGSEGV, handler, SA_SIGINFO | SA_NODEFER, 0); handle(SIGBUS, handler, SA_SIGINFO | SA_NODEFER, 0);
  fds[0] = (int)call(SYS_openat, AT_FDCWD, "/tmp/first", O_RDWR | O_CREAT | O_TRUNC, 0666);
  fds[1] = (int)call(SYS_openat, AT_FDCWD, "/tmp/second", O_RDWR | O_CREAT | O_TRUNC, 0666);
  /* A file that cannot be written, with bytes that are the same everywhere: this program. */
  fds[2] = (int)call(SYS_openat, AT_FDCWD, argv[0], 0, 0);
  call(SYS_setrlimit, RLIMIT_MEMLOCK, few);
  call(SYS_setresgid, 1000, 1000, 1000); call(SYS_setresuid, 1000, 1000, 1000);
  for (word i = 1; i <= count; i++) {
    telling = i >= from && i <= to;
    if (telling) decimal(i), say(" ");
    step(0);
    if (telling) { say("  "); hexadecimal(hash); say(" "); hexadecimal(maps_hash(0)); say("\n"); if (i == to) show_window(); }
    if (i % 100) continue;
    check_all(); decimal(i); say(" "); hexadecimal(hash); say(" "); hexadecimal(maps_hash(0)); say("\n");
  }
  for (int i = 0; i < 2; i++) if (waiting[i].pid) release(i);
  flush();
  return 0;
}
