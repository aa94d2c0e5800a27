// See README.md for how the files made of this one are made.
const char *names[] = {"one\n", "twenty one\n", "llo world\n"};
int counter;
int large[5000];
static int sum;

int helper(int x) {
  sum += x;
  large[3] = sum;
  return x + large[3];
}
