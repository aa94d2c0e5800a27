/*
 * Dies three calls deep with memory of every kind mapped, and known values in registers and memory. Free-standing: the
 * file runs in Quire and on Linux.
 */
typedef unsigned long word;

static word call(word number, word a, word b, word c, word d, word e, word f) {
  register word a0 asm("a0") = a, a1 asm("a1") = b, a2 asm("a2") = c, a3 asm("a3") = d, a4 asm("a4") = e,
                     a5 asm("a5") = f, a7 asm("a7") = number;
  asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
  return a0;
}

enum { OPENAT = 56, FTRUNCATE = 46, WRITE = 64, EXIT = 93, SETRLIMIT = 164, MMAP = 222, MADVISE = 233, MPROTECT = 226 };
enum { NONE = 0, READ = 1, RW = 3, SHARED = 1, PRIVATE = 2, FIXED = 0x10, ANONYMOUS = 0x20, NORESERVE = 0x4000 };

static char *map(word at, word pages, word prot, word flags, word fd, word offset) {
  return (char *)call(MMAP, at, pages * 4096, prot, flags | FIXED, fd, offset);
}

char known[16] = "known text";
word table[4] = {11, 22, 33, 44};

__attribute__((noinline)) int third(int *where, int value) {
  asm volatile("li s2, 0x1234\n li s3, -1" ::: "s2", "s3");
  *where = value;
  return *where + 1;
}

__attribute__((noinline)) int second(int *where, int value) { return third(where, value + 1) + 2; }

__attribute__((noinline)) int first(int *where, int value) { return second(where, value + 1) + 3; }

void _start(void) {
  word unlimited[2] = {-1, -1};
  call(SETRLIMIT, 4, (word)unlimited, 0, 0, 0, 0);
  char *p = map(0x10000000, 4, RW, PRIVATE | ANONYMOUS, -1, 0);
  p[0] = 'a';
  p[2 * 4096] = 'b';
  map(0x11000000, 2, RW, SHARED | ANONYMOUS, -1, 0)[1] = 'c';
  map(0x12000000, 2, RW, PRIVATE | ANONYMOUS, -1, 0)[0] = 'd';
  call(MPROTECT, 0x12000000, 8192, NONE, 0, 0, 0);
  map(0x13000000, 2, READ, PRIVATE | ANONYMOUS, -1, 0);
  int fd = call(OPENAT, -100, (word) "/tmp/data", 0102, 0644, 0, 0);
  call(WRITE, fd, (word) "file data", 9, 0, 0, 0);
  call(FTRUNCATE, fd, 3 * 4096, 0, 0, 0, 0);
  map(0x14000000, 3, RW, SHARED, fd, 0)[4096] = 'e';
  map(0x15000000, 3, RW, PRIVATE, fd, 4096)[0] = 'f';
  map(0x16000000, 3, READ, PRIVATE, fd, 0);
  p = map(0x17000000, 2, RW, PRIVATE | ANONYMOUS, -1, 0);
  p[0] = 'g';
  call(MADVISE, 0x17000000, 8192, 16, 0, 0, 0); /* MADV_DONTDUMP */
  map(0x18000000, 4096, RW, PRIVATE | ANONYMOUS | NORESERVE, -1, 0)[123 << 12] = 'h';
  first((int *)16, 5);
  call(EXIT, 0, 0, 0, 0, 0, 0);
}
