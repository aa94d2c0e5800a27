/* programs/strings.s in C: our own loops there, our own loops here. */
#include <stdint.h>
#include <stddef.h>

#define BYTES 16384
#define ROUNDS 20
static char text[BYTES], other[BYTES];
static const char needle[] = "xyz";

static void copy(char *to, const char *from) {
  while ((*to++ = *from++)) continue;
}

static size_t length(const char *s) {
  const char *end = s;
  while (*end) end++;
  return (size_t)(end - s);
}

static int compare(const char *a, const char *b) {
  while (*a == *b && *a) a++, b++;
  return (unsigned char)*a - (unsigned char)*b;
}

static char *find(char *s, const char *word) {
  for (;; s++) {
    const char *at = s, *w = word;
    while (*w && *at == *w) at++, w++;
    if (!*w) return s;
    if (!*at) return 0;
  }
}

void prepare(void) {
  for (uint64_t i = 0; i < BYTES - 4; i++) text[i] = (char)('a' + (i * i + (i >> 4)) % 23);
  copy(text + BYTES - 4, needle);
}

uint64_t work(void) {
  uint64_t sum = 0;
  for (int round = 0; round < ROUNDS; round++) {
    sum += length(text);
    copy(other, text);
    if (compare(other, text) != 0) return 0;
    sum += (uint64_t)(find(text, needle) - text);
  }
  return sum;
}
