/*
 * Does what scripts say with files, several processes at once, and says what came of each line: the guest's part of the
 * campaigns with disks that stop, fail or are damaged (tests/campaigns).
 *
 *   disk-work SCRIPT...     a process for each script; a line of output is "PROCESS LINE RESULT"
 *
 * A line: a letter, then its words. S is a slot (0 to 7) with a descriptor, n a number, SEED what contents are made of.
 *   o S FLAGS NAME   open        c S      close              w S AT LENGTH SEED   pwrite   a S AT LENGTH SEED  write
 *   t S SIZE  ftruncate          T SIZE NAME  truncate       s S  fsync   d S  fdatasync     S   sync, and before it "PROCESS LINE b"
 *   r A B  rename   l A B  link  y TEXT NAME  symlink        u NAME  unlink   R NAME  rmdir  m NAME  mkdir
 *   p S AT LENGTH SEED HOW       stores through a shared mapping; HOW 1: msync of it all, 0: none
 *   v S AT LENGTH    pread: a sum of the bytes               V S AT LENGTH  the same through a mapping
 *   M FLAGS DISK NAME  mount ext2        U NAME  umount      g MILLISECONDS  sleeps
 *   W NAME  swapon   X NAME  swapoff     k  waits until all other scripts have ended
 *   f NAME          walks the tree, reads much of everything; the sum of what it found, errors included in it
 * -1000: a mapping was met with SIGBUS.
 */
#include "system.h"
enum { SYS_umount2 = 39, SYS_mount = 40, SYS_truncate = 45, SYS_ftruncate = 46, SYS_getdents64 = 61, SYS_pread64 = 67, SYS_pwrite64 = 68, SYS_readlinkat = 78,
       SYS_newfstatat = 79, SYS_sync = 81, SYS_fsync = 82, SYS_fdatasync = 83, SYS_symlinkat = 36, SYS_linkat = 37, SYS_renameat2 = 276,
       SYS_swapon = 224, SYS_swapoff = 225, SYS_msync = 227, PAGE = 4096, MOST = 1 << 19, MUCH = 12000, BUS = -1000 };
static u32 content[MOST / 4 + 2];
static char script[1 << 19], *at;
static word slots[8];
static volatile int bus;

static void skip(int signo, struct info *info, struct context *c) { bus = 1; c->pc += 4; }

/* Byte i of a file that is written with a seed: words of four bytes, so that it is quickly made. */
static u8 *make(uword from, uword length, u32 seed) {
  u32 first = from >> 2, last = (from + length + 3) >> 2;
  for (u32 i = first; i < last; i++) { u32 x = seed * 0x9e3779b1u + i * 0x85ebca6bu; content[i - first] = x ^ x >> 15; }
  return (u8 *)content + (from & 3);
}
static u32 sum(u32 before, const u8 *b, uword n) { while (n--) before = (before ^ *b++) * 0x01000193u; return before & 0x7fffffff; }

static word number(void) {
  word n = 0; int minus = 0;
  while (*at == ' ') at++;
  if (*at == '-') minus = 1, at++;
  while (*at >= '0' && *at <= '9') n = 10 * n + *at++ - '0';
  return minus ? -n : n;
}
static char *name(void) {
  while (*at == ' ') at++;
  char *n = at;
  while (*at && *at != ' ' && *at != '\n') at++;
  if (*at == ' ') *at++ = 0;
  return n;
}
static word *slot(void) { return &slots[number() & 7]; }

static word map(word fd, word from, word length, int prot) {
  word base = from & -PAGE;
  return call(SYS_mmap, 0, from + length - base, prot, 1, fd, base);
}
static word store(word fd, word from, word length, u32 seed, int how) {
  word base = from & -PAGE, m = map(fd, from, length, 3), result = 0;
  if (m < 0 && m > -4096) return m;
  u8 *bytes = make(from, length, seed), *to = (u8 *)(m + from - base);
  bus = 0;
  for (word i = 0; i < length && !bus; i++) *(volatile u8 *)(to + i) = bytes[i];
  if (bus) result = BUS;
  else if (how == 1) result = call(SYS_msync, m, from + length - base, 4);
  call(SYS_munmap, m, from + length - base);
  return result;
}
static word look(word fd, word from, word length) {
  word base = from & -PAGE, m = map(fd, from, length, 1);
  if (m < 0 && m > -4096) return m;
  u8 *b = (u8 *)(m + from - base); u32 s = 0x811c9dc5u;
  bus = 0;
  for (word i = 0; i < length && !bus; i++) { u8 one = *(volatile u8 *)(b + i); s = (s ^ one) * 0x01000193u; }
  call(SYS_munmap, m, from + length - base);
  return bus ? BUS : (word)(s & 0x7fffffff);
}
static word readAll(word fd, word from, word length) {
  u32 s = 0x811c9dc5u;
  while (length > 0) {
    word n = call(SYS_pread64, fd, content, length < MOST ? length : MOST, from);
    if (n < 0) return n;
    if (n == 0) break;
    s = sum(s, (u8 *)content, n); from += n; length -= n;
  }
  return s & 0x7fffffff;
}

