/* programs/sieve.s in C. */
#include <stdint.h>
#include <string.h>

#define LIMIT 500000
static uint8_t composite[LIMIT];

void prepare(void) {}

uint64_t work(void) {
  uint64_t primes = 0;
  memset(composite, 0, LIMIT);
  for (uint64_t n = 2; n < LIMIT; n++) {
    if (composite[n]) continue;
    primes++;
    for (uint64_t m = n * n; m < LIMIT; m += n) composite[m] = 1;
  }
  return primes;
}
