/* Many processes that do everything with memory at once, each against a model of what its pages hold:

     memory-stress SEED WORKERS OPERATIONS PAGES FLAGS

   Every result may be an error for want of memory, and every process but the first may be killed at any moment. What must
   not be is a page that holds something else than was written there: it is told ("BAD"). FLAGS: 1 transfers may fail,
   2 one more process takes swap areas away and gives them back, 4 cores are dumped, 8 children have children,
   16 mappings are populated when they are made. */
#include "system.h"

enum { SYS_ftruncate = 46, SYS_pread64 = 67, SYS_pwrite64 = 68, SYS_mremap = 216, SYS_swapon = 224, SYS_swapoff, SYS_msync = 227, SYS_mlock,
       SYS_munlock, SYS_mlockall, SYS_munlockall, SYS_mincore, SYS_madvise, SYS_shmget = 194, SYS_shmctl, SYS_shmat, SYS_shmdt,
       SYS_vm_readv = 270, SYS_vm_writev, SYS_memfd_create = 279 };
enum { PAGE = 4096, WORDS = PAGE / 8, MOST_PAGES = 1024, FILE_PAGES = 24, MOST_CHILDREN = 2, MOST_WORKERS = 16 };
enum { EINTR = 4, EIO = 5, EAGAIN = 11, ENOMEM = 12 };
enum { MAY_FAIL = 1, SWAPPER = 2, CORES = 4, DEEP = 8, EAGER = 16 };
#define WINDOW 0x20000000ul
#define BASE(page) (WINDOW + (uword)(page) * PAGE)

/* What is known of a page. UNKNOWN: others write there too. */
enum { NONE, PRIVATE, SHARED, FILE_PRIVATE, FILE_SHARED, UNKNOWN };
struct page { u8 kind, prot, freed, own; u32 tag; int index; };
static struct page model[MOST_PAGES];
static u32 content[FILE_PAGES];
static int file_pages, file, pages, flags, depth, children;
static word child_pids[MOST_CHILDREN];
/* One page that all have: others look at it, and write into the other one. */
static uword magic[WORDS] __attribute__((aligned(PAGE))), scratch[WORDS] __attribute__((aligned(PAGE)));
static struct shared { word pids[MOST_WORKERS]; } *all;

static uword state;
static uword draw(void) { state ^= state >> 12; state ^= state << 25; state ^= state >> 27; return state * 0x2545f4914f6cdd1dul >> 16; }
static uword below(uword n) { return draw() % n; }

/* Accesses. A transfer that failed is tried again; after many times the page is taken for lost. */
static volatile int met, tries;
static void handler(int signo, struct info *info, struct context *c) {
  if (signo == SIGBUS && ++tries < 64) return;
  met = signo;
  c->pc += 4;
}
static uword load(uword at) { uword v = 0; __asm__ volatile("ld %0, 0(%1)" : "+r"(v) : "r"(at)); return v; }
static void store(uword at, uword v) { __asm__ volatile("sd %1, 0(%0)" : : "r"(at), "r"(v) : "memory"); }
static int store_word(uword at, uword v) { met = tries = 0; store(at, v); return !met; }
static int load_word(uword at, uword *v) { met = tries = 0; *v = load(at); return !met; }

static void bad(const char *what, uword at, uword wanted, uword got) {
  char line[160], *s = line;
  const char *text[] = { "BAD ", what, " at ", 0, " wanted ", 0, " got ", 0, " in " , 0, "\n" };
  uword values[] = { at, wanted, got, (uword)self() };
  for (int i = 0, v = 0; i < 11; i++) {
    if (text[i]) { for (const char *t = text[i]; *t; t++) *s++ = *t; continue; }
    char b[17]; int n = 0; uword u = values[v++];
    do b[n++] = "0123456789abcdef"[u & 15]; while (u >>= 4);
    while (n) *s++ = b[--n];
  }
  call(SYS_write, 1, line, s - line);
  leave(99);
}

static const short PLACES[] = { 0, 201, 511 };
static uword value(u32 tag, int place) { return tag ? (uword)tag << 16 | place : 0; }
static int write_page(uword at, u32 tag) {
  for (int i = 0; i < 3; i++) if (!store_word(at + PLACES[i] * 8, value(tag, PLACES[i]))) return 0;
  return 1;
}
/* 1: as wanted; 0: it cannot be read now. */
static int verify_page(const char *what, uword at, u32 tag) {
  for (int i = 0; i < 3; i++) {
    uword v;
    if (!load_word(at + PLACES[i] * 8, &v)) return 0;
    if (v != value(tag, PLACES[i])) bad(what, at + PLACES[i] * 8, value(tag, PLACES[i]), v);
  }
  return 1;
}

