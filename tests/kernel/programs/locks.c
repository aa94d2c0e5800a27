/* mlock, mlock2, munlock, mlockall, munlockall: arguments, limits, what becomes resident, holes, fork, exec, MCL_FUTURE. */
#include "residency.h"

static void arguments(void) {
  title("arguments");
  anonymous(0, 4); anonymous(6, 2);
  show("odd address and length", mlock(AT(0) + 100, 1)); resident(0, 4); locked();
  show("two pages by two bytes", mlock(AT(0) + PAGE - 1, 2)); resident(0, 4); locked();
  show("nothing", mlock(AT(0), 0)); show("nothing in a hole", mlock(AT(4), 0)); show("one byte in a hole", mlock(AT(4), 1));
  show("a hole behind", mlock(AT(2), 3 * PAGE)); locked(); resident(0, 4);
  show("a hole between", mlock(AT(0), 8 * PAGE)); locked();
  show("a hole before", mlock(AT(5), 2 * PAGE)); locked();
  show("length -1", mlock(AT(0), -1)); show("length -4096", mlock(AT(0), -PAGE)); show("length -4096 at 0", mlock(0, -PAGE));
  show("length 2^63", mlock(AT(0), 1ul << 63)); show("the last page", mlock(-PAGE, PAGE));
  show("munlock nothing", munlock(AT(0), 0)); show("munlock a hole between", munlock(AT(0), 8 * PAGE)); locked();
  show("munlock length -4096", munlock(AT(0), -PAGE)); show("munlock length -1", munlock(AT(0), -1));
  show("munlock a hole", munlock(AT(4), 1)); show("munlock odd", munlock(AT(6) + 5000, 1)); locked();
  for (int flags = -1; flags < 4; flags++) show("mlock2 flags", mlock2(AT(6), PAGE, flags));
  show("mlock2 bad flags in a hole", mlock2(AT(4), PAGE, 2));
  for (int flags = -1; flags < 9; flags++) { if (flags == 1 || flags == 3 || flags == 5 || flags == 7) continue; show("mlockall flags", mlockall(flags)); }
  show("munlockall", munlockall()); locked();
  clear();
}

static void nesting(void) {
  title("locks do not nest, and pages stay when unlocked");
  anonymous(0, 4);
  show("mlock", mlock(AT(0), 4 * PAGE)); show("again", mlock(AT(0), 4 * PAGE)); locked();
  show("munlock", munlock(AT(1), PAGE)); locked(); resident(0, 4);
  show("on fault", mlock2(AT(0), 4 * PAGE, 1)); locked();
  show("munlock", munlock(AT(0), 4 * PAGE)); locked(); resident(0, 4);
  show("munmap of locked pages", mlock(AT(0), 4 * PAGE)); call(SYS_munmap, AT(1), PAGE); locked();
  show("mapped over", anonymous(0, 1) - AT(0)); locked();
  clear(); locked();
}

