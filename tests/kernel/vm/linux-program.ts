/** Prints the C program that records the cases on Linux with Sv57; see linux-cases.ts. */
import { BASE, type Call, casesBelow, FD, FILE_BYTES, SPAN } from "./linux-cases.ts";

const CALLS: readonly Call[] = ["mmap", "munmap", "mprotect", "msync", "load", "store", "truncate"];
const steps = casesBelow(2n ** 56n).flatMap(({ name, steps: list }) => [
  `{-1, {(long)${JSON.stringify(name)}}},`,
  ...list.map(
    ([call, ...args]) =>
      `{${CALLS.indexOf(call)}, {${args.map((n) => `(long)${BigInt.asUintN(64, n)}ul`).join(", ")}}},`,
  ),
]);

console.log(`typedef unsigned long ul;
static long call(long n, long a, long b, long c, long d, long e, long f) {
  register long a7 asm("a7") = n, a0 asm("a0") = a, a1 asm("a1") = b, a2 asm("a2") = c, a3 asm("a3") = d, a4 asm("a4") = e, a5 asm("a5") = f;
  asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
  return a0;
}
static char buffer[65536]; static int used;
static void flush(void) { call(64, 1, (long)buffer, used, 0, 0, 0); used = 0; }
static void put(const char *s) { while (*s) buffer[used++] = *s++; if (used > 60000) flush(); }
static void number(long v) { char t[24]; int i = 24; ul u = v < 0 ? -v : v; t[--i] = 0; do t[--i] = '0' + u % 10; while (u /= 10); if (v < 0) t[--i] = '-'; put(t + i); }
static volatile long signo, code, address;
static void handler(long s, long *info, char *context) { signo = s; code = (int)info[1]; address = info[2]; *(long *)(context + 176) += 4; }
static long load(unsigned char *p) { long v; asm volatile(".option push\\n.option norvc\\nlbu %0, 0(%1)\\n.option pop" : "=r"(v) : "r"(p)); return v; }
static void store(unsigned char *p, long v) { asm volatile(".option push\\n.option norvc\\nsb %1, 0(%0)\\n.option pop" :: "r"(p), "r"(v) : "memory"); }
static struct { long op; long a[6]; } steps[] = {
${steps.join("\n")}
{-2}};
static void fill(void) {
  static char content[${FILE_BYTES}];
  for (int i = 0; i < ${FILE_BYTES}; i++) content[i] = 65 + i / 4096;
  call(46, ${FD.readWrite}, 0, 0, 0, 0, 0);
  call(68, ${FD.readWrite}, (long)content, ${FILE_BYTES}, 0, 0, 0);
}
static void as(long fd, int number) { call(24, fd, number, 0, 0, 0, 0); }
void _start(void) {
  asm volatile(".option push\\n.option norelax\\nla gp, __global_pointer$\\n.option pop");
  long act[3] = {(long)handler, 4 | 0x40000000, 0}; int fds[2];
  call(134, 11, (long)act, 0, 8, 0, 0); call(134, 7, (long)act, 0, 8, 0, 0);
  as(call(56, -100, (long)"/tmp/calls", 0102, 0600, 0, 0), ${FD.readWrite});
  as(call(56, -100, (long)"/tmp/calls", 0, 0, 0, 0), ${FD.readOnly});
  as(call(56, -100, (long)"/tmp/calls", 1, 0, 0, 0), ${FD.writeOnly});
  as(call(56, -100, (long)"/tmp", 0, 0, 0, 0), ${FD.directory});
  call(59, (long)fds, 0, 0, 0, 0, 0); as(fds[0], ${FD.pipe});
  call(33, -100, (long)"/tmp/zero", 0020600, 0x105, 0, 0);
  as(call(56, -100, (long)"/tmp/zero", 2, 0, 0, 0), ${FD.zero});
  for (int i = 0; steps[i].op != -2; i++) {
    long *a = steps[i].a, r = 0;
    switch (steps[i].op) {
      case -1: call(215, ${BASE}, ${SPAN}, 0, 0, 0, 0); fill(); put("# "); put((char *)a[0]); put("\\n"); continue;
      case 0: r = call(222, a[0], a[1], a[2], a[3], a[4], a[5]); break;
      case 1: r = call(215, a[0], a[1], 0, 0, 0, 0); break;
      case 2: r = call(226, a[0], a[1], a[2], 0, 0, 0); break;
      case 3: r = call(227, a[0], a[1], a[2], 0, 0, 0); break;
      case 6: r = call(46, ${FD.readWrite}, a[0], 0, 0, 0, 0); break;
      default:
        signo = 0;
        if (steps[i].op == 4) r = load((void *)a[0]); else store((void *)a[0], a[1]);
        if (signo) { put("signal "); number(signo); put(" code "); number(code); put(" at "); number(address - a[0]); put("\\n"); continue; }
    }
    if (steps[i].op == 0 && (r >= 0 || r < -4095) && (r < ${BASE} || r >= ${BASE + SPAN})) { put("*\\n"); call(215, r, a[1], 0, 0, 0, 0); continue; }
    number(r); put("\\n");
  }
  flush();
  call(93, 0, 0, 0, 0, 0, 0);
}`);