static int in_file(struct page *m) { return m->kind == FILE_PRIVATE || m->kind == FILE_SHARED; }
static int beyond(struct page *m) { return in_file(m) && m->index >= file_pages; }
static u32 *tag_of(struct page *m) {
  if (m->kind == FILE_SHARED || (m->kind == FILE_PRIVATE && !m->own)) return &content[m->index];
  return &m->tag;
}
static void verify(int n) {
  struct page *m = &model[n];
  uword v;
  if (m->kind == NONE || m->kind == UNKNOWN || !(m->prot & 3) || beyond(m)) return;
  if (m->freed && m->tag) {
    if (!load_word(BASE(n), &v)) return;
    if (v == 0) m->tag = 0;
    /* It may go between two looks, as long as it has not been written to. */
    else if (v != value(m->tag, 0)) bad("freed", BASE(n), value(m->tag, 0), v);
    return;
  }
  verify_page(m->kind == PRIVATE ? "private" : m->kind == SHARED ? "shared" : "file", BASE(n), *tag_of(m));
}
static void verify_all(void) { for (int n = 0; n < pages; n++) verify(n); }

/* A page that may be half-written now (its write met an error) is nobody's. */
static void spoil(int n) {
  struct page *m = &model[n];
  if (in_file(m) && m->kind == FILE_SHARED) for (int i = 0; i < pages; i++) { if (in_file(&model[i])) model[i].kind = UNKNOWN; }
  m->kind = UNKNOWN;
}
static void touch(int n) {
  struct page *m = &model[n];
  if (m->kind == NONE || m->kind == UNKNOWN || !(m->prot & 2) || beyond(m)) return;
  u32 tag = (u32)draw() | 1;
  if (!write_page(BASE(n), tag)) { if (!(flags & MAY_FAIL)) bad("no room", BASE(n), 0, met); spoil(n); return; }
  if (m->kind == FILE_PRIVATE) m->own = 1;
  m->freed = 0;
  *tag_of(m) = tag;
}

/* Made resident for writing, as populating does: a private page of a file is a copy from then on. */
static void own(int n, int surely) {
  struct page *m = &model[n];
  if (m->kind != FILE_PRIVATE || m->own || !(m->prot & 2) || beyond(m)) return;
  if (!surely) { m->kind = UNKNOWN; return; }
  m->tag = content[m->index];
  m->own = 1;
}

static int is_failure(word r) { return r < 0 && r > -4096; }
/* Errors that are nobody's fault; all others are bugs of this program or of the kernel. */
static void expect(const char *what, uword at, word r) {
  if (!is_failure(r) || r == -ENOMEM || r == -EAGAIN) return;
  if (r == -EIO && flags & MAY_FAIL) return;
  if (r == -14 && flags & MAY_FAIL) return;
  bad(what, at, 0, (uword)-r);
}

static int first, count;
static void range(void) { first = (int)below(pages); count = 1 + (int)below(below(6) ? 12 : 64); if (first + count > pages) count = pages - first; }
static int mapped(void) { for (int n = first; n < first + count; n++) if (model[n].kind == NONE) return 0; return 1; }
static int all_of(int kind) { for (int n = first; n < first + count; n++) if (model[n].kind != kind) return 0; return 1; }

