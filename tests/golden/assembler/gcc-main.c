// See README.md for how the files made of this one are made.
typedef void (*Function)(void);
extern Function __init_array_start[], __init_array_end[];
extern char __bss_start[], _end[];
extern const char *names[];
extern int counter;
extern void nowhere(void) __attribute__((weak));
int helper(int x);

int table[100] = {1, 2, 3};
const char *message = "hello world\n";

static long call(long number, long a, long b, long c) {
  register long a7 asm("a7") = number, a0 asm("a0") = a, a1 asm("a1") = b, a2 asm("a2") = c;
  asm volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
  return a0;
}

static long length(const char *text) {
  long n = 0;
  while (text[n]) n++;
  return n;
}

static void print(const char *text) { call(64, 1, (long)text, length(text)); }

int factorial(int n) { return n < 2 ? 1 : n * factorial(n - 1); }

int chosen(int x) {
  switch (x) {
    case 1: return 10;
    case 2: return 30;
    case 3: return 7;
    case 4: return 77;
    case 5: return 99;
    case 6: return 1000;
    default: return 0;
  }
}

__attribute__((constructor)) void prepare(void) { counter = 5; }

void _start(void) {
  asm volatile(".option push\n.option norelax\nla gp, __global_pointer$\n.option pop");
  for (Function *f = __init_array_start; f < __init_array_end; f++) (*f)();
  if (nowhere) nowhere();
  print(message);
  for (int i = 0; i < 3; i++) print(names[i]);
  call(93, counter + helper(factorial(3)) + chosen(table[2]) + (_end - __bss_start > 0), 0, 0);
}
