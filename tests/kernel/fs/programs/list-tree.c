/*
 * Mounts an ext2 file system and prints of each file in it the path, type and permissions, the number of names, what is no
 * directory also its size, and a hash of its contents or of where it leads:
 *
 *   list-tree DEVICE FOLDER
 */
#include "../../programs/system.h"
enum { SYS_mount = 40, SYS_umount2 = 39, SYS_getdents64 = 61, SYS_readlinkat = 78, SYS_newfstatat = 79 };
static u8 buffer[65536];
static void line_of(const char *path, int dir, const char *name) {
  word s[16]; u32 *w = (u32 *)s; u32 h = 2166136261u; word n;
  call(SYS_newfstatat, dir, name, s, 0x100);
  u32 type = w[4] & 0170000;
  if (type == 0120000) { n = call(SYS_readlinkat, dir, name, buffer, sizeof buffer); for (word i = 0; i < n; i++) h = (h ^ buffer[i]) * 16777619u; }
  if (type == 0100000) {
    word fd = call(SYS_openat, dir, name, 0, 0);
    while ((n = call(SYS_read, fd, buffer, sizeof buffer)) > 0) for (word i = 0; i < n; i++) h = (h ^ buffer[i]) * 16777619u;
    call(SYS_close, fd);
  }
  put(path); put("/"); put(name); put(" "); put_word(w[4]); put(" "); put_word(w[5]); put(" ");
  if (type != 0040000) put_word(s[6]);
  put(" "); put_word(h); put("\n");
}
static void walk(const char *path, int fd) {
  static u8 all[1 << 20]; static uword used;
  uword from = used; word got;
  while ((got = call(SYS_getdents64, fd, all + used, 4096)) > 0) used += got;
  uword to = used;
  for (uword i = from; i < to; i += *(unsigned short *)(all + i + 16)) {
    char *name = (char *)all + i + 19;
    if (name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]))) continue;
    line_of(path, fd, name);
    if (all[i + 18] == 4 || all[i + 18] == 0) {
      word inner = call(SYS_openat, fd, name, 0200000, 0);
      if (inner < 0) continue;
      char below[4096]; char *t = below;
      for (const char *s = path; *s; ) *t++ = *s++;
      *t++ = '/';
      for (const char *s = name; *s; ) *t++ = *s++;
      *t = 0;
      walk(below, inner);
      call(SYS_close, inner);
    }
  }
  used = from;
}
int main(int argc, char **argv, char **envp) {
  call(SYS_mkdirat, -100, argv[2], 0755);
  word r = call(SYS_mount, argv[1], argv[2], "ext2", 0, "");
  if (r < 0) { show("mount", r); return 1; }
  word root = call(SYS_openat, -100, argv[2], 0200000, 0);
  walk("", root);
  call(SYS_close, root);
  r = call(SYS_umount2, argv[2], 0);
  return r < 0;
}