static void do_map(void) {
  static const u8 prots[] = { 0, 1, 3, 3, 3, 3, 7 };
  range();
  int kind = PRIVATE + (int)below(4), prot = prots[below(7)], index = (int)below(FILE_PAGES);
  if (kind == PRIVATE + 1 && below(3)) kind = PRIVATE;
  if (kind >= FILE_PRIVATE && depth > 0) kind = PRIVATE;
  int is_file = kind >= FILE_PRIVATE, how = 0x10 | (kind == SHARED || kind == FILE_SHARED ? 1 : 2);
  if (is_file && index + count > FILE_PAGES) count = FILE_PAGES - index;
  if (!is_file) how |= 0x20;
  if (!below(6)) how |= 0x8000;
  if (!below(8)) how |= 0x4000;
  word r = call(SYS_mmap, BASE(first), (uword)count * PAGE, prot, how, is_file ? file : -1, (uword)index * PAGE);
  expect("mmap", BASE(first), r);
  /* What was there may be gone though the new mapping failed. */
  for (int n = first; n < first + count; n++) {
    struct page fresh = { is_failure(r) ? UNKNOWN : kind, prot, 0, 0, 0, index + n - first };
    model[n] = fresh;
  }
  if (is_failure(r)) expect("munmap", BASE(first), call(SYS_munmap, BASE(first), (uword)count * PAGE));
  /* As far as there was memory. */
  else if (how & 0x8000 || flags & EAGER) for (int n = first; n < first + count; n++) own(n, 0);
}
static void do_unmap(void) {
  range();
  word r = call(SYS_munmap, BASE(first), (uword)count * PAGE);
  expect("munmap", BASE(first), r);
  if (!is_failure(r)) for (int n = first; n < first + count; n++) model[n].kind = NONE;
}
static void do_protect(void) {
  static const u8 prots[] = { 0, 1, 3, 3, 7 };
  range();
  if (!mapped()) return;
  int prot = prots[below(5)];
  word r = call(SYS_mprotect, BASE(first), (uword)count * PAGE, prot);
  expect("mprotect", BASE(first), r);
  /* After an error some of it may have changed. */
  for (int n = first; n < first + count; n++) { if (is_failure(r)) { if (model[n].kind != NONE) model[n].kind = UNKNOWN; } else model[n].prot = prot; }
}
static void do_remap(void) {
  range();
  int kind = model[first].kind, from = first, n = count;
  if (kind == NONE) return;
  for (int i = 1; i < n; i++) if (model[from + i].kind != kind) n = i;
  range();
  int to = first;
  if (to + n > pages) return;
  if (to < from + n && from < to + n) return;
  word r = call(SYS_mremap, BASE(from), (uword)n * PAGE, (uword)n * PAGE, 3, BASE(to));
  if (r == -14) { /* across mappings */ for (int i = 0; i < n; i++) if (model[to + i].kind != NONE) model[to + i].kind = UNKNOWN; return; }
  expect("mremap", BASE(from), r);
  for (int i = 0; i < n; i++) {
    if (is_failure(r)) { model[to + i].kind = UNKNOWN; continue; }
    model[to + i] = model[from + i];
    model[from + i].kind = NONE;
  }
}
static void do_advise(void) {
  static const u8 advices[] = { 0, 1, 2, 3, 4, 8, 20, 21, 21, 20, 22, 23 };
  range();
  if (!mapped()) return;
  int advice = advices[below(12)];
  if ((advice == 4 || advice == 8) && !all_of(PRIVATE)) advice = 21;
  for (int n = first; n < first + count; n++) if (advice >= 22 && (beyond(&model[n]) || !(model[n].prot & 2) || model[n].kind == UNKNOWN)) return;
  word r = call(SYS_madvise, BASE(first), (uword)count * PAGE, advice);
  if (r == -22 && (advice == 4 || advice == 8 || advice >= 20)) return; /* locked */
  expect("madvise", BASE(first), r);
  if (advice == 23) for (int n = first; n < first + count; n++) own(n, r == 0);
  if (is_failure(r) && advice != 23 && advice != 22 && mapped()) { if (advice == 4 || advice == 8) bad("madvise", BASE(first), 0, -r); return; }
  if (advice == 4) for (int n = first; n < first + count; n++) model[n].tag = 0, model[n].freed = 0;
  if (advice == 8) for (int n = first; n < first + count; n++) model[n].freed = 1;
}
static void do_lock(void) {
  range();
  if (!mapped()) return;
  for (int n = first; n < first + count; n++) if (beyond(&model[n]) || !model[n].prot) return;
  word r = call(SYS_mlock, BASE(first), (uword)count * PAGE);
  if (r != -EAGAIN) expect("mlock", BASE(first), r);
  for (int n = first; n < first + count; n++) own(n, r == 0);
  if (below(3)) verify(first);
  expect("munlock", BASE(first), call(SYS_munlock, BASE(first), (uword)count * PAGE));
}
static void do_lock_all(void) {
  if (below(10)) return;
  word r = call(SYS_mlockall, below(2) ? 1 : 3);
  expect("mlockall", 0, r);
  for (int n = 0; n < pages; n++) own(n, 0);
  verify((int)below(pages));
  call(SYS_munlockall);
}
static void do_sync(void) {
  range();
  if (mapped()) { word r = call(SYS_msync, BASE(first), (uword)count * PAGE, below(2) ? 4 : 1); expect("msync", BASE(first), r); }
}
static void do_residency(void) {
  u8 vector[64];
  range();
  if (mapped()) expect("mincore", BASE(first), call(SYS_mincore, BASE(first), (uword)count * PAGE, vector));
}
static void do_write_file(void) {
  if (depth > 0) return;
  int from = (int)below(pages), index = (int)below(FILE_PAGES);
  struct page *m = &model[from];
  if (!(m->kind == PRIVATE || m->kind == SHARED) || !(m->prot & 3) || m->freed) return;
  u32 tag = m->tag;
  word r = call(SYS_pwrite64, file, BASE(from), PAGE, (uword)index * PAGE);
  expect("pwrite", BASE(from), r);
  if (r != PAGE && r != -ENOMEM) { if (!(flags & MAY_FAIL)) bad("short pwrite", BASE(from), PAGE, r); }
  if (r != PAGE && !is_failure(r)) for (int i = 0; i < pages; i++) if (in_file(&model[i])) model[i].kind = UNKNOWN;
  if (r <= 0) return;
  for (int i = file_pages; i < index; i++) content[i] = 0;
  if (index >= file_pages) file_pages = index + 1;
  content[index] = tag;
}
static void do_read_file(void) {
  if (depth > 0 || file_pages == 0) return;
  int to = (int)below(pages), index = (int)below(file_pages);
  struct page *m = &model[to];
  if (!(m->kind == PRIVATE || m->kind == SHARED) || !(m->prot & 2)) return;
  word r = call(SYS_pread64, file, BASE(to), PAGE, (uword)index * PAGE);
  expect("pread", BASE(to), r);
  if (r == PAGE) { m->tag = content[index]; m->freed = 0; return; }
  if (is_failure(r)) { spoil(to); return; }
  bad("short pread", BASE(to), PAGE, r);
}
static void do_truncate(void) {
  if (depth > 0) return;
  int length = (int)below(FILE_PAGES + 1);
  word r = call(SYS_ftruncate, file, (uword)length * PAGE);
  expect("ftruncate", length, r);
  if (is_failure(r)) return;
  for (int i = length; i < FILE_PAGES; i++) content[i] = 0;
  for (int n = 0; n < pages; n++) if (model[n].kind == FILE_PRIVATE && model[n].index >= length) model[n].own = 0;
  file_pages = length;
}
static void do_pipe(void) {
  int ends[2], from = (int)below(pages), to = (int)below(pages);
  struct page *a = &model[from], *b = &model[to];
  if (from == to || a->kind != PRIVATE || !(a->prot & 3) || a->freed || b->kind != PRIVATE || !(b->prot & 2)) return;
  word r = call(SYS_pipe2, ends, 0);
  expect("pipe", 0, r);
  if (is_failure(r)) return;
  r = call(SYS_write, ends[1], BASE(from), PAGE);
  expect("write", BASE(from), r);
  word got = r > 0 ? call(SYS_read, ends[0], BASE(to), r) : 0;
  expect("read", BASE(to), got);
  if (r == PAGE && got == PAGE) b->tag = a->tag, b->freed = 0;
  else if (r != 0 || got != 0) spoil(to);
  call(SYS_close, ends[0]);
  call(SYS_close, ends[1]);
}
struct vector { uword base, length; };
static void do_peek(void) {
  word pid = all->pids[below(MOST_WORKERS)], copy_page = (word)below(pages);
  if (pid == 0) return;
  struct page *m = &model[copy_page];
  if (m->kind != PRIVATE || !(m->prot & 2)) return;
  struct vector here = { BASE(copy_page), PAGE }, there = { (uword)magic, PAGE };
  word r = call(SYS_vm_readv, pid, &here, 1, &there, 1, 0);
  if (r == PAGE) {
    uword v;
    m->freed = 0;
    if (load_word(BASE(copy_page) + 8 * 77, &v) && v != 0x1234567800000000ul + 77) bad("peek", BASE(copy_page), 0x1234567800000000ul + 77, v);
    if (!write_page(BASE(copy_page), m->tag = (u32)draw() | 1)) spoil((int)copy_page);
    /* The rest of the page is not looked at; but a zero page must be one again. */
    there.base = (uword)scratch;
    call(SYS_vm_writev, pid, &here, 1, &there, 1, 0);
  } else spoil((int)copy_page);
}
static void do_segment(void) {
  word id = call(SYS_shmget, 0, 3 * PAGE, 01600);
  expect("shmget", 0, id);
  if (is_failure(id)) return;
  word a = call(SYS_shmat, id, 0, 0), b = call(SYS_shmat, id, 0, 0);
  call(SYS_shmctl, id, 0, 0);
  if (!is_failure(a) && !is_failure(b)) {
    u32 tag = (u32)draw() | 1;
    for (int i = 0; i < 3; i++) if (!write_page(a + i * PAGE, tag + 2 * i)) tag = 0;
    call(SYS_madvise, a, 3 * PAGE, 21);
    for (int i = 0; i < 3 && tag; i++) verify_page("segment", b + i * PAGE, tag + 2 * i);
  }
  if (!is_failure(a)) call(SYS_shmdt, a);
  if (!is_failure(b)) call(SYS_shmdt, b);
}
static void do_heap(void) {
  word end = call(SYS_brk, 0), n = 1 + (word)below(16);
  if (call(SYS_brk, end + n * PAGE) != end + n * PAGE) return;
  word at = (end + PAGE - 1) & -PAGE;
  u32 tag = (u32)draw() | 1;
  for (word i = 0; i + 1 < n; i++) if (!write_page(at + i * PAGE, tag)) tag = 0;
  for (word i = 0; i + 1 < n && tag; i++) verify_page("heap", at + i * PAGE, tag);
  call(SYS_brk, end);
}
static void do_memfd(void) {
  word fd = call(SYS_memfd_create, "m", 0);
  expect("memfd", 0, fd);
  if (is_failure(fd)) return;
  call(SYS_ftruncate, fd, 4 * PAGE);
  word a = call(SYS_mmap, 0, 4 * PAGE, 3, below(2) ? 1 : 0x8001, fd, 0);
  if (!is_failure(a)) {
    u32 tag = (u32)draw() | 1;
    for (int i = 0; i < 4; i++) if (!write_page(a + i * PAGE, tag)) tag = 0;
    for (int i = 0; i < 4 && tag; i++) verify_page("memfd", a + i * PAGE, tag);
    call(SYS_munmap, a, 4 * PAGE);
  }
  call(SYS_close, fd);
}

