/* madvise, mincore and msync of locked pages: arguments, holes, what becomes of content, fork, and who may see what. */
#include "residency.h"
enum { NORMAL, RANDOM, SEQUENTIAL, WILLNEED, DONTNEED, FREE = 8, REMOVE, DONTFORK, DOFORK, DONTDUMP = 16, DODUMP, WIPEONFORK, KEEPONFORK, COLD, PAGEOUT, POPULATE_READ, POPULATE_WRITE, DONTNEED_LOCKED };
static const int advices[] = { NORMAL, RANDOM, SEQUENTIAL, WILLNEED, DONTNEED, FREE, REMOVE, DONTFORK, DOFORK, DONTDUMP, DODUMP, WIPEONFORK, KEEPONFORK, COLD, PAGEOUT, POPULATE_READ, POPULATE_WRITE, DONTNEED_LOCKED };
enum { ADVICES = sizeof advices / sizeof *advices };
static void numbers(const char *name, word a, word b) { put(name); put(" "); put_word(a); put(": "); put_word(b); put("\n"); }
static word shared(word page, word pages, int prot) { return mmap(AT(page), pages * PAGE, prot, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0); }
static word mapped(word page, word pages, int prot, int type, int fd) { return mmap(AT(page), pages * PAGE, prot, type | MAP_FIXED, fd, 0); }
/* How many mappings the area consists of. */
static void mappings(void) {
  word count = 0, line = 1; read_text("/proc/self/maps");
  for (char *s = text; *s; line = *s++ == '\n') if (line && s[0] == '2' && s[8] == '-') count++;
  show("  mappings", count);
}

static void arguments(void) {
  title("arguments");
  for (int advice = -1; advice < 32; advice++) {
    if (advice >= 12 && advice <= 15 || advice == 25) continue; /* as the kernel was built */
    clear(); anonymous(0, 4); numbers("advice", advice, madvise(AT(0), 4 * PAGE, advice));
  }
  numbers("advice", 100, madvise(AT(0), PAGE, 100)); numbers("advice", 101, madvise(AT(0), PAGE, 101));
  for (int i = 0; i < ADVICES; i++) {
    int a = advices[i]; clear(); anonymous(0, 4);
    put("advice "); put_word(a); put(": odd "); put_word(madvise(AT(0) + 1, PAGE, a)); put(" none "); put_word(madvise(AT(0), 0, a));
    put(" none in a hole "); put_word(madvise(AT(9), 0, a)); put(" a byte "); put_word(madvise(AT(0), 1, a)); put(" -1 "); put_word(madvise(AT(0), -1, a));
    put(" -4096 "); put_word(madvise(AT(0), -PAGE, a)); put(" a hole "); put_word(madvise(AT(9), PAGE, a)); put(" end "); put_word(madvise(-PAGE, PAGE, a));
    put(" 2^63 "); put_word(madvise(1ul << 63, PAGE, a)); put("\n");
  }
  show("unknown and odd", madvise(AT(0) + 1, PAGE, 7)); show("unknown, none", madvise(AT(0), 0, 7));
}

static void holes(void) {
  title("over a hole");
  for (int i = 0; i < ADVICES; i++) {
    clear(); anonymous(0, 2); anonymous(3, 2); touch(0, 1); touch(4, 1);
    numbers("advice", advices[i], madvise(AT(0), 5 * PAGE, advices[i]));
    if (advices[i] != FREE && advices[i] != PAGEOUT) { resident(0, 2); resident(3, 2); }
    mappings();
    numbers("before the first", advices[i], madvise(AT(-1), 3 * PAGE, advices[i])); numbers("behind the last", advices[i], madvise(AT(4), 3 * PAGE, advices[i]));
  }
}

