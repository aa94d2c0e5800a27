/*
 * Does work on files that a script says, in several processes that share them, and prints the result of each piece:
 *
 *   file-work SCRIPT FOLDER [DEVICE]
 *
 * FOLDER is where DEVICE, an ext2 file system, is mounted first. A script has rounds, a round has groups, each of which works
 * in a folder of its own (g0, g1, ...) while the others do; a group has three processes, which take turns as its lines say.
 *
 *   !g    here begin the lines of a group              !e  the groups so far work, until all have ended
 *   !u    unmount and mount again                      !s  sync                     !x  unmount
 *   W...  process W (0 to 2) of the group does this:
 *
 *   o S FLAGS MODE NAME  open into slot S (0 to 2), which keeps what it has when that fails
 *   c S  close it        s S OFFSET WHENCE  lseek
 *   w S LENGTH SEED      write (SEED: what)            p S LENGTH SEED OFFSET  pwrite
 *   r S LENGTH           read                          g S LENGTH OFFSET       pread
 *   t S SIZE             ftruncate                     f S  fsync, D S  fdatasync, y  sync
 *   m S M LENGTH OFFSET HOW  map into M (0, 1): HOW 0 to be read, 1 shared to be written
 *   x M OFFSET LENGTH SEED   write through M, z M OFFSET LENGTH  read through it, both as far as the file goes
 *   v M FLAGS  msync     q M  munmap
 *   j S LENGTH OFFSET SEED   a private mapping for a moment: written, shown, and dropped
 *   u NAME FLAGS  unlinkat, d NAME MODE  mkdir, n A B  rename, l A B  link, k TARGET NAME  symlink, h NAME MODE  chmod
 *   L NAME  readlink     e NAME  what is in a directory, as a set      a NAME  lstat
 *   F COUNT              the next COUNT lines are done by a forked child
 *
 * What is printed: the group's number and the result; of bytes, how many and a hash of them.
 */
#include "../../programs/system.h"

enum { SYS_mount = 40, SYS_umount2 = 39, SYS_mknodat = 33, SYS_symlinkat = 36, SYS_linkat = 37, SYS_ftruncate = 46, SYS_chdir = 49,
       SYS_fchmodat = 53, SYS_getdents64 = 61, SYS_lseek = 62, SYS_pread64 = 67, SYS_pwrite64 = 68, SYS_readlinkat = 78, SYS_newfstatat = 79,
       SYS_fstat = 80, SYS_sync = 81, SYS_fsync = 82, SYS_fdatasync = 83, SYS_msync = 227, SYS_renameat2 = 276 };
enum { SLOTS = 3, MAPS = 2, WORKERS = 3, MOST_GROUPS = 8, BUFFER = 65536, PAGE = 4096, EBADF = 9 };

static char *script, *at;
static u8 buffer[BUFFER];
static int slots[SLOTS] = { -EBADF, -EBADF, -EBADF };
/* `file` is a descriptor of its own: the slot may be closed long before the mapping goes. */
static struct { u8 *base; word length, offset; int file; } maps[MAPS];
static int group, pipes[WORKERS][2];

static word number(void) {
  while (*at == ' ') at++;
  int negative = *at == '-'; word v = 0;
  if (negative) at++;
  while (*at >= '0' && *at <= '9') v = v * 10 + *at++ - '0';
  return negative ? -v : v;
}
static char *name(int which) {
  static char names[2][1024];
  char *to = names[which];
  while (*at == ' ') at++;
  while (*at != ' ' && *at != '\n') *to++ = *at++;
  *to = 0;
  return names[which];
}
static void next_line(void) { while (*at++ != '\n') ; }

static void fill(u8 *to, word n, word seed) { for (word i = 0; i < n; i++) to[i] = (u8)(seed + i * 7 + (i >> 8)); }
static u32 hash(const u8 *from, word n) { u32 h = 2166136261u; for (word i = 0; i < n; i++) h = (h ^ from[i]) * 16777619u; return h; }

/* One line by one call, so that lines of others do not get between. */
static char line[256], *end;
static void add(word v) {
  char b[24]; int i = 24; uword u = v < 0 ? -(uword)v : (uword)v;
  do b[--i] = '0' + u % 10; while (u /= 10);
  if (v < 0) b[--i] = '-';
  *end++ = ' ';
  while (i < 24) *end++ = b[i++];
}
static void add_bytes(const u8 *from, word n) { add(n); if (n > 0) add(hash(from, n)); }

static word size_of(int fd) { word s[16]; return call(SYS_fstat, fd, s) < 0 ? 0 : s[6]; }
static word least(word a, word b) { return a < b ? a : b; }

