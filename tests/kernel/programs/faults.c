/* Signals that the program's own instructions raise, and hostile frames. */
#include "system.h"

static char alternate[16384];
static volatile int seen;
static volatile uword seen_address, seen_code, seen_sp;
static void skip(int signo, struct info *info, struct context *c) { seen = signo; seen_code = info->code; seen_address = *(uword *)&info->pid; seen_sp = (uword)&signo; c->pc += 4; }
static void jump_back(int signo, struct info *info, struct context *c) { skip(signo, info, c); c->pc = c->x[0]; }
static void catch_all(void *handler) {
  for (int s = SIGILL; s <= SIGSEGV; s++) if (s != SIGKILL && s != SIGUSR1 && s != SIGABRT) handle(s, handler, SA_SIGINFO | SA_ONSTACK, 0);
}
static void report(const char *what, uword expected) {
  put(what); put(": signal "); put_word(seen); put(" code "); put_word((word)(int)seen_code); put(seen_address == expected ? " at the address\n" : " at another address\n");
}

static const int constant = 1;
static void fault_test(void) {
  title("faults");
  catch_all(skip);
  __asm__ volatile("lw t0, 8(zero)" ::: "t0"); report("load from 8", 8);
  __asm__ volatile("sw zero, 16(zero)"); report("store to 16", 16);
  __asm__ volatile("sw zero, 0(%0)" :: "r"(&constant)); report("store to a constant", (uword)&constant);
  __asm__ volatile("lw t0, 0(%0)" :: "r"(0x8000000000000000ul) : "t0"); report("load from a non-canonical address", 0x8000000000000000ul);
  __asm__ volatile("lw t0, 0(%0)" :: "r"(0xffffffff80000000ul) : "t0"); report("load from the kernel's half", 0xffffffff80000000ul);
  __asm__ volatile("sd zero, 0(%0)" :: "r"(0x7ffffffffffffff8ul)); report("store to 2^63-8", 0x7ffffffffffffff8ul);
  void *at; __asm__ volatile("la %0, 1f\n1: .word 0" : "=r"(at)); report("word 0", (uword)at);
  __asm__ volatile("la %0, 1f\n1: .word 0xffffffff" : "=r"(at)); report("all ones", (uword)at);
  __asm__ volatile("la %0, 1f\n1: csrr t0, sstatus" : "=r"(at) :: "t0"); report("csrr sstatus", (uword)at);
  __asm__ volatile("la %0, 1f\n1: .word 0x30200073" : "=r"(at)); report("mret", (uword)at);
  __asm__ volatile("la %0, 1f\n1: .word 0x12000073" : "=r"(at)); report("sfence.vma", (uword)at);
  __asm__ volatile("la %0, 1f\n1: .word 0x00100073" : "=r"(at)); report("ebreak", (uword)at);
  catch_all(jump_back);
  __asm__ volatile("jalr %0" :: "r"(0x100ul) : "ra"); report("jump to 0x100", 0x100);
  __asm__ volatile("jalr %0" :: "r"(&seen) : "ra"); report("jump into data", (uword)&seen);
  __asm__ volatile("jalr %0" :: "r"(0x4000000000000000ul) : "ra"); report("jump to 2^62", 0x4000000000000000ul);
  catch_all(SIG_DFL);
}

