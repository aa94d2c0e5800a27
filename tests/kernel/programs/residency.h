/* What the programs about locked, advised and resident memory share. */
#include "system.h"
enum { SYS_ftruncate_ = 46, SYS_pwrite64_ = 68, SYS_mremap = 216, SYS_msync = 227, SYS_mlock = 228, SYS_munlock, SYS_mlockall, SYS_munlockall, SYS_mincore, SYS_madvise, SYS_mlock2 = 284 };
enum { PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4, RW = 3 };
enum { MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20, MAP_GROWSDOWN = 0x100, MAP_LOCKED = 0x2000, MAP_POPULATE = 0x8000, MAP_NONBLOCK = 0x10000 };
enum { MCL_CURRENT = 1, MCL_FUTURE = 2, MCL_ONFAULT = 4, RLIMIT_MEMLOCK = 8 };
#define PAGE 4096l
#define BASE 0x20000000l
#define AT(page) (BASE + (page) * PAGE)
static word mmap(word at, word length, int prot, int flags, int fd, word offset) { return call(SYS_mmap, at, length, prot, flags, fd, offset); }
/* Private anonymous memory at page `page` of the area. */
static word anonymous(word page, word pages) { return mmap(AT(page), pages * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); }
static word mlock(word at, word length) { return call(SYS_mlock, at, length); }
static word mlock2(word at, word length, int flags) { return call(SYS_mlock2, at, length, flags); }
static word munlock(word at, word length) { return call(SYS_munlock, at, length); }
static word mlockall(int flags) { return call(SYS_mlockall, flags); }
static word munlockall(void) { return call(SYS_munlockall); }
static word mincore(word at, word length, void *vec) { return call(SYS_mincore, at, length, vec); }
static word madvise(word at, word length, int advice) { return call(SYS_madvise, at, length, advice); }
static word protect(word at, word length, int prot) { return call(SYS_mprotect, at, length, prot); }
static void clear(void) { call(SYS_munlockall); call(SYS_munmap, BASE, 4096 * PAGE); }
/* Which of the pages are resident, as ones and zeroes; an error as a number. */
static void resident(word page, word pages) {
  unsigned char vec[128]; char text[129]; word r = mincore(AT(page), pages * PAGE, vec);
  put("  resident "); if (r < 0) { put_word(r); put("\n"); return; }
  for (word i = 0; i < pages; i++) text[i] = '0' + (vec[i] & 1);
  text[pages] = 0; put(text); put("\n");
}
static void touch(word page, int byte) { *(volatile char *)AT(page) = (char)byte; }
static int look(word page) { return *(volatile unsigned char *)AT(page); }
static char text[65536];
static word read_text(const char *path) {
  word fd = call(SYS_openat, AT_FDCWD, path, 0, 0), n = 0, r;
  if (fd < 0) return fd;
  while ((r = call(SYS_read, fd, text + n, sizeof text - 1 - n)) > 0) n += r;
  text[n] = 0; call(SYS_close, fd); return n;
}
/* The number behind a name at the beginning of a line of /proc/self/status, in its unit. */
static word status(const char *name) {
  read_text("/proc/self/status");
  for (char *s = text; *s; s++) {
    if (s != text && s[-1] != '\n') continue;
    const char *n = name; char *c = s; word v = 0;
    while (*n && *c == *n) c++, n++;
    if (*n || *c++ != ':') continue;
    while (*c == ' ' || *c == '\t') c++;
    while (*c >= '0' && *c <= '9') v = v * 10 + *c++ - '0';
    return v;
  }
  return -1;
}
static void locked(void) { put("  VmLck "); put_word(status("VmLck")); put(" kB\n"); }
static void limit(uword pages) { uword l[2] = { pages * PAGE, 8 << 20 }; show("  limit", call(SYS_setrlimit, RLIMIT_MEMLOCK, l)); }
/* A file of `pages` pages: page n is full of letter n; then `more` bytes. */
static word file(const char *path, word pages, word more) {
  static char page[PAGE];
  word fd = call(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_TRUNC, 0644);
  for (word i = 0; i <= pages; i++) { memset(page, 'A' + i, PAGE); call(SYS_pwrite64_, fd, page, i < pages ? PAGE : more, i * PAGE); }
  return fd;
}
/* Does it in a child that is nobody, so that what changes stays there. */
static void as_nobody(void (*body)(void)) {
  word child = fork();
  if (child == 0) { call(SYS_setgid, 1000); call(SYS_setuid, 1000); body(); leave(0); }
  show("  child", wait_status(child));
}
static void apart(void (*body)(void)) { word child = fork(); if (child == 0) { body(); leave(0); } show("  child", wait_status(child)); }
