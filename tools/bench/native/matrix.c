/* programs/matrix.s in C. */
#include <stdint.h>

#define N 128
static uint64_t a[N * N], b[N * N], c[N * N];

void prepare(void) {
  for (uint64_t i = 0; i < N * N; i++) {
    a[i] = 3 * i + 1;
    b[i] = i * i ^ i >> 3;
  }
}

uint64_t work(void) {
  uint64_t result = 0;
  for (int row = 0; row < N; row++)
    for (int column = 0; column < N; column++) {
      uint64_t sum = 0;
      for (int k = 0; k < N; k++) sum += a[row * N + k] * b[k * N + column];
      c[row * N + column] = sum;
    }
  for (int i = 0; i < N * N; i++) result = (result ^ result >> 7 ^ c[i]) * 31;
  return result;
}