static void unmap(int m) {
  if (!maps[m].base) return;
  call(SYS_munmap, maps[m].base, maps[m].length);
  call(SYS_close, maps[m].file);
  maps[m].base = 0;
}
static void map(void) {
  int s = (int)number(), m = (int)number(); word length = number(), offset = number(), how = number();
  unmap(m);
  word base = call(SYS_mmap, 0, length, how ? 3 : 1, 1, slots[s], offset);
  add(base < 0 && base > -4096 ? base : 0);
  if (base < 0 && base > -4096) return;
  maps[m].base = (u8 *)base; maps[m].length = length; maps[m].offset = offset;
  maps[m].file = (int)call(SYS_fcntl, slots[s], 0, 0);
}
/* How much of `length` bytes from `from` on may be touched: pages beyond the file's end may not. */
static word touchable(int m, word from, word length) {
  if (!maps[m].base) return 0;
  word most = least(maps[m].length - from, size_of(maps[m].file) - maps[m].offset - from);
  return most < 0 ? 0 : least(length, most);
}
static void use_map(char how) {
  int m = (int)number(); word from = number(), n = touchable(m, from, number());
  if (how == 'z') add_bytes(maps[m].base + from, n);
  else { fill(maps[m].base + from, n, number()); add(n); }
}
static void private_map(void) {
  int s = (int)number(); word length = number(), offset = number(), seed = number();
  word base = call(SYS_mmap, 0, length, 3, 2, slots[s], offset);
  if (base < 0 && base > -4096) { add(base); return; }
  u8 *p = (u8 *)base; word n = least(length, size_of(slots[s]) - offset);
  if (n > 0) { fill(p + n / 3, n / 3, seed); add_bytes(p, n); add_bytes(buffer, call(SYS_pread64, slots[s], buffer, n, offset)); }
  call(SYS_munmap, p, length);
}
static void list_names(void) {
  word fd = call(SYS_openat, AT_FDCWD, name(0), 0200000, 0), count = 0, got, sum = 0;
  if (fd < 0) { add(fd); return; }
  while ((got = call(SYS_getdents64, fd, buffer, 2048)) > 0)
    for (word i = 0; i < got; i += *(unsigned short *)(buffer + i + 16)) {
      u8 *entry = buffer + i; word n = 0;
      while (entry[19 + n]) n++;
      if (n <= 2 && entry[19] == '.') continue;
      count++;
      sum += hash(entry + 18, n + 1) & 0xffffff;
    }
  call(SYS_close, fd);
  add(got); add(count); add(sum);
}
static void show_stat(void) {
  word s[16]; u32 *w = (u32 *)s; word r = call(SYS_newfstatat, AT_FDCWD, name(0), s, 0x100);
  add(r);
  if (r < 0) return;
  add(w[4]); add(w[5]);
  if ((w[4] & 0170000) != 0040000) add(s[6]);
}
static void open_slot(void) {
  int s = (int)number(); word flags = number(), mode = number();
  word fd = call(SYS_openat, AT_FDCWD, name(0), flags, mode);
  add(fd < 0 ? fd : 0);
  if (fd < 0) return;
  if (slots[s] >= 0) call(SYS_close, slots[s]);
  slots[s] = (int)fd;
}

static void work(char what) {
  int s; word a, b, c; char *from;
  switch (what) {
    case 'o': open_slot(); break;
    case 'c': s = (int)number(); add(call(SYS_close, slots[s])); slots[s] = -EBADF; break;
    case 's': s = (int)number(); a = number(); b = number(); add(call(SYS_lseek, slots[s], a, b)); break;
    case 'w': s = (int)number(); a = number(); fill(buffer, a, number()); add(call(SYS_write, slots[s], buffer, a)); break;
    case 'p': s = (int)number(); a = number(); fill(buffer, a, number()); add(call(SYS_pwrite64, slots[s], buffer, a, number())); break;
    case 'r': s = (int)number(); a = number(); add_bytes(buffer, call(SYS_read, slots[s], buffer, a)); break;
    case 'g': s = (int)number(); a = number(); add_bytes(buffer, call(SYS_pread64, slots[s], buffer, a, number())); break;
    case 't': s = (int)number(); add(call(SYS_ftruncate, slots[s], number())); break;
    case 'f': add(call(SYS_fsync, slots[number()])); break;
    case 'D': add(call(SYS_fdatasync, slots[number()])); break;
    case 'y': call(SYS_sync); add(0); break;
    case 'm': map(); break;
    case 'x': case 'z': use_map(what); break;
    case 'v': s = (int)number(); add(maps[s].base ? call(SYS_msync, maps[s].base, maps[s].length, number()) : 0); break;
    case 'q': unmap((int)number()); add(0); break;
    case 'j': private_map(); break;
    case 'u': from = name(0); add(call(SYS_unlinkat, AT_FDCWD, from, number())); break;
    case 'd': from = name(0); add(call(SYS_mkdirat, AT_FDCWD, from, number())); break;
    case 'h': from = name(0); add(call(SYS_fchmodat, AT_FDCWD, from, number())); break;
    case 'n': from = name(0); add(call(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, name(1), 0)); break;
    case 'l': from = name(0); add(call(SYS_linkat, AT_FDCWD, from, AT_FDCWD, name(1), 0)); break;
    case 'k': from = name(0); add(call(SYS_symlinkat, from, AT_FDCWD, name(1))); break;
    case 'L': add_bytes(buffer, call(SYS_readlinkat, AT_FDCWD, name(0), buffer, BUFFER)); break;
    case 'e': list_names(); break;
    case 'a': show_stat(); break;
    default: put("no such work\n"); leave(98);
  }
}