/* The tree below an open directory, as far as it can be read; what it has is bounded, so that a damaged one is left again. */
struct entry { uword ino, off; unsigned short length; u8 type; char name[]; };
static word left;
static u32 walk(word dir, u32 s, int depth) {
  word buffer[256];
  for (;;) {
    word n = call(SYS_getdents64, dir, buffer, sizeof buffer);
    s = sum(s, (u8 *)&n, sizeof n);
    if (n <= 0) return s;
    for (word i = 0; i < n; i += ((struct entry *)((char *)buffer + i))->length) {
      struct entry *e = (struct entry *)((char *)buffer + i);
      word stat[16], result;
      if (e->name[0] == '.' && (!e->name[1] || e->name[1] == '.' && !e->name[2])) continue;
      if (--left <= 0) return s;
      result = call(SYS_newfstatat, dir, e->name, stat, 0x100);
      u32 mode = result ? 0 : ((u32 *)stat)[4] & 0170000;
      if (mode == 0120000) result = call(SYS_readlinkat, dir, e->name, content, 4096);
      else if (mode == 0100000 || mode == 0040000) {
        word fd = call(SYS_openat, dir, e->name, 0, 0);
        result = fd;
        if (fd >= 0) {
          word size = stat[6];
          result = mode == 0040000 ? depth < 12 ? walk(fd, s, depth + 1) : 0 : readAll(fd, 0, size < MUCH ? size : MUCH);
          if (mode == 0100000 && size > MUCH) result ^= readAll(fd, size - 5000, 5000);
          if (mode == 0100000 && size > 0) result ^= look(fd, size / 2, size < 5000 ? 1 : 2000);
          call(SYS_close, fd);
        }
      }
      s = sum(s, (u8 *)e->name, 1); s = sum(s, (u8 *)&result, sizeof result);
    }
  }
}
static word find(const char *path) {
  word dir = call(SYS_openat, AT_FDCWD, path, 0, 0);
  if (dir < 0) return dir;
  left = 70;
  u32 s = walk(dir, 0x811c9dc5u, 0);
  call(SYS_close, dir);
  return s & 0x7fffffff;
}

/* One write, so that lines of several processes do not mix. */
static void say(word process, word line, word result, int begins) {
  char text[80], digits[24]; int n = 0;
  word numbers[] = { process, line, result };
  for (int i = 0; i < (begins ? 2 : 3); i++) {
    uword u = numbers[i] < 0 ? -numbers[i] : numbers[i]; int d = 0;
    do digits[d++] = '0' + u % 10; while (u /= 10);
    if (numbers[i] < 0) text[n++] = '-';
    while (d > 0) text[n++] = digits[--d];
    text[n++] = i == 2 ? '\n' : ' ';
  }
  if (begins) text[n++] = 'b', text[n++] = '\n';
  call(SYS_write, 1, text, n);
}

static word perform(word process, word line, int pipe) {
  word *s, a, b, c, d; char *one, *two;
  switch (*at++) {
    case 'o': s = slot(); a = number(); one = name(); return *s = call(SYS_openat, AT_FDCWD, one, a, 0644);
    case 'c': return call(SYS_close, *slot());
    case 'w': s = slot(); a = number(); b = number(); return call(SYS_pwrite64, *s, make(a, b, number()), b, a);
    case 'a': s = slot(); a = number(); b = number(); return call(SYS_write, *s, make(a, b, number()), b);
    case 't': s = slot(); return call(SYS_ftruncate, *s, number());
    case 'T': a = number(); return call(SYS_truncate, name(), a);
    case 's': return call(SYS_fsync, *slot());
    case 'd': return call(SYS_fdatasync, *slot());
    case 'S': say(process, line, 0, 1); return call(SYS_sync);
    case 'r': one = name(); return call(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, name(), 0);
    case 'l': one = name(); return call(SYS_linkat, AT_FDCWD, one, AT_FDCWD, name(), 0);
    case 'y': one = name(); return call(SYS_symlinkat, one, AT_FDCWD, name());
    case 'u': return call(SYS_unlinkat, AT_FDCWD, name(), 0);
    case 'R': return call(SYS_unlinkat, AT_FDCWD, name(), 0x200);
    case 'm': return call(SYS_mkdirat, AT_FDCWD, name(), 0755);
    case 'p': s = slot(); a = number(); b = number(); c = number(); return store(*s, a, b, c, number());
    case 'v': s = slot(); a = number(); return readAll(*s, a, number());
    case 'V': s = slot(); a = number(); return look(*s, a, number());
    case 'M': a = number(); one = name(); return call(SYS_mount, one, name(), "ext2", a, 0);
    case 'U': return call(SYS_umount2, name(), 0);
    case 'g': rest(number() * MILLISECOND); return 0;
    case 'W': return call(SYS_swapon, name(), 0);
    case 'X': return call(SYS_swapoff, name());
    case 'f': return find(name());
    case 'k': while (call(SYS_read, pipe, content, 1) == 1) {} return 0;
  }
  return -9999;
}

static void work(const char *path, word process, int pipe) {
  word fd = call(SYS_openat, AT_FDCWD, path, 0, 0), n = 0, got;
  while ((got = call(SYS_read, fd, script + n, sizeof script - 1 - n)) > 0) n += got;
  call(SYS_close, fd);
  handle(SIGBUS, skip, SA_SIGINFO | SA_NODEFER, 0);
  at = script;
  for (word line = 0; *at; line++) {
    /* Names end where the line does. */
    char *end = at; while (*end != '\n') end++;
    *end = 0;
    word result = perform(process, line, pipe);
    say(process, line, result, 0);
    at = end + 1;
  }
}

int main(int argc, char **argv, char **envp) {
  int ends[2];
  word first = 0;
  call(SYS_pipe2, ends, 0);
  for (int i = 1; i < argc; i++) {
    word pid = fork();
    /* The first one can wait for the others: they hold the pipe open. */
    if (pid == 0) { call(SYS_close, ends[i == 1]); work(argv[i], i - 1, ends[0]); leave(0); }
    if (i == 1) first = pid, call(SYS_close, ends[0]);
  }
  call(SYS_close, ends[1]);
  int status = 0;
  for (int i = 1, one; i < argc; i++) { word pid = call(SYS_wait4, -1, &one, 0, 0); if (one) status = one; }
  return status ? 1 : 0;
}