static void mapping_kinds(void) {
  title("kinds of mappings");
  word fd = file("/tmp/advised", 3, 100), reading = call(SYS_openat, AT_FDCWD, "/tmp/advised", 0, 0);
  for (int i = 0; i < ADVICES; i++) {
    int a = advices[i]; put("advice "); put_word(a);
    clear(); shared(0, 2, RW); put(": shared "); put_word(madvise(AT(0), 2 * PAGE, a));
    clear(); mapped(0, 2, RW, MAP_PRIVATE, fd); put(" private file "); put_word(madvise(AT(0), 2 * PAGE, a));
    clear(); mapped(0, 2, RW, MAP_SHARED, fd); put(" shared file "); put_word(a == REMOVE ? 0 : madvise(AT(0), 2 * PAGE, a));
    clear(); mapped(0, 2, PROT_READ, MAP_SHARED, reading); put(" read-only file "); put_word(madvise(AT(0), 2 * PAGE, a));
    clear(); mapped(0, 2, PROT_READ, MAP_SHARED, fd); put(" unwritable "); put_word(a == REMOVE ? 0 : madvise(AT(0), 2 * PAGE, a));
    clear(); mapped(0, 6, RW, MAP_SHARED, fd); put(" beyond the end "); put_word(madvise(AT(3), 3 * PAGE, a));
    clear(); anonymous(0, 2); mlock(AT(0), 2 * PAGE); put(" locked "); put_word(madvise(AT(0), 2 * PAGE, a));
    clear(); shared(0, 2, RW); mlock(AT(0), 2 * PAGE); put(" locked shared "); put_word(madvise(AT(0), 2 * PAGE, a));
    clear(); mmap(AT(0), 2 * PAGE, 0, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); put(" no access "); put_word(madvise(AT(0), 2 * PAGE, a));
    clear(); mmap(AT(0), 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); put(" readable "); put_word(madvise(AT(0), 2 * PAGE, a));
    clear(); mmap(AT(0), 2 * PAGE, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); put(" writable "); put_word(madvise(AT(0), 2 * PAGE, a));
    clear(); mmap(AT(0), 2 * PAGE, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0); put(" executable "); put_word(madvise(AT(0), 2 * PAGE, a));
    put("\n");
  }
  clear(); call(SYS_close, fd); call(SYS_close, reading);
}

static void dontneed(void) {
  title("MADV_DONTNEED");
  word fd = file("/tmp/dontneed", 3, 0);
  anonymous(0, 3); touch(0, 1); touch(1, 2); touch(2, 3);
  show("private", madvise(AT(1), PAGE, DONTNEED)); resident(0, 3); show("  holds", look(0)); show("  holds", look(1)); show("  holds", look(2));
  shared(0, 3, RW); touch(0, 1); touch(1, 2);
  show("shared", madvise(AT(0), 2 * PAGE, DONTNEED)); resident(0, 3); show("  holds", look(0)); show("  holds", look(1));
  mapped(0, 3, RW, MAP_PRIVATE, fd); touch(0, 1); touch(1, 2);
  show("private file", madvise(AT(0), PAGE, DONTNEED)); resident(0, 3); show("  holds", look(0)); show("  holds", look(1));
  mapped(0, 3, RW, MAP_SHARED, fd); touch(0, 1);
  show("shared file", madvise(AT(0), 3 * PAGE, DONTNEED)); resident(0, 3); show("  holds", look(0)); show("  holds", look(2));
  anonymous(0, 3); mlock(AT(1), PAGE); touch(0, 1); touch(1, 1);
  show("a locked one in between", madvise(AT(0), 3 * PAGE, DONTNEED)); show("  holds", look(0)); show("  holds", look(1));
  show("locked", madvise(AT(1), PAGE, DONTNEED_LOCKED)); resident(1, 1); locked(); show("  holds", look(1));
  word child; touch(0, 5); child = fork();
  if (child == 0) { madvise(AT(0), PAGE, DONTNEED); show("in the child", look(0)); leave(0); }
  wait_status(child); show("in the parent", look(0));
  anonymous(0, 3); touch(0, 1); protect(AT(0), PAGE, 0); show("no access", madvise(AT(0), PAGE, DONTNEED)); protect(AT(0), PAGE, RW); show("  holds", look(0));
  clear(); call(SYS_close, fd);
}

static void lazily_freed(void) {
  title("MADV_FREE");
  anonymous(0, 3); touch(0, 1); touch(1, 2);
  show("free", madvise(AT(0), 3 * PAGE, FREE)); touch(0, 7); show("  written holds", look(0)); int v = look(1); show("  other holds old or nothing", v == 2 || v == 0);
  mlock(AT(0), PAGE); show("locked", madvise(AT(0), PAGE, FREE)); munlock(AT(0), PAGE);
  word child = fork();
  if (child == 0) { show("after fork", madvise(AT(0), PAGE, FREE)); leave(0); }
  wait_status(child); show("  the parent's", look(0));
  clear();
}

