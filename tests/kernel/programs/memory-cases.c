/* Runs the cases of a script (argv[1], made by tests/kernel/vm/matrix-script.ts) and prints what each step gave: every
   case in a child of its own, with nothing mapped in the window, files filled anew, and no handlers but for faults. */
#include "system.h"

enum { SYS_ftruncate = 46, SYS_pwrite64 = 68, SYS_mknodat = 33, SYS_setresgid = 149, SYS_getgid = 176, SYS_mincore = 232, SYS_mount = 40 };
enum { WINDOW = 0x10000000, SPAN = 0x8000000, PAGE = 4096, FILE_BYTES = 6000 };
enum { PR_SET_DUMPABLE = 4, PR_SET_THP_DISABLE = 41 };

static char out[1 << 16]; static int used;
static void flush(void) { for (int i = 0; i < used;) i += (int)call(SYS_write, 1, out + i, used - i); used = 0; }
static void say(const char *s) { while (*s) out[used++] = *s++; if (used > 60000) flush(); }
static void decimal(word v) { char t[24]; int i = 24; uword u = v < 0 ? -(uword)v : (uword)v; t[--i] = 0; do t[--i] = '0' + u % 10; while (u /= 10); if (v < 0) t[--i] = '-'; say(t + i); }
static void hexadecimal(uword v) { char t[20]; int i = 20; t[--i] = 0; do t[--i] = "0123456789abcdef"[v & 15]; while (v >>= 4); say(t + i); }

static volatile word signo, code, address;
static void handler(int s, struct info *info, struct context *c) {
  signo = s; code = info->code; address = *(word *)((char *)info + 16);
  c->pc = c->pc == (uword)address ? c->x[0] : c->pc + 4;
}
static word load(u8 *p) { word v = 0; __asm__ volatile("lbu %0, 0(%1)" : "+r"(v) : "r"(p)); return v; }
static void store(u8 *p, word v) { __asm__ volatile("sb %1, 0(%0)" : : "r"(p), "r"(v) : "memory"); }
static int signalled(uword at) {
  if (!signo) return 0;
  say("signal "); decimal(signo); say(" code "); decimal(code);
  if ((uword)address != at) say(" elsewhere");
  say("\n"); signo = 0;
  return 1;
}

/* The script, its registers, and the memory that it may fill and point to. */
static char script[1 << 20]; static uword registers[10]; static uword scratch[1024];
static char *next;
static uword hex(void) {
  uword v = 0;
  for (;; next++) {
    char c = *next;
    if (c >= '0' && c <= '9') v = v * 16 + c - '0'; else if (c >= 'a' && c <= 'f') v = v * 16 + c - 'a' + 10; else return v;
  }
}
static int more(void) { while (*next == ' ') next++; return *next && *next != '\n'; }
static uword argument(void) {
  if (!more()) return 0;
  if (*next == '@') { next++; return (uword)scratch + hex(); }
  if (*next != '$') return hex();
  uword v = registers[next[1] - '0']; next += 2;
  if (*next == '+') { next++; v += hex(); }
  return v;
}
static int is(const char *op, const char *name) { while (*name && *op == *name) op++, name++; return !*name && (*op == ' ' || *op == '\n' || !*op); }
static void line(void) { while (*next && *next != '\n') next++; if (*next) next++; }

