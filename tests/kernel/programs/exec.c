/* execve: what the new program finds, what survives, and what fails. */
#include "system.h"

static char *program; static char **environment;
static void file(const char *path, const char *text, uword length, int mode) {
  call(SYS_unlinkat, AT_FDCWD, path, 0);
  int fd = (int)call(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); call(SYS_fchmod, fd, mode);
  while (length > 0) { word n = call(SYS_write, fd, text, length); if (n <= 0) break; text += n; length -= (uword)n; }
  call(SYS_close, fd);
}
static uword size_of(const char *s) { uword n = 0; while (s[n]) n++; return n; }
static void script(const char *path, const char *text) { file(path, text, size_of(text), 0755); }
static void try(const char *what, const char *path, char **argv) {
  word child = fork();
  if (child == 0) { word r = call(SYS_execve, path, argv, environment); put(what); put(": "); put_word(r); put("\n"); leave(0); }
  wait_status(child);
}
#define run(what, path, ...) try(what, path, (char *[]){ __VA_ARGS__, 0 })

static int child_main(int argc, char **argv, char **envp) {
  put("argc "); put_word(argc); for (int i = 0; i < argc; i++) { put(" ["); put(argv[i]); put("]"); } put("\n");
  if (argc < 2 || !same(argv[1], "show")) return 0;
  int n = 0; while (envp[n]) { put("env ["); put(envp[n]); put("]\n"); n++; }
  word *aux = (word *)(envp + n + 1); uword sp = (uword)(argv - 1);
  show("sp aligned", (sp & 15) == 0);
  for (; aux[0]; aux += 2) {
    if (aux[0] == 33 || (aux[0] >= 40 && aux[0] <= 47)) continue; /* vDSO and caches: Linux tells of them, Quire has none */
    put("auxv "); put_word(aux[0]);
    if (aux[0] == 6 || aux[0] == 17 || aux[0] == 4 || aux[0] == 7 || aux[0] == 8 || (aux[0] >= 11 && aux[0] <= 14) || aux[0] == 23) { put(" = "); put_word(aux[1]); }
    if (aux[0] == 31) { put(" = "); put((char *)aux[1]); show(", right behind the environment", (char *)aux[1] - (envp[n - 1] + size_of(envp[n - 1]) + 1)); show("8 zero bytes end the stack", (((uword)aux[1] + size_of((char *)aux[1]) + 1 + 8) & 4095)); }
    if (aux[0] == 3) { put(((u32 *)aux[1])[0] == 6 || ((u32 *)aux[1])[0] == 1 || ((u32 *)aux[1])[0] == 0x70000003 ? " program headers" : " something else"); }
    put("\n");
  }
  show("strings are in order", argv[1] == argv[0] + size_of(argv[0]) + 1 && envp[0] == argv[argc - 1] + size_of(argv[argc - 1]) + 1);
  return 0;
}

static int state_main(void) {
  title("what survived");
  struct action a; struct stack s; int n = 0;
  show_hex("mask", blocked()); show_hex("pending", pending());
  call(SYS_rt_sigaction, SIGUSR1, 0, &a, 8); show("handler reset", a.handler == SIG_DFL); call(SYS_rt_sigaction, SIGUSR2, 0, &a, 8); show("ignored stays", a.handler == SIG_IGN);
  call(SYS_sigaltstack, 0, &s); show("alternate stack flags", s.flags); show("size", s.size);
  for (int fd = 3; fd < 10; fd++) if (call(SYS_fcntl, fd, 1, 0) >= 0) n++;
  show("descriptors above 2", n);
  char name[16]; call(SYS_prctl, 16, name); put("name "); put(name); put("\n");
  struct timeval t[2]; call(SYS_getitimer, 0, t); show("timer still armed", t[1].sec > 0);
  return 0;
}

static void state_test(void) {
  static char stack[8192]; int fds[2];
  word child = fork(); if (child != 0) { wait_status(child); return; }
  call(SYS_pipe2, fds, 0); call(SYS_pipe2, fds, O_CLOEXEC);
  handle(SIGUSR1, script, 0, 0); handle(SIGUSR2, SIG_IGN, 0, 0); block(2, BIT(SIGTERM) | BIT(SIGUSR1)); send(self(), SIGTERM);
  struct stack s = { stack, 0, sizeof stack }; call(SYS_sigaltstack, &s, 0);
  struct timeval t[2] = { { 0, 0 }, { 100, 0 } }; call(SYS_setitimer, 0, t, 0);
  call(SYS_execve, program, ((char *[]){ program, "state", 0 }), environment); leave(1);
}

