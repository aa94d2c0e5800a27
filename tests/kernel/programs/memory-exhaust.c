/* Takes all the memory there is, in one way: memory-exhaust WAY [PAGES]. A child does it, while a bystander, who has little
   memory, must stay what he is; process 2 tells how the child ended. It prints "before" and "after" for whoever counts frames then. */
#include "system.h"

enum { SYS_mlockall = 230, SYS_shmget = 194, SYS_shmctl, SYS_shmat, SYS_memfd_create = 279, SYS_madvise = 233 };
enum { PAGE = 4096, BYSTANDERS = 4 };

static uword number(const char *s) { uword n = 0; while (*s) n = n * 10 + (*s++ - '0'); return n; }
static volatile uword *map(uword pages, word flags, word fd) {
  word at = call(SYS_mmap, 0, pages * PAGE, 3, flags, fd, 0);
  if (at < 0 && at > -4096) { show("mmap", at); leave(3); }
  return (volatile uword *)at;
}
static volatile uword *anonymous(uword pages) { return map(pages, 0x4022, -1); }
static void touch(volatile uword *at, uword pages) { for (uword i = 0; i < pages; i++) at[i * 512] = i + 1; }
static uword pages;

/* Larger than RAM, smaller than swap: slow, and that is all. */
static void thrash(void) {
  volatile uword *at = anonymous(pages);
  touch(at, pages);
  for (int round = 1; round < 3; round++)
    for (uword i = 0; i < pages; i++) { uword n = i * 37 % pages; if (at[n * 512] != n + round) leave(99); at[n * 512]++; }
}
static void take(void) { touch(anonymous(1 << 20), 1 << 20); }
static void lock(void) { call(SYS_mlockall, 2); touch(anonymous(1 << 20), 1 << 20); }
static void lock_first(void) { volatile uword *at = anonymous(1 << 20); call(SYS_mlockall, 1); at[0] = 1; }
static void populate(void) { map(1 << 20, 0xc022, -1); }
/* A table for each page. */
static void tables(void) { volatile uword *at = anonymous(1ul << 24); for (uword i = 0; i < 1ul << 15; i++) at[i << 18] = 1; }
/* The same by reading: no page at all but the one of zeroes. */
static void empty_tables(void) { volatile uword *at = anonymous(1ul << 24); for (uword i = 0; i < 1ul << 15; i++) (void)at[i << 18]; }
static void shared(void) { touch(map(1 << 20, 0x4021, -1), 1 << 20); }
static void segment(void) {
  for (;;) {
    word id = call(SYS_shmget, 0, 256 * PAGE, 01600);
    if (id < 0) { show("shmget", id); leave(4); }
    word at = call(SYS_shmat, id, 0, 0);
    call(SYS_shmctl, id, 0, 0);
    if (at < 0) { show("shmat", at); leave(4); }
    touch((volatile uword *)at, 256);
  }
}
static void fill(word fd) {
  static char block[PAGE];
  for (;;) { word n = call(SYS_write, fd, block, PAGE); if (n < 0) { show("write", n); leave(5); } }
}
static void memfd(void) { fill(call(SYS_memfd_create, "all", 0)); }
static void file(void) { fill(call(SYS_openat, AT_FDCWD, "/tmp/all", O_CREAT | O_RDWR, 0600)); }
static void pipes(void) {
  static char block[PAGE];
  for (int n = 0;; n++) {
    int ends[2];
    word r = call(SYS_pipe2, ends, 04000);
    if (r < 0) { show("pipe", r); leave(6); }
    while (call(SYS_write, ends[1], block, PAGE) > 0) {}
  }
}
/* Each child has children and as many pages as it is deep. */
static void bomb(void) {
  for (uword depth = 1; depth < pages; depth++) {
    word a = fork();
    if (a >= 0) touch(anonymous(4), 4);
  }
  while (call(SYS_wait4, -1, 0, 0, 0) > 0) {}
}
static void crash(void) {
  uword most[2] = { ~0ul, ~0ul };
  call(SYS_prlimit64, 0, 4, most, 0);
  touch(anonymous(pages), pages);
  *(volatile int *)8 = 1;
}

static const struct { const char *name; void (*run)(void); } WAYS[] = {
  { "thrash", thrash }, { "take", take }, { "lock", lock }, { "lock-first", lock_first }, { "populate", populate }, { "tables", tables },
  { "empty-tables", empty_tables }, { "shared", shared }, { "segment", segment }, { "memfd", memfd }, { "file", file },
  { "pipes", pipes }, { "bomb", bomb }, { "crash", crash },
};

static void bystander(int out) {
  volatile uword *at = anonymous(BYSTANDERS);
  touch(at, BYSTANDERS);
  call(SYS_write, out, "x", 1);
  for (;;) {
    rest(5 * MILLISECOND);
    for (uword i = 0; i < BYSTANDERS; i++) if (at[i * 512] != i + 1) leave(98);
  }
}
static void adjust(const char *text, uword n) {
  word fd = call(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY, 0);
  call(SYS_write, fd, text, n);
  call(SYS_close, fd);
}

int main(int argc, char **argv, char **envp) {
  int ends[2], status;
  char c;
  pages = argc > 2 ? number(argv[2]) : 0;
  call(SYS_pipe2, ends, 0);
  word other = fork();
  if (other == 0) bystander(ends[1]);
  adjust("-1000", 5);
  call(SYS_read, ends[0], &c, 1);
  put("before\n");
  word child = fork();
  if (child == 0) {
    adjust("0", 1);
    for (uword i = 0; i < sizeof WAYS / sizeof *WAYS; i++) if (same(argv[1], WAYS[i].name)) { WAYS[i].run(); leave(0); }
    leave(2);
  }
  show("status", wait_status(child));
  rest(50 * MILLISECOND);
  put("after\n");
  show("bystander", call(SYS_wait4, other, &status, WNOHANG, 0));
  send(other, SIGKILL);
  return 0;
}
