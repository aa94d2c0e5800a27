/* What programs/start.s is, for a C compiler of the host. There is no count of instructions: 0. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

void prepare(void);
uint64_t work(void);

int main(int argc, char **argv) {
  long units = argc > 1 ? atol(argv[1]) : 0;
  if (units == 0) return 0;
  setvbuf(stdout, NULL, _IOLBF, 0);
  prepare();
  printf("begin\n");
  fflush(stdout);
  uint64_t sum = work();
  while (--units > 0)
    if (work() != sum) return 1;
  printf("%016llx %016x\n", (unsigned long long)sum, 0);
  fflush(stdout);
  return 0;
}