static void error_test(void) {
  title("errors");
  run("no such file", "/tmp/none", "x"); run("a directory", "/tmp", "x"); run("empty path", "", "x"); run("through a file", "/tmp/plain/x", "x");
  file("/tmp/plain", "data", 4, 0644); run("not executable", "/tmp/plain", "x"); file("/tmp/empty", "", 0, 0755); run("empty", "/tmp/empty", "x"); file("/tmp/text", "hello\n", 6, 0755); run("text", "/tmp/text", "x");
  run("bad path address", (char *)8, "x"); try("bad argv", program, (char **)8); try("bad string in argv", program, (char *[]){ (char *)8, 0 });
  static char big[140000]; for (int i = 0; i < 139999; i++) big[i] = 'a'; run("a string above 128 KiB", program, "x", big); big[131071] = 0; run("below", "/tmp/none", "x", big);
  static char *many[400000]; for (int i = 0; i < 399999; i++) many[i] = "yyyyyyyyyyyyyyyyyyyy"; try("more than 2 MiB", program, many);
  int fd = (int)call(SYS_openat, AT_FDCWD, "/tmp/busy", O_CREAT | O_RDWR, 0755); call(SYS_fchmod, fd, 0755); call(SYS_write, fd, "#!x\n", 4); run("open for writing", "/tmp/busy", "x"); call(SYS_close, fd);
  char header[64]; file("/tmp/elf", "\177ELF\2\1\1", 7, 0755); run("a cut header", "/tmp/elf", "x");
  for (int i = 0; i < 64; i++) header[i] = "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\363\0\1"[i < 21 ? i : 7]; file("/tmp/elf", header, 64, 0755); run("no segments", "/tmp/elf", "x");
  header[18] = 62; file("/tmp/elf", header, 64, 0755); run("another machine", "/tmp/elf", "x");
  call(SYS_setpgid, 0, 0); word child = fork(); if (child == 0) { call(SYS_execve, program, ((char *[]){ program, "wait", 0 }), environment); leave(1); } rest(300 * MILLISECOND); show("setpgid after execve", call(SYS_setpgid, child, child)); wait_status(child);
}

static void script_test(void) {
  title("scripts");
  char text[300]; uword n;
#define line(path, before, after) do { n = 0; for (const char *c = before; *c; c++) text[n++] = *c; for (char *c = program; *c; c++) text[n++] = *c; for (const char *c = after; *c; c++) text[n++] = *c; file(path, text, n, 0755); } while (0)
  line("/tmp/s1", "#!", "\n"); run("plain", "/tmp/s1", "zero", "one", "two");
  line("/tmp/s2", "#! \t ", "  an argument with blanks \t \nrest\n"); run("argument", "/tmp/s2", "zero", "one");
  line("/tmp/s3", "#!", ""); run("no newline", "/tmp/s3", "zero");
  script("/tmp/s4", "#!\n"); run("no interpreter", "/tmp/s4", "zero"); script("/tmp/s5", "#!   \t"); run("blanks only", "/tmp/s5", "zero"); script("/tmp/s6", "#!/tmp/none\n"); run("missing interpreter", "/tmp/s6", "zero");
  script("/tmp/s7", "#!/tmp/s1\n"); run("script of a script", "/tmp/s7", "zero"); script("/tmp/a", "#!/tmp/s7 a\n"); run("three", "/tmp/a", "zero"); script("/tmp/b", "#!/tmp/a b\n"); run("four", "/tmp/b", "zero"); script("/tmp/c", "#!/tmp/b c\n"); run("five", "/tmp/c", "zero"); script("/tmp/d", "#!/tmp/c d\n"); run("six", "/tmp/d", "zero"); script("/tmp/e", "#!/tmp/d\n"); run("seven", "/tmp/e", "zero");
  script("/tmp/loop", "#!/tmp/loop\n"); run("itself", "/tmp/loop", "zero"); script("/tmp/s8", "#!/tmp\n"); run("a directory", "/tmp/s8", "zero"); script("/tmp/s9", "#!/tmp/plain\n"); run("not executable", "/tmp/s9", "zero");
  for (int i = 0; i < 299; i++) text[i] = 'i'; text[0] = '#'; text[1] = '!'; file("/tmp/long", text, 299, 0755); run("a name above 256 bytes", "/tmp/long", "zero");
  line("/tmp/s10", "#!", " x"); n = size_of("#!") ; run("empty argv", "/tmp/s1", 0);
}

int main(int argc, char **argv, char **envp) {
  program = "/t/exec"; environment = (char *[]){ "A=1", "B=two", 0 };
  if (argc > 1 && same(argv[1], "state")) return state_main();
  if (argc > 1 && same(argv[1], "wait")) { rest(500 * MILLISECOND); return 0; }
  if (argc != 2 || !same(argv[1], "test")) return child_main(argc, argv, envp);
  title("a new program"); run("show", program, program, "show"); run("empty argv", program, 0);
  word child = fork(); if (child == 0) { call(SYS_execve, program, 0, 0); leave(1); } wait_status(child);
  state_test(); error_test(); script_test();
  return 0;
}
