/* The few things that a freestanding program needs: system calls, output, entry. */
typedef long word;
typedef unsigned long uword;
typedef unsigned int u32;
typedef unsigned char u8;

static word call6(word n, word a, word b, word c, word d, word e, word f) {
  register word a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c;
  register word a3 __asm__("a3") = d, a4 __asm__("a4") = e, a5 __asm__("a5") = f, a7 __asm__("a7") = n;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
  return a0;
}
#define call(n, ...) call_(n, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define call_(n, a, b, c, d, e, f, ...) call6(n, (word)(a), (word)(b), (word)(c), (word)(d), (word)(e), (word)(f))

enum { SYS_close = 57, SYS_pipe2 = 59, SYS_read = 63, SYS_write = 64, SYS_exit_group = 94, SYS_kill = 129, SYS_sigaltstack = 132,
       SYS_rt_sigaction = 134, SYS_rt_sigprocmask = 135, SYS_getpid = 172, SYS_brk = 214, SYS_munmap = 215, SYS_clone = 220,
       SYS_mmap = 222, SYS_mprotect = 226, SYS_wait4 = 260 };

static void put(const char *s) { uword n = 0; while (s[n]) n++; call(SYS_write, 1, s, n); }
static void put_hex(uword v) {
  char b[19]; int i = 18; b[i] = 0;
  do b[--i] = "0123456789abcdef"[v & 15]; while (v >>= 4);
  b[--i] = 'x'; b[--i] = '0'; put(b + i);
}
static void put_word(word v) {
  char b[24]; int i = 23; b[i] = 0; uword u = v < 0 ? -(uword)v : (uword)v;
  do b[--i] = '0' + u % 10; while (u /= 10);
  if (v < 0) b[--i] = '-';
  put(b + i);
}
static void show(const char *name, word v) { put(name); put(" = "); put_word(v); put("\n"); }

void *memset(void *p, int c, uword n) { u8 *b = p; while (n--) *b++ = (u8)c; return p; }
void *memcpy(void *d, const void *s, uword n) { u8 *a = d; const u8 *b = s; while (n--) *a++ = *b++; return d; }

static word self(void) { return call(SYS_getpid); }

int main(int argc, char **argv, char **envp);
__attribute__((used)) static void start(word *sp) {
  int argc = (int)sp[0]; char **argv = (char **)(sp + 1);
  call(SYS_exit_group, main(argc, argv, argv + argc + 1));
}
__asm__(".globl _start\n_start: .option push\n.option norelax\nla gp, __global_pointer$\n.option pop\nmv a0, sp\nandi sp, sp, -16\ncall start\n");