static void kinds(void) {
  title("what becomes resident");
  word fd = file("/tmp/locked", 2, 100);
  mmap(AT(0), 4 * PAGE, 0, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  show("no access", mlock(AT(0), 4 * PAGE)); resident(0, 4); locked();
  mmap(AT(0), 4 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  show("read only", mlock(AT(0), 4 * PAGE)); resident(0, 4); locked();
  mmap(AT(0), 4 * PAGE, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  show("execute only", mlock(AT(0), 4 * PAGE)); resident(0, 4);
  mmap(AT(0), 4 * PAGE, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  show("write only", mlock(AT(0), 4 * PAGE)); resident(0, 4);
  mmap(AT(0), 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  show("shared", mlock(AT(0), 2 * PAGE)); resident(0, 4); locked();
  mmap(AT(0), 3 * PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0);
  show("a private file", mlock(AT(0), 3 * PAGE)); resident(0, 3); show("  holds", look(1));
  mmap(AT(0), 3 * PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0);
  show("a shared file", mlock(AT(0), 3 * PAGE)); resident(0, 3);
  mmap(AT(0), 5 * PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0);
  show("beyond its end", mlock(AT(0), 5 * PAGE)); locked();
  call(SYS_munlockall);
  anonymous(0, 4); touch(1, 1);
  show("on fault", mlock2(AT(0), 4 * PAGE, 1)); resident(0, 4); locked(); touch(3, 1); resident(0, 4);
  show("then at once", mlock(AT(0), 4 * PAGE)); resident(0, 4); locked();
  anonymous(0, 4); protect(AT(1), PAGE, 0);
  show("no access in the middle", mlock(AT(0), 4 * PAGE)); resident(0, 4); locked();
  mmap(AT(0), 4 * PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
  show("read only, then writable", mlock(AT(0), 4 * PAGE)); word before = status("RssAnon"); show("mprotect", protect(AT(0), 4 * PAGE, RW));
  show("  copied, kB", status("RssAnon") - before);
  clear(); call(SYS_close, fd);
}

static void mapping(void) {
  title("MAP_LOCKED, MAP_POPULATE");
  word fd = file("/tmp/populated", 3, 0);
  for (int shared = 0; shared < 2; shared++) {
    int type = MAP_FIXED | (shared ? MAP_SHARED : MAP_PRIVATE);
    mmap(AT(0), 4 * PAGE, RW, type | MAP_ANONYMOUS, -1, 0); resident(0, 4);
    mmap(AT(0), 4 * PAGE, RW, type | MAP_ANONYMOUS | MAP_POPULATE, -1, 0); resident(0, 4); locked();
    mmap(AT(0), 4 * PAGE, 0, type | MAP_ANONYMOUS | MAP_POPULATE, -1, 0); resident(0, 4);
    mmap(AT(0), 4 * PAGE, RW, type | MAP_ANONYMOUS | MAP_POPULATE | MAP_NONBLOCK, -1, 0); resident(0, 4);
    mmap(AT(0), 4 * PAGE, RW, type | MAP_ANONYMOUS | MAP_NONBLOCK, -1, 0); resident(0, 4);
    mmap(AT(0), 4 * PAGE, RW, type | MAP_ANONYMOUS | MAP_LOCKED, -1, 0); resident(0, 4); locked();
    mmap(AT(0), 4 * PAGE, RW, type | MAP_ANONYMOUS | MAP_LOCKED | MAP_NONBLOCK, -1, 0); resident(0, 4); locked();
    mmap(AT(0), 4 * PAGE, 0, type | MAP_ANONYMOUS | MAP_LOCKED, -1, 0); resident(0, 4); locked();
    show("a file populated", mmap(AT(0), 4 * PAGE, RW, type | MAP_POPULATE, fd, 0) - AT(0)); resident(0, 3);
    show("  holds", look(2));
    show("a file locked", mmap(AT(0), 4 * PAGE, RW, type | MAP_LOCKED, fd, PAGE) - AT(0)); resident(0, 2); locked();
    call(SYS_munmap, BASE, 16 * PAGE);
  }
  show("grows down, locked", mmap(AT(8), PAGE, RW, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_LOCKED | MAP_GROWSDOWN, -1, 0) - AT(8)); locked();
  touch(6, 1); locked(); resident(6, 3);
  clear(); call(SYS_close, fd);
}

static void limits_of_nobody(void) {
  anonymous(0, 8); anonymous(20, 8);
  limit(4);
  show("4 pages", mlock(AT(0), 4 * PAGE)); show("the same", mlock(AT(0), 4 * PAGE)); show("one more", mlock(AT(4), PAGE));
  show("overlapping", mlock(AT(1), 4 * PAGE)); show("on fault too", mlock2(AT(4), PAGE, 1)); locked();
  show("nothing", mlock(AT(4), 0)); show("a hole beyond the limit", mlock(AT(8), PAGE)); show("length -4096", mlock(AT(0), -PAGE));
  show("munlock one", munlock(AT(0), PAGE)); show("one more", mlock(AT(4), PAGE)); locked();
  show("MAP_LOCKED", mmap(AT(40), PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_LOCKED, -1, 0));
  show("MAP_LOCKED without a type", mmap(AT(40), PAGE, RW, MAP_ANONYMOUS | MAP_FIXED | MAP_LOCKED, -1, 0));
  show("mlockall(MCL_CURRENT)", mlockall(MCL_CURRENT)); locked();
  show("mlockall(MCL_FUTURE)", mlockall(MCL_FUTURE)); locked();
  show("mmap", mmap(AT(40), PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)); show("  not mapped", madvise(AT(40), PAGE, 0));
  show("munlock two", munlock(AT(1), 2 * PAGE));
  show("mmap", mmap(AT(40), PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) - AT(40)); resident(40, 1); locked();
  show("mmap of two", mmap(AT(42), 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
  show("over a locked one", mmap(AT(40), 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
  word end = call(SYS_brk, 0); end = (end + PAGE - 1) & -PAGE; call(SYS_brk, end); locked();
  show("brk by two", call(SYS_brk, end + 2 * PAGE) - end); show("brk by one", call(SYS_brk, end + PAGE) - end); locked();
  show("mremap by one", call(SYS_mremap, AT(40), PAGE, 2 * PAGE, 0)); locked();
  show("munlockall", munlockall()); locked();
  limit(0);
  show("limit 0: mlock", mlock(AT(0), PAGE)); show("mlock of nothing", mlock(AT(0), 0)); show("mlock2, bad flags", mlock2(AT(0), 0, 8));
  show("mlockall", mlockall(MCL_CURRENT)); show("mlockall, bad flags", mlockall(0)); show("munlock", munlock(AT(0), PAGE)); show("munlockall", munlockall());
  show("MAP_LOCKED", mmap(AT(40), PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_LOCKED, -1, 0));
  uword l[2] = { PAGE - 1, PAGE - 1 }; call(SYS_setrlimit, RLIMIT_MEMLOCK, l);
  show("less than a page: mlock", mlock(AT(0), 1)); show("mlockall", mlockall(MCL_FUTURE)); show("mmap", mmap(AT(50), PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
}
static void all_of_nobody(void) {
  limit(2000); show("all within the limit", mlockall(MCL_CURRENT)); show("  as much as is mapped", status("VmLck") >= 12 && status("VmLck") <= status("VmSize"));
}

static void grow_locked(void) {
  limit(4);
  mmap(AT(100), PAGE, RW, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_LOCKED | MAP_GROWSDOWN, -1, 0);
  touch(97, 1); locked(); resident(97, 4); touch(96, 1); locked();
}

static void inheritance(void) {
  title("fork and exec");
  anonymous(0, 4); mlock(AT(0), 2 * PAGE); mlock2(AT(2), 2 * PAGE, 1); locked();
  mlockall(MCL_FUTURE); anonymous(8, 2); locked();
  word child = fork();
  if (child == 0) { put("in the child\n"); locked(); anonymous(10, 2); locked(); resident(10, 2); mlock(AT(0), PAGE); locked(); leave(0); }
  wait_status(child); locked();
  clear();
}

static void future(void) {
  title("mlockall");
  anonymous(0, 4); anonymous(6, 2); protect(AT(6), PAGE, 0);
  word others = 0;
  show("on fault, current", mlockall(MCL_CURRENT | MCL_ONFAULT)); resident(0, 4);
  show("current", mlockall(MCL_CURRENT)); resident(0, 4); resident(6, 2); show("  all but the kernel's own", status("VmSize") - status("VmLck") > 0 && status("VmSize") - status("VmLck") <= 12);
  show("future", mlockall(MCL_FUTURE)); show("  what was locked stays", status("VmSize") - status("VmLck") <= 12);
  anonymous(10, 4); resident(10, 4);
  show("future, on fault", mlockall(MCL_FUTURE | MCL_ONFAULT)); anonymous(14, 4); resident(14, 4); touch(15, 1); resident(14, 4);
  show("  MAP_POPULATE", mmap(AT(18), 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE, -1, 0) - AT(18)); resident(18, 2);
  show("  MAP_LOCKED", mmap(AT(20), 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_LOCKED, -1, 0) - AT(20)); resident(20, 2);
  show("  mlock", mlock(AT(20), 2 * PAGE)); resident(20, 2);
  show("current only: no future any more", mlockall(MCL_CURRENT)); anonymous(22, 2); resident(22, 2);
  show("munlockall", munlockall()); locked();
  clear();
}

int main(int argc, char **argv, char **envp) {
  if (argc > 1) { put("after exec\n"); locked(); anonymous(10, 2); locked(); resident(10, 2); return 0; }
  arguments(); nesting(); kinds(); mapping();
  title("limits"); as_nobody(limits_of_nobody); as_nobody(all_of_nobody);
  title("a locked stack that grows to its limit"); as_nobody(grow_locked);
  inheritance(); future();
  title("exec"); mlockall(MCL_CURRENT | MCL_FUTURE);
  char *args[] = { "/t/locks", "again", 0 }; call(SYS_execve, args[0], args, envp);
  return 1;
}