static void work(int operations);
static char *program;
static void reap(int options) {
  int status;
  word pid;
  while ((pid = call(SYS_wait4, -1, &status, options, 0)) > 0)
    for (int i = 0; i < MOST_CHILDREN; i++) if (child_pids[i] == pid) child_pids[i] = 0, children--;
}
static void child(int what) {
  depth++;
  children = 0;
  for (int i = 0; i < MOST_CHILDREN; i++) child_pids[i] = 0;
  for (int n = 0; n < pages; n++) {
    int kind = model[n].kind;
    if (kind == SHARED || kind == FILE_SHARED || (kind == FILE_PRIVATE && !model[n].own)) model[n].kind = UNKNOWN;
    /* The parent may truncate the file, and then it is gone. */
    if (kind == FILE_PRIVATE) model[n].kind = UNKNOWN;
  }
  if (what == 0) {
    char *argv[] = { program, "again", 0 }, *envp[] = { 0 };
    call(SYS_execve, program, argv, envp);
    leave(0);
  }
  if (what == 1 && flags & CORES) {
    uword most[2] = { ~0ul, ~0ul };
    call(SYS_prlimit64, 0, 4, most, 0);
    handle(SIGSEGV, SIG_DFL, 0, 0);
    verify_all();
    store(8, 1);
  }
  work(what == 2 ? 60 : 12);
  verify_all();
  leave(0);
}
static void do_fork(void) {
  reap(WNOHANG);
  if (children == MOST_CHILDREN || depth > (flags & DEEP ? 1 : 0)) { if (below(2)) reap(0); return; }
  int what = (int)below(8);
  uword seed = draw();
  word pid = fork();
  expect("fork", 0, pid);
  if (pid == 0) { state ^= seed * 0x9e3779b97f4a7c15ul | 1; child(what); }
  if (pid < 0) return;
  children++;
  for (int i = 0; i < MOST_CHILDREN; i++) if (child_pids[i] == 0) { child_pids[i] = pid; return; }
}
static void do_kill(void) {
  int i = (int)below(MOST_CHILDREN);
  if (child_pids[i] && !below(3)) send(child_pids[i], SIGKILL);
}