/* /proc/self/status and smaps. */
static char text[1 << 16];
static void slurp(const char *path) {
  word fd = call(SYS_openat, AT_FDCWD, path, 0, 0), n = 0, got;
  while ((got = call(SYS_read, fd, text + n, sizeof text - 1 - n)) > 0) n += got;
  text[n] = 0; call(SYS_close, fd);
}
static const char *find(const char *in, const char *name) {
  for (; *in; in++) if (*in == *name) { const char *a = in, *b = name; while (*b && *a == *b) a++, b++; if (!*b) return a; }
  return 0;
}
static word field(const char *in, const char *name) {
  const char *s = find(in, name); word v = 0;
  if (!s) return -1;
  while (*s == ' ' || *s == '\t') s++;
  while (*s >= '0' && *s <= '9') v = v * 10 + *s++ - '0';
  return v;
}
static word size0, data0, locked0;
static void mark(void) {
  slurp("/proc/self/status");
  size0 = field(text, "VmSize:"); data0 = field(text, "VmData:"); locked0 = field(text, "VmLck:");
}
static void status(void) {
  slurp("/proc/self/status");
  say("VmLck +"); decimal(field(text, "VmLck:") - locked0);
  say(" VmSize +"); decimal(field(text, "VmSize:") - size0);
  say(" VmData +"); decimal(field(text, "VmData:") - data0); say("\n");
}
/* Ranges of the window in /proc/self/maps: first page, pages, rights. With the flags of smaps where asked for. */
static void maps(int flags) {
  slurp(flags ? "/proc/self/smaps" : "/proc/self/maps");
  for (next = text; *next; line()) {
    char *start = next; uword from = hex();
    if (next == start || *next != '-') continue;
    next++; uword to = hex();
    if (from < WINDOW || from >= WINDOW + SPAN) continue;
    say("["); decimal((from - WINDOW) / PAGE); say("+"); decimal((to - from) / PAGE); say(" ");
    for (next++; *next != ' '; next++) { char s[2] = {*next}; say(s); }
    next++; if (hex()) { say(" @"); next -= 8; while (*next == '0') next++; hexadecimal(hex()); }
    if (flags) {
      say(" rss "); decimal(field(next, "\nRss:")); say(" anonymous "); decimal(field(next, "\nAnonymous:"));
      say(" locked "); decimal(field(next, "\nLocked:"));
      next = (char *)find(next, "\nVmFlags:");
      while (*next != '\n') { char s[2] = {*next++}; say(s); }
    }
    say("] ");
  }
  say("\n");
}

/* Each page of a range: its byte where all are alike, else a hash; "-" not mapped, "x" not readable, "!" beyond the end. */
static void show_pages(uword at, uword pages) {
  if (at >= -4095ul) { say("nothing\n"); return; }
  for (; pages--; at += PAGE) {
    word first = load((u8 *)at);
    if (signo) { say(signo == SIGBUS ? "!" : code == 1 ? "-" : "x"); signo = 0; }
    else {
      uword h = 14695981039346656037ul, like = first * 0x0101010101010101ul; int alike = 1;
      for (int i = 0; i < PAGE / 8; i++) { uword w = ((volatile uword *)at)[i]; h = (h ^ w) * 1099511628211ul; alike &= w == like; }
      hexadecimal(alike ? (uword)first : h >> 32);
    }
    say(pages ? " " : "\n");
  }
}

static word spawned; static int waiting[2];
static void result(word r, int quiet) {
  registers[0] = r;
  int error = r < 0 && r >= -4095;
  if (!error && (quiet || ((uword)r >= 65536 && ((uword)r < WINDOW || (uword)r >= WINDOW + SPAN)))) say("*\n");
  else decimal(r), say("\n");
}
static void system_call(int quiet) {
  uword a[7];
  for (int i = 0; i < 7; i++) a[i] = argument();
  result(call(a[0], a[1], a[2], a[3], a[4], a[5], a[6]), quiet);
}
static void limit(int which, uword soft, uword hard) {
  uword both[2] = {soft, hard};
  decimal(call(SYS_setrlimit, which, both)); say("\n");
}

static void step(char *op) {
  uword at;
  if (is(op, "call")) system_call(0);
  else if (is(op, "hold")) system_call(1);
  else if (is(op, "save")) registers[argument()] = registers[0];
  else if (is(op, "load")) { at = argument(); word v = load((u8 *)at); if (!signalled(at)) decimal(v), say("\n"); }
  else if (is(op, "store")) { at = argument(); store((u8 *)at, argument()); if (!signalled(at)) say("0\n"); }
  else if (is(op, "jump")) { at = argument(); ((void (*)(void))at)(); if (!signalled(at)) say("0\n"); }
  else if (is(op, "fill")) {
    at = argument(); uword pages = argument(), byte = argument();
    for (; pages--; at += PAGE) { store((u8 *)at, byte); if (signalled(at)) return; for (uword i = 0; i < PAGE / 8; i++) ((volatile uword *)at)[i] = byte * 0x0101010101010101ul; }
    say("0\n");
  }
  else if (is(op, "show")) { at = argument(); show_pages(at, argument()); }
  else if (is(op, "vector")) {
    static u8 vector[4096]; at = argument(); uword length = argument();
    word r = call(SYS_mincore, at, length, vector);
    decimal(r); say(" ");
    if (r == 0) for (uword i = 0; i < (length + PAGE - 1) / PAGE; i++) say(vector[i] & 1 ? "1" : "0");
    say("\n");
  }
  else if (is(op, "status")) status();
  else if (is(op, "mark")) mark();
  else if (is(op, "same")) say(registers[0] == argument() ? "same\n" : "different\n");
  else if (is(op, "maps")) { char *keep = next; maps(0); next = keep; }
  else if (is(op, "smaps")) { char *keep = next; maps(1); next = keep; }
  else if (is(op, "limit")) { int which = (int)argument(); uword soft = argument(); limit(which, soft, argument()); }
  else if (is(op, "room")) { /* a limit so many pages above VmSize, VmData or VmLck */
    int which = (int)argument(); word count = argument(), of = argument(); slurp("/proc/self/status");
    limit(which, (field(text, of == 2 ? "VmLck:" : of == 1 ? "VmData:" : "VmSize:") << 10) + count * PAGE, -1ul);
  }
  else if (is(op, "user")) { call(SYS_setresgid, 1000, 1000, 1000); decimal(call(SYS_setresuid, 1000, 1000, 1000)); call(SYS_prctl, PR_SET_DUMPABLE, 1); say("\n"); }
  else if (is(op, "put")) { at = argument(); scratch[at / 8] = argument(); }
  else if (is(op, "text")) { char *to = (char *)scratch + argument(); more(); while (*next && *next != '\n') *to++ = *next++; *to = 0; }
  else if (is(op, "peek")) { at = argument(); hexadecimal(*(uword *)((char *)scratch + at)); say("\n"); }
  else if (is(op, "spawn")) {
    /* It sleeps until nobody can write to its pipe. */
    flush(); call(SYS_pipe2, waiting, 0); word pid = fork();
    if (pid == 0) { call(SYS_close, waiting[1]); call(SYS_read, waiting[0], &pid, 1); leave(0); }
    registers[0] = spawned = pid; say("*\n");
  }
  else { say("unknown step\n"); }
}