static word ends(void (*body)(void)) { word child = fork(); if (child == 0) { body(); leave(99); } return wait_status(child); }
static void bad_load(void) { __asm__ volatile("lw t0, 0(zero)" ::: "t0"); }
static void ignoring(void) { handle(SIGSEGV, SIG_IGN, 0, 0); bad_load(); }
static void blocking(void) { handle(SIGSEGV, skip, SA_SIGINFO, 0); block(0, BIT(SIGSEGV)); bad_load(); }
static void inside_handler(int signo) { (void)signo; bad_load(); leave(98); }
static void twice(void) { handle(SIGSEGV, inside_handler, 0, 0); bad_load(); }
static void illegal(void) { __asm__ volatile(".word 0"); }
static void trap(void) { __asm__ volatile(".word 0x00100073"); }
static void bad_sp(void) { handle(SIGUSR1, skip, SA_SIGINFO, 0); word me = self(); __asm__ volatile("li sp, 64\nmv a0, %0\nli a1, 10\nli a7, 129\necall" :: "r"(me) : "a0", "a1", "a7"); leave(97); }
static void negative_sp(void) { handle(SIGUSR1, skip, SA_SIGINFO, 0); word me = self(); __asm__ volatile("li sp, -4096\nmv a0, %0\nli a1, 10\nli a7, 129\necall" :: "r"(me) : "a0", "a1", "a7"); leave(97); }
static void bare_sigreturn(void) { __asm__ volatile("li sp, 0\nli a7, 139\necall"); }
static void odd_sigreturn(void) { __asm__ volatile("li sp, 4097\nli a7, 139\necall"); }
static void reserved_words(void) {
  static uword frame[160];
  for (int i = 0; i < 160; i++) frame[i] = 0;
  ((u32 *)frame)[(128 + 432 + 516) / 4] = 1;
  __asm__ volatile("mv sp, %0\nli a7, 139\necall" :: "r"(frame));
}
static void crafted(void) {
  /* A frame that nobody pushed: the kernel takes it, as long as it is one. */
  static uword frame[160];
  for (int i = 0; i < 160; i++) frame[i] = 0;
  static char *target; __asm__ volatile("la %0, 1f" : "=r"(target));
  struct context *c = (struct context *)((char *)frame + 128);
  c->pc = (uword)target; c->x[1] = (uword)&frame[150]; c->x[9] = 42; c->x[16] = 94; c->mask = ~0ul;
  __asm__ volatile("mv sp, %0\nli a7, 139\necall\nebreak\n1: ecall" :: "r"(frame));
}
static void kernel_pc(void) {
  static uword frame[160];
  for (int i = 0; i < 160; i++) frame[i] = 0;
  struct context *c = (struct context *)((char *)frame + 128);
  c->pc = 0xffffffff80000000ul; c->x[1] = 0;
  __asm__ volatile("mv sp, %0\nli a7, 139\necall" :: "r"(frame));
}
static volatile int depth;
static int __attribute__((noinline)) recurse(volatile char *above) { volatile char room[1024]; room[depth++ & 1023] = above[0]; int deeper = recurse(room); return deeper + room[depth & 1023]; }
static void overflow(void) { handle(SIGSEGV, skip, SA_SIGINFO, 0); recurse((volatile char *)""); }
static void leave_ok(int signo) { (void)signo; int local; seen_sp = (uword)&local; leave(seen_sp >= (uword)alternate && seen_sp < (uword)alternate + sizeof alternate ? 55 : 56); }
static void overflow_caught(void) { struct stack s = { alternate, 0, sizeof alternate }; call(SYS_sigaltstack, &s, 0); handle(SIGSEGV, leave_ok, SA_ONSTACK, 0); recurse((volatile char *)""); }
static void default_stop(void) { rest(10 * MILLISECOND); }

int main(int argc, char **argv, char **envp) {
  fault_test();
  title("deaths");
  show("default", ends(bad_load)); show("ignored", ends(ignoring)); show("blocked", ends(blocking)); show("in its own handler", ends(twice));
  show("illegal", ends(illegal)); show("breakpoint", ends(trap)); show("sp is 64", ends(bad_sp)); show("sp is -4096", ends(negative_sp));
  show("stack overflow", ends(overflow)); show("stack overflow with an alternate stack", ends(overflow_caught)); show("nothing", ends(default_stop));
  title("rt_sigreturn");
  show("sp 0", ends(bare_sigreturn)); show("sp 4097", ends(odd_sigreturn)); show("reserved words", ends(reserved_words)); show("a frame of our own", ends(crafted)); show("pc in the kernel", ends(kernel_pc));
  return 0;
}