static void work(int operations) {
  static void (*const DO[])(void) = { do_map, do_map, do_map, do_unmap, do_protect, do_remap, do_remap, do_advise, do_advise, do_lock, do_lock_all,
    do_sync, do_residency, do_write_file, do_write_file, do_read_file, do_truncate, do_pipe, do_peek, do_segment, do_heap, do_memfd, do_fork, do_fork, do_kill };
  for (int i = 0; i < operations; i++) {
    for (int n = (int)below(6); n; n--) touch((int)below(pages));
    for (int n = (int)below(6); n; n--) verify((int)below(pages));
    DO[below(sizeof DO / sizeof *DO)]();
    if (!below(25)) verify_all();
  }
  reap(0);
}

static uword number(const char *s) { uword n = 0; while (*s) n = n * 10 + (*s++ - '0'); return n; }
static void set_adjust(const char *text) {
  word fd = call(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY, 0);
  uword n = 0; while (text[n]) n++;
  call(SYS_write, fd, text, n);
  call(SYS_close, fd);
}
static void worker(int operations) {
  set_adjust("0");
  file = (int)call(SYS_memfd_create, "file", 0);
  if (file < 0) leave(0);
  work(operations);
  verify_all();
  leave(0);
}
/* Takes areas of swap away, whatever is there, and gives them back. */
static void swapper(void) {
  static const char *const areas[] = { "/dev/vdb", "/dev/vdc" };
  set_adjust("-1000");
  for (;;) {
    const char *area = areas[below(2)];
    word r = call(SYS_swapoff, area, 0);
    if (is_failure(r) && r != -ENOMEM && r != -EINTR && r != -22 && r != -2 && !(r == -EIO && flags & MAY_FAIL)) bad("swapoff", 0, 0, -r);
    rest(below(20) * MILLISECOND);
    r = call(SYS_swapon, area, 0);
    if (is_failure(r) && r != -16 && r != -ENOMEM && r != -2 && !(r == -EIO && flags & MAY_FAIL)) bad("swapon", 0, 0, -r);
    rest(below(20) * MILLISECOND);
  }
}

