/* Recursion, pointers and an interpreter's indirect jumps: quicksort, a sieve, a little stack machine. */
#include "quire.h"
static int numbers[5000];
static void quicksort(int *a, int n) {
  if (n < 2) return;
  int pivot = a[n / 2], i = 0, j = n - 1;
  for (;; i++, j--) { while (a[i] < pivot) i++; while (a[j] > pivot) j--; if (i >= j) break; int t = a[i]; a[i] = a[j]; a[j] = t; }
  quicksort(a, i); quicksort(a + i, n - i);
}
static word machine(const u8 *code) {
  word stack[16]; int top = 0;
  for (;;) switch (*code++) {
    case 0: stack[top++] = *code++; break;
    case 1: top--; stack[top - 1] += stack[top]; break;
    case 2: top--; stack[top - 1] *= stack[top]; break;
    case 3: stack[top - 1]--; if (stack[top - 1]) code -= *code; else code++; break;
    case 4: top--; break;
    case 5: stack[top] = stack[top - 2]; top++; break;
    default: return stack[top - 1];
  }
}
int main(int argc, char **argv, char **envp) {
  u32 x = 12345;
  for (int i = 0; i < 5000; i++) numbers[i] = (int)(x = x * 1103515245 + 12345) >> 4;
  quicksort(numbers, 5000);
  int ordered = 1; for (int i = 1; i < 5000; i++) ordered &= numbers[i - 1] <= numbers[i];
  show("ordered", ordered); show("least", numbers[0]); show("most", numbers[4999]);
  static u8 composite[20000]; int primes = 0;
  for (int i = 2; i < 20000; i++) { if (composite[i]) continue; primes++; for (int j = 2 * i; j < 20000; j += i) composite[j] = 1; }
  show("primes", primes);
  static const u8 program[] = {0, 6, 0, 7, 2, 0, 100, 1, 9};
  show("machine", machine(program));
  return 0;
}