static void forks(void) {
  title("fork");
  anonymous(0, 8); for (int i = 0; i < 8; i++) touch(i, i + 1);
  show("wipe", madvise(AT(1), PAGE, WIPEONFORK)); show("not", madvise(AT(2), PAGE, DONTFORK)); madvise(AT(3), PAGE, WIPEONFORK); show("keep", madvise(AT(3), PAGE, KEEPONFORK));
  madvise(AT(4), PAGE, DONTFORK); show("do", madvise(AT(4), PAGE, DOFORK)); mappings();
  word child = fork();
  if (child == 0) {
    resident(0, 2); resident(2, 1); resident(3, 2); mappings();
    for (int i = 0; i < 5; i++) if (i != 2) numbers("  child", i, look(i));
    touch(1, 9); word grand = fork(); if (grand == 0) { show("  wiped again", look(1)); leave(0); } wait_status(grand); show("  not there", look(1)); leave(0);
  }
  wait_status(child); for (int i = 0; i < 5; i++) numbers("parent", i, look(i));
  clear();
}

static void joins(void) {
  title("splitting and joining");
  /* Linux keeps touched and untouched memory apart: here all of it has been touched. */
  anonymous(0, 8); for (int i = 0; i < 8; i++) touch(i, 1); mappings();
  int pairs[][2] = { { RANDOM, NORMAL }, { SEQUENTIAL, NORMAL }, { DONTFORK, DOFORK }, { DONTDUMP, DODUMP }, { WIPEONFORK, KEEPONFORK }, { RANDOM, SEQUENTIAL }, { SEQUENTIAL, RANDOM } };
  for (int i = 0; i < 7; i++) {
    numbers("set", pairs[i][0], madvise(AT(2), 2 * PAGE, pairs[i][0])); mappings(); madvise(AT(4), PAGE, pairs[i][0]); mappings();
    madvise(AT(2), PAGE, pairs[i][1]); mappings(); madvise(AT(0), 8 * PAGE, pairs[i][1]); mappings(); madvise(AT(0), 8 * PAGE, NORMAL);
  }
  mlock(AT(2), 2 * PAGE); mappings(); mlock2(AT(3), PAGE, 1); mappings(); munlock(AT(0), 8 * PAGE); mappings();
  clear();
}

static void populate(void) {
  title("MADV_POPULATE_READ, MADV_POPULATE_WRITE");
  word fd = file("/tmp/advice-populated", 3, 0);
  for (int a = POPULATE_READ; a <= POPULATE_WRITE; a++) {
    anonymous(0, 4); show("private", madvise(AT(1), 2 * PAGE, a)); resident(0, 4);
    shared(0, 4, RW); show("shared", madvise(AT(1), 2 * PAGE, a)); resident(0, 4);
    mapped(0, 4, RW, MAP_PRIVATE, fd); show("private file", madvise(AT(0), 3 * PAGE, a)); show("  holds", look(2)); show("beyond its end", madvise(AT(0), 4 * PAGE, a));
    mapped(0, 4, RW, MAP_SHARED, fd); show("shared file", madvise(AT(0), 3 * PAGE, a)); show("beyond its end", madvise(AT(2), 2 * PAGE, a));
    anonymous(0, 4); protect(AT(1), PAGE, PROT_READ); protect(AT(2), PAGE, 0); show("over others", madvise(AT(0), 4 * PAGE, a)); resident(0, 4);
    clear(); mmap(AT(8), PAGE, RW, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0); show("below a stack", madvise(AT(7), 2 * PAGE, a)); clear();
    anonymous(0, 2); mlock2(AT(0), 2 * PAGE, 1); show("locked on fault", madvise(AT(0), 2 * PAGE, a)); resident(0, 2); clear();
  }
  call(SYS_close, fd);
}

