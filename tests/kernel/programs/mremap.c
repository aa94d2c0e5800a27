/* mremap: a matrix of arguments over one scene, then scenarios with the mappings, contents and limits that they leave. */
#include "residency.h"
enum { MAYMOVE = 1, MREMAP_FIXED = 2, DONTUNMAP = 4, MAP_NORESERVE_ = 0x4000, RLIMIT_DATA = 2, RLIMIT_AS = 9 };
static word remap(word at, word old, word size, word flags, word to) { return call(SYS_mremap, at, old, size, flags, to); }
static volatile int caught;
static void on_fault(int signo, struct info *info, struct context *c) { caught = signo; c->pc += 4; }
/* A page as a letter: '.' zero, '-' not mapped, '!' beyond the end. */
static char page_at(word at) {
  caught = 0;
  char c = *(volatile char *)at;
  return caught == SIGSEGV ? '-' : caught == SIGBUS ? '!' : c ? c : '.';
}
static void contents(word at, word pages) {
  char line[80];
  for (word i = 0; i < pages; i++) line[i] = page_at(at + i * PAGE);
  line[pages] = 0; put(line);
}
/* Where it is: in the area its page, elsewhere a star. */
static void result(word r) {
  if (r < 0 && r > -4096) put_word(r);
  else if (r >= BASE && r < AT(4096)) { put("page "); put_word((r - BASE) / PAGE); if (r % PAGE) put(" + some"); }
  else put("*");
}
static word hex(char **s) { word v = 0; for (; **s != '-' && **s != ' '; ++*s) v = v * 16 + (**s <= '9' ? **s - '0' : **s - 'a' + 10); return v; }
/* The area's lines of maps: first page, pages, rights, offset where there is a file. */
static void mappings(void) {
  read_text("/proc/self/maps");
  for (char *s = text; *s; s++) {
    word start = hex(&s); s++; word end = hex(&s); s++;
    char rights[5]; for (int i = 0; i < 5; i++) rights[i] = i < 4 ? *s++ : 0;
    s++; word offset = hex(&s);
    while (*s && *s != '\n') s++;
    if (start < BASE || end > AT(4096)) continue;
    put("  "); put_word((start - BASE) / PAGE); put("+"); put_word((end - start) / PAGE); put(" "); put(rights);
    if (offset) { put(" "); put_word(offset / PAGE); }
    put("\n");
  }
}
static int fd;
static void letters(word page, word pages, char first) { for (word i = 0; i < pages; i++) touch(page + i, first + i); }
/* a-d private | hole | ef shared | AB?! a file's pages, shared | gh private without reserve | ij private, read only */
static void scene(void) {
  call(SYS_munmap, BASE, 64 * PAGE);
  anonymous(0, 4); letters(0, 4, 'a');
  mmap(AT(6), 2 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0); letters(6, 2, 'e');
  mmap(AT(8), 4 * PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0);
  mmap(AT(12), 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE_ | MAP_FIXED, -1, 0); letters(12, 2, 'g');
  anonymous(14, 2); letters(14, 2, 'i'); protect(AT(14), 2 * PAGE, PROT_READ);
}
static void one(word at, word old, word size, word flags, word to) {
  scene();
  put_word(at / PAGE); put(at % PAGE ? "+ " : " "); put_word(old); put(" "); put_word(size); put(" "); put_word(flags); put(" "); put_word(to / PAGE); put(": ");
  word r = remap(BASE + at, old, size, flags, BASE + to);
  result(r); put(" "); contents(BASE, 32);
  if (r > 0 && (r < BASE || r >= AT(4096))) { put(" "); contents(r, size / PAGE > 8 ? 8 : (size + PAGE - 1) / PAGE); call(SYS_munmap, r, size); }
  put("\n");
}
static void matrix(void) {
  static const word starts[] = { 0, 1, 3, 4, 6, 7, 8, 13, 14 }, sizes[] = { 0, 1, 2, 4, 9 };
  for (int s = 0; s < 9; s++)
    for (int o = 0; o < 5; o++)
      for (int n = 1; n < 5; n++) {
        word at = starts[s] * PAGE, old = sizes[o] * PAGE, size = sizes[n] * PAGE;
        one(at, old, size, 0, 0);
        one(at, old, size, MAYMOVE, 0);
        if (n < 4 && o < 4) one(at, old, size, MAYMOVE | MREMAP_FIXED, 20 * PAGE);
        if (n < 4 && o < 4) one(at, old, size, MAYMOVE | MREMAP_FIXED, 7 * PAGE);
        if (o == n) one(at, old, size, MAYMOVE | DONTUNMAP, 24 * PAGE);
        if (o == n) one(at, old, size, MAYMOVE | MREMAP_FIXED | DONTUNMAP, 24 * PAGE);
      }
}
static void arguments(void) {
  title("arguments");
  for (word flags = 0; flags < 16; flags++) one(0, PAGE, PAGE, flags, 20 * PAGE);
  for (word flags = 0; flags < 8; flags++) one(0, PAGE, 2 * PAGE, flags, 20 * PAGE);
  one(1, PAGE, PAGE, 0, 0); one(0, 1, PAGE + 1, 0, 0); one(0, PAGE + 1, 1, 0, 0); one(0, PAGE, 0, MAYMOVE, 0);
  one(0, PAGE, PAGE, MAYMOVE | MREMAP_FIXED, 20 * PAGE + 1); one(0, PAGE, PAGE, MAYMOVE | DONTUNMAP, 20 * PAGE + 1);
  one(0, -1, PAGE, 0, 0); one(0, PAGE, -1, MAYMOVE, 0); one(0, PAGE, -PAGE, MAYMOVE, 0); one(0, -PAGE, PAGE, 0, 0);
  one(0, PAGE, 1l << 58, MAYMOVE, 0); one(0, 1l << 58, PAGE, MAYMOVE, 0); one(0, PAGE, 1l << 62, MAYMOVE, 0);
  one(0, 1l << 62, PAGE, MAYMOVE | MREMAP_FIXED, 20 * PAGE); one(0, PAGE, PAGE, MAYMOVE | MREMAP_FIXED, 1l << 60); one(0, PAGE, PAGE, MAYMOVE | MREMAP_FIXED, -PAGE - BASE);
  one(0, 4 * PAGE, 4 * PAGE, MAYMOVE | MREMAP_FIXED, 2 * PAGE); one(2 * PAGE, 2 * PAGE, 2 * PAGE, MAYMOVE | MREMAP_FIXED, PAGE);
  one(2 * PAGE, 2 * PAGE, 2 * PAGE, MAYMOVE | MREMAP_FIXED, 0); one(0, 2 * PAGE, 2 * PAGE, MAYMOVE | MREMAP_FIXED, 2 * PAGE);
  one(0, PAGE, 3 * PAGE, MAYMOVE | MREMAP_FIXED, PAGE); one(0, 3 * PAGE, PAGE, MAYMOVE | MREMAP_FIXED, 2 * PAGE);
  one(6 * PAGE, 0, 2 * PAGE, MAYMOVE | MREMAP_FIXED, 6 * PAGE); one(6 * PAGE, 0, 2 * PAGE, MAYMOVE | MREMAP_FIXED, 7 * PAGE);
  one(6 * PAGE, 0, 2 * PAGE, MAYMOVE | MREMAP_FIXED, 8 * PAGE); one(20 * PAGE, PAGE, PAGE, MAYMOVE | MREMAP_FIXED, 0);
}
static void step(const char *name, word r) { put(name); put(" = "); result(r); put(" "); contents(BASE, 24); put("\n"); }
static void places(void) {
  title("grow in place, between neighbours");
  call(SYS_munmap, BASE, 64 * PAGE); anonymous(0, 2); anonymous(4, 2); letters(0, 2, 'a'); letters(4, 2, 'e');
  step("into the hole", remap(BASE, 2 * PAGE, 4 * PAGE, 0, 0)); mappings();
  step("further", remap(BASE, 4 * PAGE, 5 * PAGE, 0, 0));
  title("a part of the middle goes elsewhere and comes back");
  call(SYS_munmap, BASE, 64 * PAGE); anonymous(0, 6); letters(0, 6, 'a');
  step("away", remap(AT(2), 2 * PAGE, 2 * PAGE, MAYMOVE | MREMAP_FIXED, AT(10))); mappings();
  step("back", remap(AT(10), 2 * PAGE, 2 * PAGE, MAYMOVE | MREMAP_FIXED, AT(2))); mappings();
  step("across what was one mapping", remap(AT(0), 6 * PAGE, 8 * PAGE, 0, 0));
  title("untouched memory that moves joins its new neighbours");
  call(SYS_munmap, BASE, 64 * PAGE); anonymous(0, 2); anonymous(10, 2);
  step("untouched", remap(AT(10), 2 * PAGE, 2 * PAGE, MAYMOVE | MREMAP_FIXED, AT(2))); mappings();
  call(SYS_munmap, BASE, 64 * PAGE); anonymous(0, 2); anonymous(10, 2); look(10);
  step("read", remap(AT(10), 2 * PAGE, 2 * PAGE, MAYMOVE | MREMAP_FIXED, AT(2))); mappings();
  call(SYS_munmap, BASE, 64 * PAGE); anonymous(0, 2); anonymous(10, 2); touch(10, 'k');
  step("written", remap(AT(10), 2 * PAGE, 2 * PAGE, MAYMOVE | MREMAP_FIXED, AT(2))); mappings();
  title("leave the old mapping");
  call(SYS_munmap, BASE, 64 * PAGE); anonymous(0, 4); letters(0, 4, 'a');
  step("part of it", remap(AT(1), 2 * PAGE, 2 * PAGE, MAYMOVE | MREMAP_FIXED | DONTUNMAP, AT(10))); mappings();
  touch(1, 'x'); step("after a write", 0);
  title("a file, beyond its end, and a duplicate");
  call(SYS_munmap, BASE, 64 * PAGE); mmap(AT(0), 2 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
  step("grow", remap(AT(0), 2 * PAGE, 5 * PAGE, 0, 0)); mappings();
  step("duplicate from the second page", remap(AT(1), 0, 2 * PAGE, MAYMOVE | MREMAP_FIXED, AT(10))); mappings();
  touch(10, 'z'); step("written through it", 0); touch(1, 'B');
  mmap(AT(16), 2 * PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0); touch(16, 'p');
  step("private copies move along", remap(AT(16), 2 * PAGE, 3 * PAGE, MAYMOVE | MREMAP_FIXED, AT(20))); mappings();
  title("protections stay");
  call(SYS_munmap, BASE, 64 * PAGE); anonymous(0, 2); letters(0, 2, 'a'); protect(AT(0), 2 * PAGE, 0);
  step("none", remap(AT(0), 2 * PAGE, 3 * PAGE, MAYMOVE | MREMAP_FIXED, AT(10)));
  protect(AT(10), 3 * PAGE, RW); step("again", 0); mappings();
  title("a mapping that grows down");
  call(SYS_munmap, BASE, 1024 * PAGE); mmap(AT(600), 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN, -1, 0); touch(600, 's');
  show("away", remap(AT(600), 2 * PAGE, 2 * PAGE, MAYMOVE | MREMAP_FIXED, AT(900)) - BASE); mappings();
  put("below it "); contents(AT(899), 1); contents(AT(899), 2); put("\n"); mappings();
  show("grow up to another", mmap(AT(903), PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN, -1, 0) - BASE);
  show("in place", remap(AT(900), 2 * PAGE, 3 * PAGE, 0, 0) - BASE); mappings();
  call(SYS_munmap, BASE, 1024 * PAGE);
}
static void fresh(void) { call(SYS_munmap, BASE, 1024 * PAGE); }
static void joining(void) {
  title("which neighbours become one: a lock in untouched memory");
  fresh(); anonymous(0, 8); show("lock", mlock(AT(2), 2 * PAGE)); mappings(); show("unlock", munlock(AT(0), 8 * PAGE)); mappings();
  title("protection there and back, the middle written, read, untouched");
  fresh(); anonymous(0, 6); touch(2, 'c'); protect(AT(2), 2 * PAGE, PROT_READ); mappings(); protect(AT(2), 2 * PAGE, RW); mappings();
  fresh(); anonymous(0, 6); protect(AT(2), 2 * PAGE, PROT_READ); look(2); protect(AT(2), 2 * PAGE, RW); mappings();
  fresh(); anonymous(0, 6); protect(AT(2), 2 * PAGE, PROT_READ); touch(0, 'a'); touch(5, 'f'); protect(AT(2), 2 * PAGE, RW); mappings();
  fresh(); anonymous(0, 6); protect(AT(2), 2 * PAGE, PROT_READ); touch(5, 'f'); protect(AT(2), 2 * PAGE, RW); mappings();
  fresh(); anonymous(0, 6); touch(0, 'a'); protect(AT(2), 2 * PAGE, 0); protect(AT(2), 2 * PAGE, RW); mappings();
  title("between two that were written: below, above, apart");
  fresh(); anonymous(0, 2); anonymous(4, 2); touch(0, 'a'); touch(4, 'e'); anonymous(2, 2); mappings();
  fresh(); anonymous(0, 2); anonymous(4, 2); touch(4, 'e'); anonymous(2, 2); mappings();
  fresh(); anonymous(0, 2); anonymous(4, 2); touch(0, 'a'); anonymous(2, 2); mappings();
  fresh(); anonymous(0, 2); anonymous(4, 2); touch(0, 'a'); touch(4, 'e'); mmap(AT(2), 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); protect(AT(2), 2 * PAGE, RW); mappings();
  fresh(); mmap(AT(0), 6 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); protect(AT(0), 2 * PAGE, RW); protect(AT(4), 2 * PAGE, RW); touch(0, 'a'); touch(4, 'e'); protect(AT(2), 2 * PAGE, RW); mappings();
  title("a neighbour's family");
  fresh(); anonymous(0, 2); touch(0, 'a'); anonymous(2, 2); protect(AT(2), 2 * PAGE, PROT_READ); touch(1, 'b'); mappings(); protect(AT(2), 2 * PAGE, RW); mappings();
  fresh(); anonymous(0, 4); protect(AT(2), 2 * PAGE, PROT_READ | PROT_EXEC); touch(0, 'a'); protect(AT(2), 2 * PAGE, RW | PROT_EXEC); touch(2, 'c'); protect(AT(2), 2 * PAGE, RW); mappings();
  title("a private file");
  fresh(); mmap(AT(0), 3 * PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0); protect(AT(1), PAGE, PROT_READ); touch(0, 'x'); protect(AT(1), PAGE, RW); mappings(); touch(2, 'y'); protect(AT(1), PAGE, PROT_READ); mappings(); protect(AT(1), PAGE, RW); mappings();
  title("in a child");
  fresh(); anonymous(0, 4); touch(0, 'a'); anonymous(8, 4); mmap(AT(20), 4 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE, -1, 0);
  word child = fork();
  if (child == 0) {
    anonymous(4, 2); mappings(); protect(AT(1), PAGE, PROT_READ); protect(AT(1), PAGE, RW); mappings(); anonymous(12, 2); mappings(); touch(21, 'v');
    anonymous(24, 1); touch(24, 'w'); mappings(); show("grow", remap(AT(20), 4 * PAGE, 5 * PAGE, 0, 0)); protect(AT(5), PAGE, PROT_READ); touch(4, 'e'); protect(AT(5), PAGE, RW); mappings(); leave(0);
  }
  show("child", wait_status(child)); anonymous(4, 2); mappings();
  title("System V");
  word id = call(194, 0, 2 * PAGE, 0600); fresh(); show("attach", call(196, id, AT(0), 0) - BASE);
  step("grow in place", remap(AT(0), 2 * PAGE, 3 * PAGE, 0, 0)); mappings();
  step("grow elsewhere", remap(AT(0), 2 * PAGE, 4 * PAGE, MAYMOVE | MREMAP_FIXED, AT(8))); mappings(); call(195, id, 0, 0); fresh();
}
static void sized(int what, uword bytes) { uword l[2] = { bytes, 1ul << 40 }; call(SYS_setrlimit, what, l); }
static void limited(void) {
  title("limits");
  call(SYS_munmap, BASE, 64 * PAGE); anonymous(0, 4); letters(0, 4, 'a');
  word size = status("VmSize") * 1024, data = status("VmData") * 1024;
  sized(RLIMIT_AS, size + PAGE);
  step("one page more", remap(AT(0), 4 * PAGE, 5 * PAGE, 0, 0)); step("two", remap(AT(0), 5 * PAGE, 6 * PAGE, MAYMOVE, 0));
  step("move", remap(AT(0), 5 * PAGE, 5 * PAGE, MAYMOVE | MREMAP_FIXED, AT(10)));
  step("without unmapping", remap(AT(10), 5 * PAGE, 5 * PAGE, MAYMOVE | MREMAP_FIXED | DONTUNMAP, AT(0)));
  sized(RLIMIT_AS, 1ul << 40); sized(RLIMIT_DATA, data + 2 * PAGE);
  step("data", remap(AT(10), 5 * PAGE, 6 * PAGE, 0, 0)); step("more data", remap(AT(10), 6 * PAGE, 7 * PAGE, 0, 0));
  protect(AT(10), 6 * PAGE, PROT_READ); step("not data", remap(AT(10), 6 * PAGE, 9 * PAGE, 0, 0));
  show("data again", protect(AT(10), 9 * PAGE, RW)); sized(RLIMIT_DATA, 1ul << 40);
}
static void locks(void) {
  title("locked");
  call(SYS_munmap, BASE, 64 * PAGE); anonymous(0, 4); limit(6);
  show("lock", mlock(AT(0), 4 * PAGE)); locked();
  step("grow", remap(AT(0), 4 * PAGE, 6 * PAGE, 0, 0)); resident(0, 6); locked();
  step("beyond the limit", remap(AT(0), 6 * PAGE, 7 * PAGE, MAYMOVE, 0)); locked();
  step("move and shrink", remap(AT(0), 6 * PAGE, 5 * PAGE, MAYMOVE | MREMAP_FIXED, AT(10))); resident(10, 5); locked();
  step("move and grow", remap(AT(10), 5 * PAGE, 6 * PAGE, MAYMOVE | MREMAP_FIXED, AT(0))); resident(0, 6); locked();
  step("leave", remap(AT(0), 6 * PAGE, 6 * PAGE, MAYMOVE | MREMAP_FIXED | DONTUNMAP, AT(10))); resident(10, 6); locked();
  show("unlock", munlock(AT(10), 6 * PAGE)); locked();
}
int main(int argc, char **argv, char **envp) {
  handle(SIGSEGV, on_fault, SA_SIGINFO, 0); handle(SIGBUS, on_fault, SA_SIGINFO, 0);
  fd = file("/tmp/remap", 2, 100);
  arguments(); title("matrix"); matrix(); places(); joining();
  apart(limited); as_nobody(locks);
  return 0;
}
