/* programs/bytecode.s in C: the same program of the same stack machine. */
#include <stdint.h>
#include <string.h>

enum { HALT, CONSTANT, LOAD, STORE, PLUS, MINUS, TIMES, MIX, BOTH, SHIFT, LESS, JUMP, UNLESS, GET, PUT };
enum { I, HASH, ODD };

#define NUMBER(n) CONSTANT, (n) & 255, (n) >> 8 & 255
#define LOOP 15
#define NEXT 81
#define END 92
static const uint8_t program[] = {
    NUMBER(0), STORE, I, NUMBER(0), STORE, ODD, NUMBER(5381), STORE, HASH,
    /* LOOP */ LOAD, I, NUMBER(20000), MINUS, NUMBER(20000), LESS, UNLESS, END, 0,
    LOAD, HASH, LOAD, I, NUMBER(255), BOTH, GET, MIX, NUMBER(403), TIMES, LOAD, I, PLUS, STORE, HASH,
    LOAD, HASH, NUMBER(255), BOTH, LOAD, HASH, NUMBER(7), SHIFT, NUMBER(32767), BOTH, PUT,
    LOAD, HASH, NUMBER(1), BOTH, UNLESS, NEXT, 0, LOAD, ODD, NUMBER(1), PLUS, STORE, ODD,
    /* NEXT */ LOAD, I, NUMBER(1), PLUS, STORE, I, JUMP, LOOP, 0,
    /* END */ LOAD, HASH, LOAD, ODD, PLUS, HALT,
};
static int64_t memory[256], variables[4], stack[64];

void prepare(void) {}

#define BINARY(value) \
  { \
    int64_t b = *--top, a = top[-1]; \
    top[-1] = (value); \
    break; \
  }

uint64_t work(void) {
  const uint8_t *pc = program;
  int64_t *top = stack;
  memset(memory, 0, sizeof memory);
  for (;;) switch (*pc++) {
      case HALT: return (uint64_t)top[-1];
      case CONSTANT: *top++ = (int8_t)pc[1] * 256 | pc[0], pc += 2; break;
      case LOAD: *top++ = variables[*pc++]; break;
      case STORE: variables[*pc++] = *--top; break;
      case PLUS: BINARY((int64_t)((uint64_t)a + (uint64_t)b))
      case MINUS: BINARY((int64_t)((uint64_t)a - (uint64_t)b))
      case TIMES: BINARY((int32_t)((uint32_t)a * (uint32_t)b))
      case MIX: BINARY(a ^ b)
      case BOTH: BINARY(a & b)
      case SHIFT: BINARY((int64_t)((uint64_t)a >> (b & 63)))
      case LESS: BINARY(a < b)
      case JUMP: pc = program + (pc[0] | pc[1] << 8); break;
      case UNLESS: pc = *--top == 0 ? program + (pc[0] | pc[1] << 8) : pc + 2; break;
      case GET: top[-1] = memory[top[-1]]; break;
      case PUT: top -= 2, memory[top[0]] = top[1]; break;
    }
}
