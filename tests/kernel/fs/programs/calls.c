/*
 * Interprets a script of system calls, so that the same calls can be made on Linux and on Quire, and their results compared.
 * argv[1] is the script. One command a line:
 *
 *   t TEXT            print TEXT
 *   c NR DST ARG...   system call NR; its result is printed and kept in the variable DST (a letter, or - for none)
 *                     ARG: n123 a number, $x a variable, s"text" a string, bN+M buffer N at byte M
 *   s BUF "text"      put bytes into a buffer          p BUF WIDTH VALUE  put a number (VALUE as ARG)
 *   d KIND BUF VAR    print a buffer: stat, times, bytes (VAR: how many), dents (VAR: how many), word, int, short, statfs
 *   f / F             fork: the child runs up to the matching x; f waits for it, F does not; "w" waits for one child
 *   x                 the child ends
 *   i VAR             prints the variable's sign only: ok or the error number
 *   q / v             neither texts nor results are printed from here / they are again
 */
#include "../../../conformance/programs/quire.h"

enum { SYS_openat = 56, SYS_getdents64 = 61, SYS_exit = 93 };
#define BUFFERS 8
#define BUFFER_SIZE 135168
static char buffers[BUFFERS][BUFFER_SIZE] __attribute__((aligned(4096)));
static char script[1 << 19];
static word variables[128];
static char strings[8][8192];
static char *at;
static int quiet;

