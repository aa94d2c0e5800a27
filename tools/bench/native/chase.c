/* programs/chase.s in C. */
#include <stdint.h>

#define NODES (1u << 19)
#define STEPS 1000000
static struct node {
  struct node *next;
  char rest[64 - sizeof(void *)];
} nodes[NODES];

void prepare(void) {
  for (uint64_t i = 0; i < NODES; i++) nodes[i].next = &nodes[(i * 1664525u + 1013904223u) & (NODES - 1)];
}

uint64_t work(void) {
  struct node *at = nodes;
  for (int i = 0; i < STEPS; i++) at = at->next;
  return (uint64_t)((char *)at - (char *)nodes);
}