int main(int argc, char **argv, char **envp) {
  program = argv[0];
  if (argc < 6) {
    for (int i = 0; i < WORDS; i++) if (magic[i] | scratch[i]) bad("exec", (uword)&magic[i], 0, magic[i]);
    write_page((uword)scratch, 7);
    verify_page("exec", (uword)scratch, 7);
    leave(0);
  }
  uword seed = number(argv[1]), workers = number(argv[2]);
  int operations = (int)number(argv[3]);
  pages = (int)number(argv[4]); flags = (int)number(argv[5]);
  handle(SIGSEGV, handler, SA_SIGINFO | SA_NODEFER, 0);
  handle(SIGBUS, handler, SA_SIGINFO | SA_NODEFER, 0);
  set_adjust("-1000");
  for (int i = 0; i < WORDS; i++) magic[i] = 0x1234567800000000ul + i;
  all = (struct shared *)call(SYS_mmap, 0, PAGE, 3, 0x21, -1, 0);
  for (uword i = 0; i < workers; i++) {
    state = (seed * 1000003 + i + 1) * 0x9e3779b97f4a7c15ul | 1;
    word pid = fork();
    if (pid == 0) { draw(); worker(operations); }
    all->pids[i % MOST_WORKERS] = pid;
  }
  word helper = 0;
  if (flags & SWAPPER) { state = seed * 77777 + 5; helper = fork(); if (helper == 0) swapper(); }
  int killed = 0, status;
  for (uword left = workers; left > 0;) {
    word pid = call(SYS_wait4, -1, &status, 0, 0);
    if (pid < 0) break;
    if (pid == helper) continue;
    left--;
    for (int i = 0; i < MOST_WORKERS; i++) if (all->pids[i] == pid) all->pids[i] = 0;
    if (status) killed++;
  }
  if (helper) send(helper, SIGKILL);
  show("ended early", killed);
  return 0;
}
