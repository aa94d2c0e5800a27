/* Numbers and structures of the system-call ABI that the programs of this folder use; everything by hand, no C library. */
#pragma once
#include "../../conformance/programs/quire.h"

enum { SYS_dup3 = 24, SYS_fcntl = 25, SYS_mkdirat = 34, SYS_unlinkat = 35, SYS_fchmod = 52, SYS_openat = 56, SYS_exit = 93, SYS_waitid = 95,
       SYS_set_tid_address = 96, SYS_futex = 98, SYS_nanosleep = 101, SYS_getitimer = 102, SYS_setitimer = 103, SYS_clock_gettime = 113,
       SYS_clock_getres = 114, SYS_clock_nanosleep = 115, SYS_sched_yield = 124, SYS_tkill = 130, SYS_tgkill = 131, SYS_rt_sigsuspend = 133,
       SYS_rt_sigpending = 136, SYS_rt_sigtimedwait = 137, SYS_rt_sigqueueinfo = 138, SYS_rt_sigreturn = 139, SYS_setpriority = 140,
       SYS_getpriority = 141, SYS_reboot = 142, SYS_setgid = 144, SYS_setuid = 146, SYS_setresuid = 147, SYS_getresuid = 148, SYS_times = 153,
       SYS_setpgid = 154, SYS_getpgid = 155, SYS_getsid = 156, SYS_setsid = 157, SYS_getgroups = 158, SYS_getrlimit = 163, SYS_setrlimit = 164,
       SYS_getrusage = 165, SYS_gettimeofday = 169, SYS_getppid = 173, SYS_getuid = 174, SYS_gettid = 178, SYS_sysinfo = 179,
       SYS_execve = 221, SYS_prlimit64 = 261, SYS_getrandom = 278, SYS_prctl = 167 };
enum { SIGHUP = 1, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM,
       SIGCHLD = 17, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGVTALRM = 26, SIGPROF, SIGWINCH };
enum { AT_FDCWD = -100, O_CREAT = 0100, O_WRONLY = 1, O_RDWR = 2, O_TRUNC = 01000, O_CLOEXEC = 02000000 };
enum { WNOHANG = 1, WUNTRACED = 2, WEXITED = 4, WCONTINUED = 8, WNOWAIT = 0x1000000 };
#define SA_NOCLDSTOP 1ul
#define SA_NOCLDWAIT 2ul
#define SA_SIGINFO 4ul
#define SA_ONSTACK 0x08000000ul
#define SA_RESTART 0x10000000ul
#define SA_NODEFER 0x40000000ul
#define SA_RESETHAND 0x80000000ul
#define SIG_IGN ((void *)1)
#define SIG_DFL ((void *)0)
#define BIT(signo) (1ul << ((signo) - 1))

struct action { void *handler; uword flags, mask; };
struct stack { void *sp; int flags; uword size; };
struct info { int signo, error, code, pad, pid, uid, status; word utime, stime, more[10]; };
struct context { uword flags; void *link; struct stack stack; uword mask, unused[16]; uword pc, x[31]; };
struct timespec { word sec, nsec; };
struct timeval { word sec, usec; };

static word handle(int signo, void *handler, uword flags, uword mask) {
  struct action a = { handler, flags, mask };
  return call(SYS_rt_sigaction, signo, &a, 0, 8);
}
static word block(int how, uword set) { return call(SYS_rt_sigprocmask, how, &set, 0, 8); }
static uword blocked(void) { uword set; call(SYS_rt_sigprocmask, 0, 0, &set, 8); return set; }
static uword pending(void) { uword set = 0; call(SYS_rt_sigpending, &set, 8); return set; }
static word fork(void) { return call(SYS_clone, SIGCHLD, 0, 0, 0, 0); }
static word send(word pid, int signo) { return call(SYS_kill, pid, signo); }
static void leave(int status) { call(SYS_exit_group, status); }
static void rest(word nanoseconds) { struct timespec t = { nanoseconds / 1000000000, nanoseconds % 1000000000 }; call(SYS_nanosleep, &t, 0); }
#define MILLISECOND 1000000l
static word now(void) { struct timespec t; call(SYS_clock_gettime, 1, &t); return t.sec * 1000000000 + t.nsec; }
static word wait_status(word pid) { int status = -1; word got = call(SYS_wait4, pid, &status, 0, 0); return got < 0 ? got : status; }
static void show_hex(const char *name, uword v) { put(name); put(" = "); put_hex(v); put("\n"); }
static void title(const char *text) { put("-- "); put(text); put("\n"); }
static int same(const char *a, const char *b) { while (*a && *a == *b) a++, b++; return *a == *b; }
