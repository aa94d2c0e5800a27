/* 64-bit and 128-bit arithmetic, division in all its edges, on values from a generator. */
#include "quire.h"
static uword state = 88172645463325252UL;
static uword next(void) { state ^= state << 13; state ^= state >> 7; state ^= state << 17; return state; }
static word divide(word a, word b) { word q; __asm__("div %0, %1, %2" : "=r"(q) : "r"(a), "r"(b)); return q; }
static word rest(word a, word b) { word q; __asm__("rem %0, %1, %2" : "=r"(q) : "r"(a), "r"(b)); return q; }
int main(int argc, char **argv, char **envp) {
  uword sum = 0;
  static const word edges[] = {0, 1, -1, 2, -2, (word)0x8000000000000000UL, 0x7fffffffffffffffL, 0x80000000L, -0x80000000L, 0xffffffffL};
  for (int i = 0; i < 10; i++)
    for (int j = 0; j < 10; j++) { sum = sum * 31 + divide(edges[i], edges[j]); sum = sum * 31 + rest(edges[i], edges[j]); }
  put_hex(sum); put("\n");
  for (int i = 0; i < 20000; i++) {
    uword a = next(), b = next() >> (i & 63);
    unsigned __int128 p = (unsigned __int128)a * b;
    __int128 q = (__int128)(word)a * (word)b;
    sum += (uword)(p >> 64) ^ (uword)(q >> 64) ^ (b ? a / b + a % b : a);
    sum += (u32)a / ((u32)b | 1) + (int)a % ((int)b | 1) + (a << (b & 63)) + ((word)a >> (b & 31));
  }
  put_hex(sum); put("\n");
  return (int)(sum & 0x7f);
}