static word forked;
static void steps(void) {
  while (*next && *next != '#') {
    char *op = next;
    while (*next && *next != ' ' && *next != '\n') next++;
    if (is(op, "fork")) { /* the child makes the steps up to "end" */
      flush(); forked = fork();
      if (forked) {
        say("child "); decimal(wait_status(forked)); say("\n");
        for (line(); !is(next, "end"); line()) {}
      } else spawned = 0, say("in the child\n");
    } else if (is(op, "end")) { if (!forked) { flush(); leave(7); } }
    else step(op);
    line();
  }
}

static u8 content[FILE_BYTES];
static void files(void) {
  call(SYS_ftruncate, 10, 0); call(SYS_pwrite64, 10, content, FILE_BYTES, 0);
}
static void as(word fd, int number) { call(SYS_dup3, fd, number, 0); if (fd != number) call(SYS_close, fd); }
static void open_files(void) {
  int ends[2];
  as(call(SYS_openat, AT_FDCWD, "/tmp/cases", O_RDWR | O_CREAT, 0666), 10);
  as(call(SYS_openat, AT_FDCWD, "/tmp/cases", 0, 0), 11);
  as(call(SYS_openat, AT_FDCWD, "/tmp/cases", O_WRONLY, 0), 12);
  as(call(SYS_openat, AT_FDCWD, "/tmp", 0, 0), 13);
  call(SYS_pipe2, ends, 0); as(ends[0], 14);
  call(SYS_mknodat, AT_FDCWD, "/tmp/zero", 0020666, 0x105);
  as(call(SYS_openat, AT_FDCWD, "/tmp/zero", O_RDWR, 0), 15);
}

static void one(void) {
  mark();
  steps();
  if (spawned) call(SYS_close, waiting[1]), wait_status(spawned);
  flush(); leave(0);
}

int main(int argc, char **argv, char **envp) {
  word fd = call(SYS_openat, AT_FDCWD, argv[1], 0, 0), n = 0, got;
  while ((got = call(SYS_read, fd, script + n, sizeof script - 1 - n)) > 0) n += got;
  call(SYS_close, fd);
  if (n == 0 || n == sizeof script - 1) { put("the script does not fit\n"); return 1; }
  call(SYS_prctl, PR_SET_THP_DISABLE, 1);
  handle(SIGSEGV, handler, SA_SIGINFO | SA_NODEFER, 0); handle(SIGBUS, handler, SA_SIGINFO | SA_NODEFER, 0);
  open_files();
  for (int i = 0; i < FILE_BYTES; i++) content[i] = 65 + i / PAGE;
  for (next = script; *next == '#';) {
    char *name = next; line();
    for (char *s = name; s < next; s++) out[used++] = *s;
    flush(); files();
    word child = fork();
    if (child == 0) one();
    word status = wait_status(child);
    if (status) { say("killed "); decimal(status); say("\n"); }
    while (*next && *next != '#') line();
  }
  flush();
  return 0;
}