static void put_char(char c) { char s[2] = { c, 0 }; put(s); }
static void blanks(void) { while (*at == ' ') at++; }
static int hex(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static uword text(char *to) {
  uword n = 0;
  while (*at != '"') at++;
  for (at++; *at != '"'; at++) {
    char c = *at;
    if (c == '\\') {
      c = *++at;
      if (c == 'n') c = '\n';
      else if (c == 't') c = '\t';
      else if (c == 'x') { c = hex(at[1]) * 16 + hex(at[2]); at += 2; }
      else if (c == '*') { /* \*NNNNc: c so often */ uword count = 0; for (int i = 0; i < 4; i++) count = count * 10 + *++at - '0'; at++; while (count--) to[n++] = *at; continue; }
    }
    to[n++] = c;
  }
  at++;
  to[n] = 0;
  return n;
}

static word number(void) {
  int negative = *at == '-'; uword v = 0;
  if (negative) at++;
  while (*at >= '0' && *at <= '9') v = v * 10 + *at++ - '0';
  return negative ? -v : v;
}

static char *buffer(void) {
  char *b = buffers[at[1] - '0']; at += 2;
  if (*at == '+') { at++; b += number(); }
  return b;
}

static word argument(int i) {
  blanks();
  if (*at == 'n') { at++; return number(); }
  if (*at == '$') { word v = variables[(int)at[1]]; at += 2; return v; }
  if (*at == 's') { text(strings[i]); return (word)strings[i]; }
  if (*at == 'b') return (word)buffer();
  return 0;
}

static void system_call(void) {
  word a[6] = { 0 }; int n = 0;
  blanks(); word nr = number(); blanks(); char to = *at++;
  for (blanks(); *at != '\n' && n < 6; blanks()) { a[n] = argument(n); n++; }
  word result = call6(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
  if (to != '-') variables[(int)to] = result;
  if (!quiet) { put("  = "); put_word(result); put("\n"); }
}

static void dump_bytes(char *b, word n) {
  put("  \"");
  for (word i = 0; i < n; i++) {
    u8 c = b[i];
    if (c == '\n') put("\\n");
    else if (c < 32 || c > 126 || c == '"' || c == '\\') { put("\\x"); put_char("0123456789abcdef"[c >> 4]); put_char("0123456789abcdef"[c & 15]); }
    else put_char(c);
  }
  put("\"\n");
}

static int before(const char *a, const char *b) { while (*a && *a == *b) a++, b++; return (u8)*a < (u8)*b; }

/* Names and types, sorted, since the order of a directory is the file system's own. */
static void dump_dents(char *b, word n) {
  char *entries[512]; int count = 0;
  for (word i = 0; i < n; i += *(unsigned short *)(b + i + 16)) {
    int k = count++;
    for (; k > 0 && before(b + i + 19, entries[k - 1] + 19); k--) entries[k] = entries[k - 1];
    entries[k] = b + i;
  }
  put(" ");
  for (int k = 0; k < count; k++) { put(" "); put(entries[k] + 19); put(":"); put_word((u8)entries[k][18]); put("/"); put_word(*(unsigned short *)(entries[k] + 16)); }
  put("\n");
}

static void put_octal(uword v) { char b[24]; int i = 23; b[i] = 0; do b[--i] = '0' + (v & 7); while (v >>= 3); put("0"); put(b + i); }

static void dump(void) {
  blanks(); char *kind = at; while (*at != ' ') at++;
  blanks(); char *b = buffer(); word n = argument(0);
  u32 *w = (u32 *)b; word *d = (word *)b;
  if (kind[0] == 's' && kind[1] == 't' && kind[4] == ' ') {
    int regular = (w[4] & 0170000) == 0100000;
    put("  mode "); put_octal(w[4]); put(" nlink "); put_word(w[5]); put(" uid "); put_word(w[6]); put(" gid "); put_word(w[7]);
    if (regular) { put(" size "); put_word(d[6]); put(" blocks "); put_word(d[8]); }
    put("\n");
  } else if (kind[0] == 's' && kind[1] == 't') { put("  type "); put_hex(d[0]); put(" bsize "); put_word(d[1]); put(" namelen "); put_word(d[8]); put("\n"); }
  else if (kind[0] == 't') { put("  atime "); put_word(d[9]); put("."); put_word(d[10]); put(" mtime "); put_word(d[11]); put("."); put_word(d[12]); put("\n"); }
  else if (kind[0] == 'b') dump_bytes(b, n);
  else if (kind[0] == 'd') dump_dents(b, n);
  else if (kind[0] == 'w') { put("  "); put_word(d[0]); put("\n"); }
  else if (kind[0] == 'i') { put("  "); put_word((int)w[0]); put("\n"); }
  else { put("  "); put_word(*(unsigned short *)b); put("\n"); }
}

static void store(void) {
  blanks(); char *b = buffer(); blanks(); int width = *at++ - '0'; word v = argument(0);
  for (int i = 0; i < width; i++) b[i] = (u8)(v >> 8 * i);
}

static void next_line(void) { while (*at++ != '\n') ; }
static void skip_child(void) {
  for (int depth = 1; depth; next_line()) { if (*at == 'f' || *at == 'F') depth++; if (*at == 'x') depth--; }
}
static void await(void) {
  int status = -1; call(SYS_wait4, -1, &status, 0, 0);
  if (!quiet) { put("  status "); put_hex(status); put("\n"); }
}

int main(int argc, char **argv, char **envp) {
  (void)envp;
  int fd = call(SYS_openat, -100, argc > 1 ? argv[1] : "/t/script", 0, 0);
  uword n = 0; word got;
  while ((got = call(SYS_read, fd, script + n, sizeof script - n - 1)) > 0) n += got;
  call(SYS_close, fd);
  for (at = script; *at; next_line()) {
    char command = *at++;
    if (command == 't') { char *end = ++at; while (*end != '\n') end++; if (!quiet) call(SYS_write, 1, at, end + 1 - at); }
    else if (command == 'c') system_call();
    else if (command == 's') { blanks(); char *b = buffer(); text(b); }
    else if (command == 'p') store();
    else if (command == 'd') dump();
    else if (command == 'w') await();
    else if (command == 'q') quiet = 1;
    else if (command == 'v') quiet = 0;
    else if (command == 'i') { blanks(); word v = argument(0); put(v < 0 ? "  error " : "  ok\n"); if (v < 0) { put_word(-v); put("\n"); } }
    else if (command == 'x') call(SYS_exit_group, 0);
    else if (command == 'f' || command == 'F') {
      if (call(SYS_clone, 17, 0, 0, 0, 0)) {
        next_line(); skip_child(); at--;
        if (command == 'f') await();
      }
    }
  }
  return 0;
}
