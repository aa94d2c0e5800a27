/* programs/fib.s in C. The number goes through a volatile, so that no compiler works the sum out. */
#include <stdint.h>

static volatile int which = 27;

void prepare(void) {}

static uint64_t fib(uint64_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

uint64_t work(void) { return fib(which); }
