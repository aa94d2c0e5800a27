/* programs/crc.s in C. */
#include <stdint.h>

#define BYTES (1 << 20)
static uint32_t table[256];
static uint8_t buffer[BYTES];

void prepare(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t entry = i;
    for (int bit = 0; bit < 8; bit++) entry = entry & 1 ? entry >> 1 ^ 0xedb88320u : entry >> 1;
    table[i] = entry;
  }
  for (uint32_t i = 0; i < BYTES; i++) buffer[i] = (uint8_t)(i ^ i >> 7);
}

uint64_t work(void) {
  uint32_t crc = 0xffffffffu;
  for (int i = 0; i < BYTES; i++) crc = table[(buffer[i] ^ crc) & 255] ^ crc >> 8;
  return crc ^ 0xffffffffu;
}
