/* programs/quicksort.s in C. */
#include <stdint.h>

#define COUNT (1 << 16)
static int32_t words[COUNT];

void prepare(void) {}

static void sort(int32_t *first, int32_t *last) {
  while (first < last) {
    int32_t pivot = first[(last - first) >> 1];
    int32_t *left = first - 1, *right = last + 1;
    for (;;) {
      do left++; while (*left < pivot);
      do right--; while (pivot < *right);
      if (left >= right) break;
      int32_t kept = *left;
      *left = *right;
      *right = kept;
    }
    sort(first, right);
    first = right + 1;
  }
}

uint64_t work(void) {
  uint32_t seed = 12345;
  for (int i = 0; i < COUNT; i++) {
    seed = seed * 1103515245u + 12;
    words[i] = (int32_t)(seed >> 1 ^ seed);
  }
  sort(words, words + COUNT - 1);
  uint64_t result = 0;
  for (int i = 0; i < COUNT; i++) result = result * 31 + (uint64_t)(int64_t)words[i];
  return result;
}