static void fork_child(void);

/* Does one line, whose first character has been taken. */
static void do_line(void) {
  char what = *at++;
  if (what == 'F') { fork_child(); return; }
  end = line;
  *end++ = '0' + group;
  work(what);
  *end++ = '\n';
  call(SYS_write, 1, line, end - line);
  next_line();
}
static void fork_child(void) {
  word count = number();
  next_line();
  word child = fork();
  if (child == 0) {
    while (count-- > 0) { at++; do_line(); }
    leave(0);
  }
  if (wait_status(child) != 0) { put("a child ended badly\n"); leave(97); }
  while (count-- > 0) next_line();
}

/* The turn is where in the script the next line is; -1: there is none any more. */
static void pass(int to, word turn) { call(SYS_write, pipes[to][1], &turn, sizeof turn); }
static void worker(int me) {
  for (word turn; call(SYS_read, pipes[me][0], &turn, sizeof turn) == sizeof turn && turn >= 0; pass(*at - '0', at - script)) {
    for (at = script + turn; *at == '0' + me;) { at++; do_line(); }
    if (*at >= '0' && *at <= '9') continue;
    for (int to = 0; to < WORKERS; to++) if (to != me) pass(to, -1);
    break;
  }
  for (int m = 0; m < MAPS; m++) unmap(m);
  leave(0);
}
static void lead(int number, word start) {
  char folder[3] = { 'g', '0' + number, 0 };
  group = number;
  call(SYS_mkdirat, AT_FDCWD, folder, 0755);
  if (call(SYS_chdir, folder) < 0) leave(96);
  for (int w = 0; w < WORKERS; w++) call(SYS_pipe2, pipes[w], 0);
  for (int w = 0; w < WORKERS; w++) if (fork() == 0) worker(w);
  pass(script[start] - '0', start);
  int status, bad = 0;
  while (call(SYS_wait4, -1, &status, 0, 0) > 0) if (status) bad = 1;
  leave(bad ? 95 : 0);
}
static void all_groups(const word *starts, int count) {
  int status, bad = 0;
  for (int g = 0; g < count; g++) if (fork() == 0) lead(g, starts[g]);
  while (call(SYS_wait4, -1, &status, 0, 0) > 0) if (status) bad = 1;
  if (bad) { put("a process ended badly\n"); leave(94); }
}

static const char *folder, *device;
static word unmount_device(void) { call(SYS_chdir, "/"); return call(SYS_umount2, folder, 0); }
static void mount_device(int again) {
  word r = 0;
  if (device && again) r = unmount_device();
  if (device && r == 0) r = call(SYS_mount, device, folder, "ext2", 0, "");
  if (r == 0) r = call(SYS_chdir, folder);
  if (r < 0) { show("mounting", r); leave(93); }
}

int main(int argc, char **argv, char **envp) {
  (void)envp;
  word starts[MOST_GROUPS]; int groups = 0;
  int fd = (int)call(SYS_openat, AT_FDCWD, argv[1], 0, 0);
  word size = size_of(fd);
  script = (char *)call(SYS_mmap, 0, size, 1, 2, fd, 0);
  folder = argv[2]; device = argc > 3 ? argv[3] : 0;
  call(166, 022);
  mount_device(0);
  for (at = script; at < script + size; ) {
    if (*at != '!') { next_line(); continue; }
    char what = at[1];
    next_line();
    if (what == 'g') starts[groups++] = at - script;
    if (what == 'e') { all_groups(starts, groups); groups = 0; }
    if (what == 'u') mount_device(1);
    if (what == 's') call(SYS_sync);
    if (what == 'x' && unmount_device() < 0) return 92;
  }
  return 0;
}