static void remove_pages(void) {
  title("MADV_REMOVE");
  word fd = file("/tmp/removed", 4, 0); char byte = 0;
  mapped(0, 4, RW, MAP_SHARED, fd); mapped(4, 4, RW, MAP_PRIVATE, fd); touch(5, 99);
  show("removed", madvise(AT(1), 2 * PAGE, REMOVE)); resident(0, 4);
  for (int i = 0; i < 8; i++) numbers("  holds", i, look(i));
  call(67, fd, &byte, 1, PAGE); show("  read", byte); show("  size", call(62, fd, 0, 2)); touch(1, 'x'); call(67, fd, &byte, 1, PAGE); show("  written and read", byte);
  show("again", madvise(AT(1), 2 * PAGE, REMOVE)); call(67, fd, &byte, 1, PAGE); show("  read", byte);
  show("unwritable, but could be", protect(AT(0), 4 * PAGE, PROT_READ)); show("  removed", madvise(AT(0), PAGE, REMOVE)); show("  holds", look(0));
  shared(0, 2, RW); touch(0, 1); show("shared", madvise(AT(0), PAGE, REMOVE)); show("  holds", look(0));
  mlock(AT(0), PAGE); show("locked", madvise(AT(0), PAGE, REMOVE));
  shared(0, 2, RW); touch(0, 1); word child = fork(); if (child == 0) { madvise(AT(0), PAGE, REMOVE); leave(0); } wait_status(child); show("removed by the child", look(0));
  clear(); call(SYS_close, fd);
}

static void vectors(void) {
  title("mincore");
  unsigned char vec[16]; word fd = file("/tmp/seen", 3, 0);
  anonymous(0, 4); touch(2, 1); volatile char read = look(1); resident(0, 4);
  show("odd address", mincore(AT(0) + 1, PAGE, vec)); show("odd length", mincore(AT(0), PAGE + 1, vec)); show("none", mincore(AT(0), 0, vec)); show("none in a hole", mincore(AT(9), 0, vec));
  show("none, no vector", mincore(AT(0), 0, 0)); show("a hole", mincore(AT(9), PAGE, vec)); memset(vec, 7, 16);
  show("into a hole", mincore(AT(2), 4 * PAGE, vec)); show("  vector", vec[0]); show("  vector", vec[1]); show("  vector", vec[2]);
  show("no vector", mincore(AT(0), PAGE, 0)); show("no vector, a hole", mincore(AT(9), PAGE, 0)); show("vector at the end", mincore(AT(0), PAGE, -1)); show("both bad", mincore(-PAGE, PAGE, -1));
  show("length -1", mincore(AT(0), -1, vec)); show("length 2^63", mincore(AT(0), 1ul << 63, vec)); show("odd and long", mincore(AT(0) + 1, -1, vec)); show("a constant vector", mincore(AT(0), PAGE, "constant"));
  protect(AT(2), PAGE, 0); resident(0, 4); show("vector in it", mincore(AT(0), 2 * PAGE, AT(2)));
  mapped(0, 4, PROT_READ, MAP_SHARED, fd); resident(0, 3); mapped(0, 4, 0, MAP_PRIVATE, fd); resident(0, 3);
  shared(0, 4, RW); resident(0, 4); touch(1, 1); resident(0, 4); madvise(AT(0), 4 * PAGE, DONTNEED); resident(0, 4);
  clear(); call(SYS_close, fd);
}
static void others_file(void) { word fd = call(SYS_openat, AT_FDCWD, "/tmp/hidden", 0, 0); mapped(0, 4, PROT_READ, MAP_PRIVATE, fd); resident(0, 4); }

static void synchronise(void) {
  title("msync of locked pages");
  word fd = file("/tmp/synced", 3, 0);
  for (int flags = 0; flags < 8; flags++) {
    anonymous(0, 2); mlock(AT(1), PAGE); mapped(3, 2, RW, MAP_SHARED, fd);
    put("flags "); put_word(flags); put(": "); put_word(call(SYS_msync, AT(0), PAGE, flags)); put(" "); put_word(call(SYS_msync, AT(0), 2 * PAGE, flags)); put(" ");
    put_word(call(SYS_msync, AT(0), 4 * PAGE, flags)); put(" "); put_word(call(SYS_msync, AT(2), 2 * PAGE, flags)); mlock(AT(3), PAGE); put(" "); put_word(call(SYS_msync, AT(2), 2 * PAGE, flags)); put("\n"); clear();
  }
  call(SYS_close, fd);
}

int main(int argc, char **argv, char **envp) {
  arguments(); holes(); mapping_kinds(); dontneed(); lazily_freed(); forks(); joins(); populate(); remove_pages(); vectors();
  title("another's file"); word fd = file("/tmp/hidden", 2, 0); as_nobody(others_file); call(SYS_fchmod, fd, 0666); as_nobody(others_file);
  synchronise();
  return 0;
}
