/* Clocks, sleeping and interval timers. */
#include "system.h"

static volatile int count; static volatile word at[32];
static void tick(int signo) { (void)signo; if (count < 32) at[count] = now(); count++; }

static void clock_test(void) {
  title("clocks");
  struct timespec t; struct timeval v;
  for (int c = 0; c <= 7; c++) { show("clock", c); show("gettime", call(SYS_clock_gettime, c, &t)); show("getres", call(SYS_clock_getres, c, &t)); show("getres without result", call(SYS_clock_getres, c, 0)); }
  show("clock 99", call(SYS_clock_gettime, 99, &t)); show("clock 99 res", call(SYS_clock_getres, 99, 0)); show("bad address", call(SYS_clock_gettime, 1, 8));
  word a = now(), b = now(); show("monotonic", b >= a);
  show("gettimeofday", call(SYS_gettimeofday, &v, 0)); call(SYS_clock_gettime, 0, &t); show("agrees with CLOCK_REALTIME", t.sec - v.sec <= 1); show("neither", call(SYS_gettimeofday, 0, 0)); show("bad address", call(SYS_gettimeofday, 8, 0));
}

static void sleep_test(void) {
  title("sleeping");
  struct timespec t = { 0, 20 * MILLISECOND }, bad = { 0, 1000000000 }, negative = { -1, 0 }, zero = { 0, 0 };
  word a = now(); show("nanosleep", call(SYS_nanosleep, &t, 0)); show("at least", now() - a >= 20 * MILLISECOND);
  show("nsec too large", call(SYS_nanosleep, &bad, 0)); show("negative", call(SYS_nanosleep, &negative, 0)); show("zero", call(SYS_nanosleep, &zero, 0)); show("bad address", call(SYS_nanosleep, 8, 0));
  call(SYS_clock_gettime, 1, &t); t.nsec += 30 * MILLISECOND; if (t.nsec >= 1000000000) { t.nsec -= 1000000000; t.sec++; }
  show("absolute", call(SYS_clock_nanosleep, 1, 1, &t, 0)); struct timespec u; call(SYS_clock_gettime, 1, &u); show("reached", u.sec > t.sec || (u.sec == t.sec && u.nsec >= t.nsec)); show("in the past", call(SYS_clock_nanosleep, 1, 1, &t, 0));
  show("thread clock", call(SYS_clock_nanosleep, 3, 0, &zero, 0)); show("coarse", call(SYS_clock_nanosleep, 6, 0, &zero, 0)); show("raw", call(SYS_clock_nanosleep, 4, 0, &zero, 0)); show("unknown", call(SYS_clock_nanosleep, 99, 0, &zero, 0)); show("boot time", call(SYS_clock_nanosleep, 7, 0, &zero, 0));
  title("interrupted");
  handle(SIGALRM, tick, SA_RESTART, 0); struct timeval alarm[2] = { { 0, 0 }, { 0, 30000 } }; struct timespec second = { 1, 0 }, left = { 9, 9 };
  call(SYS_setitimer, 0, alarm, 0); show("nanosleep", call(SYS_nanosleep, &second, &left)); show("remaining", left.sec == 0 && left.nsec > 800 * MILLISECOND && left.nsec < 971 * MILLISECOND);
  call(SYS_setitimer, 0, alarm, 0); show("remaining to a bad address", call(SYS_nanosleep, &second, 8));
  call(SYS_clock_gettime, 1, &t); t.sec += 1; left.sec = 77; call(SYS_setitimer, 0, alarm, 0); show("absolute", call(SYS_clock_nanosleep, 1, 1, &t, &left)); show("nothing is written then", left.sec);
}

static void timer_test(void) {
  title("interval timers");
  struct timeval t[2], old[2]; handle(SIGALRM, tick, 0, 0);
  show("read", call(SYS_getitimer, 0, old)); show("off", old[1].sec + old[1].usec); show("unknown", call(SYS_getitimer, 3, old)); show("unknown", call(SYS_setitimer, -1, old, 0)); show("bad address", call(SYS_getitimer, 0, 8));
  struct timeval wrong[2] = { { 0, 0 }, { 0, 1000000 } }; show("usec too large", call(SYS_setitimer, 0, wrong, 0));
  struct timeval every[2] = { { 0, 20000 }, { 0, 20000 } }; count = 0; word a = now();
  show("periodic", call(SYS_setitimer, 0, every, 0)); while (count < 5) { struct timespec s = { 1, 0 }; call(SYS_nanosleep, &s, 0); }
  word taken = now() - a; show("5 periods", taken >= 100 * MILLISECOND && taken < 200 * MILLISECOND);
  struct timeval none[2] = { { 0, 0 }, { 0, 0 } }; show("off", call(SYS_setitimer, 0, none, old)); show("interval was", old[0].usec); show("value was", old[1].usec > 0 && old[1].usec <= 20000);
  count = 0; rest(50 * MILLISECOND); show("no more", count);
  struct timeval once[2] = { { 0, 0 }, { 0, 10000 } }; call(SYS_setitimer, 0, once, 0); rest(30 * MILLISECOND); rest(30 * MILLISECOND); show("once", count);
  title("process clocks");
  handle(SIGVTALRM, tick, 0, 0); handle(SIGPROF, tick, 0, 0);
  count = 0; call(SYS_setitimer, 1, once, 0); while (count == 0) {} show("ITIMER_VIRTUAL", count);
  count = 0; call(SYS_setitimer, 2, once, 0); while (count == 0) {} show("ITIMER_PROF", count);
  count = 0; call(SYS_setitimer, 1, once, 0); rest(50 * MILLISECOND); show("sleeping does not count", count); call(SYS_setitimer, 1, none, 0);
  call(SYS_setitimer, 0, once, 0); word child = fork(); if (child == 0) { call(SYS_getitimer, 0, old); show("a child has no timer", old[1].sec + old[1].usec); leave(0); } wait_status(child);
  (void)t;
}

int main(int argc, char **argv, char **envp) { clock_test(); sleep_test(); timer_test(); return 0; }
