/**
 * CONTRACT: the system-call ABI, Linux's for riscv64 (asm-generic numbers, lp64 layouts). Data only, imports nothing.
 *
 * Derived from it: dispatch and argument decoding (syscall.ts), the call trace, the assembly header
 * userland/include/abi.s and the stubs of the runtime library, the manual.
 *
 * (1) A row whose `partial` is set says in one sentence what differs from Linux.
 * (2) Every argument kind is a key of ARGUMENT_KINDS; a kind "flags:N" names a table of FLAGS.
 * (3) Structure layouts give offset and type of each field; the size includes tail padding.
 *
 * Source: Linux 6.1 include/uapi (asm-generic, arch/riscv) and the man pages of sections 2 and 7.
 */

/** How an argument is shown and checked. All are 64-bit registers; "int" uses the low 32 bits, signed. */
export const ARGUMENT_KINDS = {
  int: "a signed 32-bit number",
  unsigned: "an unsigned 32-bit number",
  long: "a signed 64-bit number",
  size: "an unsigned 64-bit length in bytes",
  offset: "a signed 64-bit file offset",
  fd: "a file descriptor",
  dirfd: "a directory's file descriptor, or AT_FDCWD",
  pid: "a process number",
  signal: "a signal number",
  mode: "permission bits, octal",
  path: "the address of a NUL-terminated path",
  string: "the address of a NUL-terminated string",
  strings: "the address of a NULL-terminated vector of strings",
  in: "the address of bytes that the call reads, as many as the next argument says",
  out: "the address of bytes that the call writes, as many as it returns",
  iovec: "the address of an array of struct iovec, as many as the next argument says",
  pointer: "an address",
  clock: "a clock number",
  flags: "a set of bits, hexadecimal",
} as const;

export type ArgumentKind = keyof typeof ARGUMENT_KINDS | `flags:${FlagSet}`;

export interface SyscallRow {
  readonly nr: number;
  /** Names and kinds of the arguments, "name: kind". */
  readonly args: readonly (readonly [name: string, kind: ArgumentKind])[];
  /** Returns an address: traced in hexadecimal. */
  readonly returnsAddress?: true;
  readonly partial?: string;
}

/** Named bits or values of one argument. `mask` marks the bits of a value field inside (O_ACCMODE). */
// biome-ignore format: a table is read in columns
export const FLAGS = {
  open: {
    O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 0o100, O_EXCL: 0o200, O_NOCTTY: 0o400, O_TRUNC: 0o1000, O_APPEND: 0o2000, O_NONBLOCK: 0o4000,
    O_DSYNC: 0o10000, O_ASYNC: 0o20000, O_DIRECT: 0o40000, O_LARGEFILE: 0o100000, O_DIRECTORY: 0o200000, O_NOFOLLOW: 0o400000, O_NOATIME: 0o1000000,
    O_CLOEXEC: 0o2000000, O_SYNC: 0o4010000, O_PATH: 0o10000000, O_TMPFILE: 0o20200000,
  },
  prot: { PROT_NONE: 0, PROT_READ: 1, PROT_WRITE: 2, PROT_EXEC: 4, PROT_GROWSDOWN: 0x01000000, PROT_GROWSUP: 0x02000000 },
  map: {
    MAP_SHARED: 1, MAP_PRIVATE: 2, MAP_SHARED_VALIDATE: 3, MAP_FIXED: 0x10, MAP_ANONYMOUS: 0x20, MAP_GROWSDOWN: 0x100, MAP_DENYWRITE: 0x800,
    MAP_EXECUTABLE: 0x1000, MAP_LOCKED: 0x2000, MAP_NORESERVE: 0x4000, MAP_POPULATE: 0x8000, MAP_NONBLOCK: 0x10000, MAP_STACK: 0x20000,
    MAP_HUGETLB: 0x40000, MAP_SYNC: 0x80000, MAP_FIXED_NOREPLACE: 0x100000,
  },
  clone: {
    CLONE_VM: 0x100, CLONE_FS: 0x200, CLONE_FILES: 0x400, CLONE_SIGHAND: 0x800, CLONE_PTRACE: 0x2000, CLONE_VFORK: 0x4000, CLONE_PARENT: 0x8000,
    CLONE_THREAD: 0x10000, CLONE_NEWNS: 0x20000, CLONE_SYSVSEM: 0x40000, CLONE_SETTLS: 0x80000, CLONE_PARENT_SETTID: 0x100000,
    CLONE_CHILD_CLEARTID: 0x200000, CLONE_CHILD_SETTID: 0x1000000,
  },
  wait: {
    WNOHANG: 1, WUNTRACED: 2, WSTOPPED: 2, WEXITED: 4, WCONTINUED: 8, WNOWAIT: 0x1000000, __WNOTHREAD: 0x20000000, __WALL: 0x40000000,
    __WCLONE: 0x80000000,
  },
  at: { AT_SYMLINK_NOFOLLOW: 0x100, AT_EACCESS: 0x200, AT_REMOVEDIR: 0x200, AT_SYMLINK_FOLLOW: 0x400, AT_NO_AUTOMOUNT: 0x800, AT_EMPTY_PATH: 0x1000 },
  rename: { RENAME_NOREPLACE: 1, RENAME_EXCHANGE: 2, RENAME_WHITEOUT: 4 },
  access: { F_OK: 0, X_OK: 1, W_OK: 2, R_OK: 4 },
  sigaction: {
    SA_NOCLDSTOP: 1, SA_NOCLDWAIT: 2, SA_SIGINFO: 4, SA_ONSTACK: 0x08000000, SA_RESTART: 0x10000000, SA_NODEFER: 0x40000000, SA_RESETHAND: 0x80000000,
  },
  sigstack: { SS_ONSTACK: 1, SS_DISABLE: 2, SS_AUTODISARM: 0x80000000 },
  timer: { TIMER_ABSTIME: 1 },
  random: { GRND_NONBLOCK: 1, GRND_RANDOM: 2, GRND_INSECURE: 4 },
  /** The low byte is the execution domain, PER_LINUX. */
  personality: {
    PER_LINUX: 0, UNAME26: 0x20000, ADDR_NO_RANDOMIZE: 0x40000, FDPIC_FUNCPTRS: 0x80000, MMAP_PAGE_ZERO: 0x100000, ADDR_COMPAT_LAYOUT: 0x200000,
    READ_IMPLIES_EXEC: 0x400000, ADDR_LIMIT_32BIT: 0x800000, SHORT_INODE: 0x1000000, WHOLE_SECONDS: 0x2000000, STICKY_TIMEOUTS: 0x4000000,
    ADDR_LIMIT_3GB: 0x8000000,
  },
  swap: { SWAP_FLAG_PRIO_MASK: 0x7fff, SWAP_FLAG_PREFER: 0x8000, SWAP_FLAG_DISCARD: 0x10000, SWAP_FLAG_DISCARD_ONCE: 0x20000, SWAP_FLAG_DISCARD_PAGES: 0x40000 },
  mount: {
    MS_RDONLY: 1, MS_NOSUID: 2, MS_NODEV: 4, MS_NOEXEC: 8, MS_SYNCHRONOUS: 0x10, MS_REMOUNT: 0x20, MS_MANDLOCK: 0x40, MS_DIRSYNC: 0x80,
    MS_NOSYMFOLLOW: 0x100, MS_NOATIME: 0x400, MS_NODIRATIME: 0x800, MS_BIND: 0x1000, MS_MOVE: 0x2000, MS_REC: 0x4000, MS_SILENT: 0x8000,
    MS_UNBINDABLE: 0x20000, MS_PRIVATE: 0x40000, MS_SLAVE: 0x80000, MS_SHARED: 0x100000, MS_RELATIME: 0x200000, MS_STRICTATIME: 0x1000000,
    MS_LAZYTIME: 0x2000000,
  },
  umount: { MNT_FORCE: 1, MNT_DETACH: 2, MNT_EXPIRE: 4, UMOUNT_NOFOLLOW: 8 },
  msync: { MS_ASYNC: 1, MS_INVALIDATE: 2, MS_SYNC: 4 },
  syncFileRange: { SYNC_FILE_RANGE_WAIT_BEFORE: 1, SYNC_FILE_RANGE_WRITE: 2, SYNC_FILE_RANGE_WAIT_AFTER: 4 },
  mremap: { MREMAP_MAYMOVE: 1, MREMAP_FIXED: 2, MREMAP_DONTUNMAP: 4 },
  memfd: { MFD_CLOEXEC: 1, MFD_ALLOW_SEALING: 2, MFD_HUGETLB: 4 },
  /** The low nine bits are permissions. */
  shmget: { IPC_CREAT: 0o1000, IPC_EXCL: 0o2000, SHM_HUGETLB: 0o4000, SHM_NORESERVE: 0o10000 },
  shmat: { SHM_RDONLY: 0o10000, SHM_RND: 0o20000, SHM_REMAP: 0o40000, SHM_EXEC: 0o100000 },
  mlock2: { MLOCK_ONFAULT: 1 },
  mlockall: { MCL_CURRENT: 1, MCL_FUTURE: 2, MCL_ONFAULT: 4 },
  poll: {
    POLLIN: 1, POLLPRI: 2, POLLOUT: 4, POLLERR: 8, POLLHUP: 0x10, POLLNVAL: 0x20, POLLRDNORM: 0x40, POLLRDBAND: 0x80, POLLWRNORM: 0x100,
    POLLWRBAND: 0x200, POLLRDHUP: 0x2000,
  },
} as const;

export type FlagSet = keyof typeof FLAGS;

/** Plain numbered constants by group; the assembly header gets each as `.equ NAME, value`. */
// biome-ignore format: a table is read in columns
export const CONSTANTS = {
  fd: { STDIN_FILENO: 0, STDOUT_FILENO: 1, STDERR_FILENO: 2, AT_FDCWD: -100, O_ACCMODE: 3 },
  /** Values of tv_nsec: utimensat(2). */
  utime: { UTIME_NOW: 0x3fffffff, UTIME_OMIT: 0x3ffffffe },
  seek: { SEEK_SET: 0, SEEK_CUR: 1, SEEK_END: 2, SEEK_DATA: 3, SEEK_HOLE: 4 },
  fcntl: {
    F_DUPFD: 0, F_GETFD: 1, F_SETFD: 2, F_GETFL: 3, F_SETFL: 4, F_GETLK: 5, F_SETLK: 6, F_SETLKW: 7, F_SETOWN: 8, F_GETOWN: 9, F_DUPFD_CLOEXEC: 1030,
    F_SETPIPE_SZ: 1031, F_GETPIPE_SZ: 1032, F_RDLCK: 0, F_WRLCK: 1, F_UNLCK: 2, CLOSE_RANGE_UNSHARE: 2, CLOSE_RANGE_CLOEXEC: 4, FD_CLOEXEC: 1,
  },
  /** F_ADD_SEALS, F_GET_SEALS: fcntl(2). */
  seals: { F_ADD_SEALS: 1033, F_GET_SEALS: 1034, F_SEAL_SEAL: 1, F_SEAL_SHRINK: 2, F_SEAL_GROW: 4, F_SEAL_WRITE: 8, F_SEAL_FUTURE_WRITE: 16 },
  /** System V shared memory: shmctl(2), and what its perm.mode says beside permissions. */
  ipc: {
    IPC_PRIVATE: 0, IPC_RMID: 0, IPC_SET: 1, IPC_STAT: 2, IPC_INFO: 3, SHM_LOCK: 11, SHM_UNLOCK: 12, SHM_STAT: 13, SHM_INFO: 14, SHM_STAT_ANY: 15,
    SHM_DEST: 0o1000, SHM_LOCKED: 0o2000, SHMLBA: 4096,
  },
  fileType: {
    S_IFMT: 0o170000, S_IFSOCK: 0o140000, S_IFLNK: 0o120000, S_IFREG: 0o100000, S_IFBLK: 0o060000, S_IFDIR: 0o040000, S_IFCHR: 0o020000,
    S_IFIFO: 0o010000, S_ISUID: 0o4000, S_ISGID: 0o2000, S_ISVTX: 0o1000,
  },
  directoryEntry: { DT_UNKNOWN: 0, DT_FIFO: 1, DT_CHR: 2, DT_DIR: 4, DT_BLK: 6, DT_REG: 8, DT_LNK: 10, DT_SOCK: 12 },
  limits: { PATH_MAX: 4096, NAME_MAX: 255, PIPE_BUF: 4096, IOV_MAX: 1024, LINK_MAX: 127, SYMLINK_MAX_FOLLOW: 40, ARG_PAGES: 32 },
  clock: {
    CLOCK_REALTIME: 0, CLOCK_MONOTONIC: 1, CLOCK_PROCESS_CPUTIME_ID: 2, CLOCK_THREAD_CPUTIME_ID: 3, CLOCK_MONOTONIC_RAW: 4, CLOCK_REALTIME_COARSE: 5,
    CLOCK_MONOTONIC_COARSE: 6, CLOCK_BOOTTIME: 7,
  },
  itimer: { ITIMER_REAL: 0, ITIMER_VIRTUAL: 1, ITIMER_PROF: 2 },
  rusage: { RUSAGE_SELF: 0, RUSAGE_CHILDREN: -1, RUSAGE_THREAD: 1 },
  rlimit: {
    RLIMIT_CPU: 0, RLIMIT_FSIZE: 1, RLIMIT_DATA: 2, RLIMIT_STACK: 3, RLIMIT_CORE: 4, RLIMIT_RSS: 5, RLIMIT_NPROC: 6, RLIMIT_NOFILE: 7,
    RLIMIT_MEMLOCK: 8, RLIMIT_AS: 9, RLIMIT_LOCKS: 10, RLIMIT_SIGPENDING: 11, RLIMIT_MSGQUEUE: 12, RLIMIT_NICE: 13, RLIMIT_RTPRIO: 14,
    RLIMIT_RTTIME: 15,
  },
  sigmask: { SIG_BLOCK: 0, SIG_UNBLOCK: 1, SIG_SETMASK: 2, SIG_DFL: 0, SIG_IGN: 1, SIG_ERR: -1 },
  signalCode: {
    SI_USER: 0, SI_KERNEL: 0x80, SI_QUEUE: -1, SI_TIMER: -2, SI_TKILL: -6, SEGV_MAPERR: 1, SEGV_ACCERR: 2, BUS_ADRALN: 1, BUS_ADRERR: 2,
    BUS_OBJERR: 3, ILL_ILLOPC: 1, ILL_ILLOPN: 2, ILL_ILLADR: 3, ILL_ILLTRP: 4, ILL_PRVOPC: 5, TRAP_BRKPT: 1, TRAP_TRACE: 2, FPE_INTDIV: 1,
    FPE_INTOVF: 2, CLD_EXITED: 1, CLD_KILLED: 2, CLD_DUMPED: 3, CLD_TRAPPED: 4, CLD_STOPPED: 5, CLD_CONTINUED: 6,
  },
  sigstackSize: { MINSIGSTKSZ: 2048, SIGSTKSZ: 8192 },
  madvise: {
    MADV_NORMAL: 0, MADV_RANDOM: 1, MADV_SEQUENTIAL: 2, MADV_WILLNEED: 3, MADV_DONTNEED: 4, MADV_FREE: 8, MADV_REMOVE: 9, MADV_DONTFORK: 10,
    MADV_DOFORK: 11, MADV_MERGEABLE: 12, MADV_UNMERGEABLE: 13, MADV_HUGEPAGE: 14, MADV_NOHUGEPAGE: 15, MADV_DONTDUMP: 16, MADV_DODUMP: 17,
    MADV_WIPEONFORK: 18, MADV_KEEPONFORK: 19, MADV_COLD: 20, MADV_PAGEOUT: 21, MADV_POPULATE_READ: 22, MADV_POPULATE_WRITE: 23, MADV_DONTNEED_LOCKED: 24,
    MADV_COLLAPSE: 25,
  },
  ioctl: {
    TCGETS: 0x5401, TCSETS: 0x5402, TCSETSW: 0x5403, TCSETSF: 0x5404, TCSBRK: 0x5409, TCXONC: 0x540a, TCFLSH: 0x540b, TIOCSCTTY: 0x540e,
    TIOCGPGRP: 0x540f, TIOCSPGRP: 0x5410, TIOCOUTQ: 0x5411, TIOCGWINSZ: 0x5413, TIOCSWINSZ: 0x5414, FIONREAD: 0x541b, TIOCINQ: 0x541b,
    TIOCNOTTY: 0x5422, TIOCGSID: 0x5429, FIONBIO: 0x5421, FIONCLEX: 0x5450, FIOCLEX: 0x5451,
  },
  /** termios.h: bits of c_iflag, c_oflag, c_cflag, c_lflag, then indices of c_cc. */
  termios: {
    IGNBRK: 1, BRKINT: 2, INPCK: 0o20, ISTRIP: 0o40, INLCR: 0o100, IGNCR: 0o200, ICRNL: 0o400, IXON: 0o2000, IXANY: 0o4000, IXOFF: 0o10000,
    IMAXBEL: 0o20000, IUTF8: 0o40000, OPOST: 1, ONLCR: 4, OCRNL: 0o10, ONOCR: 0o20, ONLRET: 0o40, CSIZE: 0o60, CS8: 0o60, CREAD: 0o200, HUPCL: 0o2000,
    CLOCAL: 0o4000, B38400: 0o17, ISIG: 1, ICANON: 2, ECHO: 0o10, ECHOE: 0o20, ECHOK: 0o40, ECHONL: 0o100, NOFLSH: 0o200, TOSTOP: 0o400,
    ECHOCTL: 0o1000, ECHOKE: 0o4000, IEXTEN: 0o100000, VINTR: 0, VQUIT: 1, VERASE: 2, VKILL: 3, VEOF: 4, VTIME: 5, VMIN: 6, VSTART: 8, VSTOP: 9,
    VSUSP: 10, VEOL: 11, VREPRINT: 12, VWERASE: 14, VLNEXT: 15, VEOL2: 16,
  },
  fadvise: {
    POSIX_FADV_NORMAL: 0, POSIX_FADV_RANDOM: 1, POSIX_FADV_SEQUENTIAL: 2, POSIX_FADV_WILLNEED: 3, POSIX_FADV_DONTNEED: 4, POSIX_FADV_NOREUSE: 5,
  },
  reboot: {
    LINUX_REBOOT_MAGIC1: 0xfee1dead, LINUX_REBOOT_MAGIC2: 672274793, LINUX_REBOOT_CMD_RESTART: 0x01234567, LINUX_REBOOT_CMD_HALT: 0xcdef0123,
    LINUX_REBOOT_CMD_POWER_OFF: 0x4321fedc, LINUX_REBOOT_CMD_RESTART2: 0xa1b2c3d4, LINUX_REBOOT_CMD_CAD_ON: 0x89abcdef, LINUX_REBOOT_CMD_CAD_OFF: 0,
  },
  auxv: {
    AT_NULL: 0, AT_IGNORE: 1, AT_EXECFD: 2, AT_PHDR: 3, AT_PHENT: 4, AT_PHNUM: 5, AT_PAGESZ: 6, AT_BASE: 7, AT_FLAGS: 8, AT_ENTRY: 9, AT_UID: 11,
    AT_EUID: 12, AT_GID: 13, AT_EGID: 14, AT_PLATFORM: 15, AT_HWCAP: 16, AT_CLKTCK: 17, AT_SECURE: 23, AT_RANDOM: 25, AT_HWCAP2: 26, AT_EXECFN: 31,
    AT_SYSINFO_EHDR: 33, AT_MINSIGSTKSZ: 51,
  },
  futex: { FUTEX_WAIT: 0, FUTEX_WAKE: 1, FUTEX_WAIT_BITSET: 9, FUTEX_WAKE_BITSET: 10, FUTEX_PRIVATE_FLAG: 128, FUTEX_CLOCK_REALTIME: 256 },
  /** In the status that wait4 gives: the signal, and whether a core file was written. */
  waitStatus: { WTERMSIG_MASK: 0x7f, WCOREFLAG: 0x80 },
  waitid: { P_ALL: 0, P_PID: 1, P_PGID: 2 },
  prctl: {
    PR_GET_DUMPABLE: 3, PR_SET_DUMPABLE: 4, PR_SET_NAME: 15, PR_GET_NAME: 16, PR_SET_THP_DISABLE: 41, PR_GET_THP_DISABLE: 42,
  },
  syslog: {
    SYSLOG_ACTION_CLOSE: 0, SYSLOG_ACTION_OPEN: 1, SYSLOG_ACTION_READ: 2, SYSLOG_ACTION_READ_ALL: 3, SYSLOG_ACTION_READ_CLEAR: 4,
    SYSLOG_ACTION_CLEAR: 5, SYSLOG_ACTION_CONSOLE_OFF: 6, SYSLOG_ACTION_CONSOLE_ON: 7, SYSLOG_ACTION_CONSOLE_LEVEL: 8,
    SYSLOG_ACTION_SIZE_UNREAD: 9, SYSLOG_ACTION_SIZE_BUFFER: 10,
  },
  priority: { PRIO_PROCESS: 0, PRIO_PGRP: 1, PRIO_USER: 2 },
} as const;

type Row = SyscallRow;

// biome-ignore format: a table is read in columns
export const SYSCALLS = {
  getcwd:          { nr: 17, args: [["buf", "out"], ["size", "size"]] },
  dup:             { nr: 23, args: [["fd", "fd"]] },
  dup3:            { nr: 24, args: [["oldfd", "fd"], ["newfd", "fd"], ["flags", "flags:open"]] },
  fcntl:           { nr: 25, args: [["fd", "fd"], ["cmd", "int"], ["arg", "long"]] },
  ioctl:           { nr: 29, args: [["fd", "fd"], ["request", "flags"], ["arg", "pointer"]] },
  mknodat:         { nr: 33, args: [["dirfd", "dirfd"], ["path", "path"], ["mode", "mode"], ["dev", "unsigned"]] },
  mkdirat:         { nr: 34, args: [["dirfd", "dirfd"], ["path", "path"], ["mode", "mode"]] },
  unlinkat:        { nr: 35, args: [["dirfd", "dirfd"], ["path", "path"], ["flags", "flags:at"]] },
  symlinkat:       { nr: 36, args: [["target", "path"], ["dirfd", "dirfd"], ["path", "path"]] },
  linkat:          { nr: 37, args: [["olddirfd", "dirfd"], ["oldpath", "path"], ["newdirfd", "dirfd"], ["newpath", "path"], ["flags", "flags:at"]] },
  umount2:         { nr: 39, args: [["target", "path"], ["flags", "flags:umount"]], partial: "MNT_EXPIRE gives EINVAL" },
  mount:           { nr: 40, args: [["source", "path"], ["target", "path"], ["type", "string"], ["flags", "flags:mount"], ["data", "string"]], partial: "a file system is mounted in one place: MS_BIND gives EINVAL (but with MS_REMOUNT), a disk that is mounted EBUSY; all mounts are private" },
  statfs:          { nr: 43, args: [["path", "path"], ["buf", "pointer"]] },
  fstatfs:         { nr: 44, args: [["fd", "fd"], ["buf", "pointer"]] },
  truncate:        { nr: 45, args: [["path", "path"], ["length", "offset"]] },
  ftruncate:       { nr: 46, args: [["fd", "fd"], ["length", "offset"]] },
  faccessat:       { nr: 48, args: [["dirfd", "dirfd"], ["path", "path"], ["mode", "flags:access"]] },
  chdir:           { nr: 49, args: [["path", "path"]] },
  fchdir:          { nr: 50, args: [["fd", "fd"]] },
  chroot:          { nr: 51, args: [["path", "path"]] },
  fchmod:          { nr: 52, args: [["fd", "fd"], ["mode", "mode"]] },
  fchmodat:        { nr: 53, args: [["dirfd", "dirfd"], ["path", "path"], ["mode", "mode"]] },
  fchownat:        { nr: 54, args: [["dirfd", "dirfd"], ["path", "path"], ["uid", "unsigned"], ["gid", "unsigned"], ["flags", "flags:at"]] },
  fchown:          { nr: 55, args: [["fd", "fd"], ["uid", "unsigned"], ["gid", "unsigned"]] },
  openat:          { nr: 56, args: [["dirfd", "dirfd"], ["path", "path"], ["flags", "flags:open"], ["mode", "mode"]] },
  close:           { nr: 57, args: [["fd", "fd"]] },
  pipe2:           { nr: 59, args: [["fds", "pointer"], ["flags", "flags:open"]] },
  getdents64:      { nr: 61, args: [["fd", "fd"], ["buf", "out"], ["size", "size"]] },
  lseek:           { nr: 62, args: [["fd", "fd"], ["offset", "offset"], ["whence", "int"]] },
  read:            { nr: 63, args: [["fd", "fd"], ["buf", "out"], ["count", "size"]] },
  write:           { nr: 64, args: [["fd", "fd"], ["buf", "in"], ["count", "size"]] },
  readv:           { nr: 65, args: [["fd", "fd"], ["iov", "iovec"], ["iovcnt", "int"]] },
  writev:          { nr: 66, args: [["fd", "fd"], ["iov", "iovec"], ["iovcnt", "int"]] },
  pread64:         { nr: 67, args: [["fd", "fd"], ["buf", "out"], ["count", "size"], ["offset", "offset"]] },
  pwrite64:        { nr: 68, args: [["fd", "fd"], ["buf", "in"], ["count", "size"], ["offset", "offset"]] },
  preadv:          { nr: 69, args: [["fd", "fd"], ["iov", "iovec"], ["iovcnt", "int"], ["offset", "offset"]] },
  pwritev:         { nr: 70, args: [["fd", "fd"], ["iov", "iovec"], ["iovcnt", "int"], ["offset", "offset"]] },
  sendfile:        { nr: 71, args: [["out", "fd"], ["in", "fd"], ["offset", "pointer"], ["count", "size"]] },
  pselect6:        { nr: 72, args: [["nfds", "int"], ["readfds", "pointer"], ["writefds", "pointer"], ["exceptfds", "pointer"], ["timeout", "pointer"], ["sigmask", "pointer"]] },
  ppoll:           { nr: 73, args: [["fds", "pointer"], ["nfds", "unsigned"], ["timeout", "pointer"], ["sigmask", "pointer"], ["sigsetsize", "size"]] },
  readlinkat:      { nr: 78, args: [["dirfd", "dirfd"], ["path", "path"], ["buf", "out"], ["size", "size"]] },
  newfstatat:      { nr: 79, args: [["dirfd", "dirfd"], ["path", "path"], ["statbuf", "pointer"], ["flags", "flags:at"]] },
  fstat:           { nr: 80, args: [["fd", "fd"], ["statbuf", "pointer"]] },
  sync:            { nr: 81, args: [] },
  fsync:           { nr: 82, args: [["fd", "fd"]] },
  fdatasync:       { nr: 83, args: [["fd", "fd"]] },
  sync_file_range: { nr: 84, args: [["fd", "fd"], ["offset", "offset"], ["length", "offset"], ["flags", "flags:syncFileRange"]] },
  utimensat:       { nr: 88, args: [["dirfd", "dirfd"], ["path", "path"], ["times", "pointer"], ["flags", "flags:at"]] },
  personality:     { nr: 92, args: [["persona", "flags:personality"]], partial: "ADDR_NO_RANDOMIZE, ADDR_COMPAT_LAYOUT, READ_IMPLIES_EXEC and MMAP_PAGE_ZERO have an effect, the other bits are kept" },
  exit:            { nr: 93, args: [["status", "int"]] },
  exit_group:      { nr: 94, args: [["status", "int"]] },
  waitid:          { nr: 95, args: [["idtype", "int"], ["id", "pid"], ["info", "pointer"], ["options", "flags:wait"], ["rusage", "pointer"]] },
  set_tid_address: { nr: 96, args: [["tidptr", "pointer"]] },
  futex:           { nr: 98, args: [["uaddr", "pointer"], ["op", "int"], ["val", "unsigned"], ["timeout", "pointer"], ["uaddr2", "pointer"], ["val3", "unsigned"]], partial: "FUTEX_WAIT, FUTEX_WAKE and their BITSET forms with all bits" },
  set_robust_list: { nr: 99, args: [["head", "pointer"], ["len", "size"]], partial: "accepted and ignored: a process has one thread" },
  nanosleep:       { nr: 101, args: [["req", "pointer"], ["rem", "pointer"]] },
  getitimer:       { nr: 102, args: [["which", "int"], ["value", "pointer"]] },
  setitimer:       { nr: 103, args: [["which", "int"], ["new", "pointer"], ["old", "pointer"]] },
  clock_gettime:   { nr: 113, args: [["clock", "clock"], ["tp", "pointer"]] },
  clock_getres:    { nr: 114, args: [["clock", "clock"], ["res", "pointer"]] },
  clock_nanosleep: { nr: 115, args: [["clock", "clock"], ["flags", "flags:timer"], ["req", "pointer"], ["rem", "pointer"]] },
  syslog:          { nr: 116, args: [["type", "int"], ["buf", "pointer"], ["len", "int"]] },
  sched_setaffinity: { nr: 122, args: [["pid", "pid"], ["size", "size"], ["mask", "pointer"]], partial: "there is one hart: any mask with bit 0 is accepted" },
  sched_getaffinity: { nr: 123, args: [["pid", "pid"], ["size", "size"], ["mask", "pointer"]] },
  sched_yield:     { nr: 124, args: [] },
  kill:            { nr: 129, args: [["pid", "pid"], ["sig", "signal"]] },
  tkill:           { nr: 130, args: [["tid", "pid"], ["sig", "signal"]] },
  tgkill:          { nr: 131, args: [["tgid", "pid"], ["tid", "pid"], ["sig", "signal"]] },
  sigaltstack:     { nr: 132, args: [["ss", "pointer"], ["old", "pointer"]] },
  rt_sigsuspend:   { nr: 133, args: [["mask", "pointer"], ["sigsetsize", "size"]] },
  rt_sigaction:    { nr: 134, args: [["sig", "signal"], ["act", "pointer"], ["old", "pointer"], ["sigsetsize", "size"]] },
  rt_sigprocmask:  { nr: 135, args: [["how", "int"], ["set", "pointer"], ["old", "pointer"], ["sigsetsize", "size"]] },
  rt_sigpending:   { nr: 136, args: [["set", "pointer"], ["sigsetsize", "size"]] },
  rt_sigtimedwait: { nr: 137, args: [["set", "pointer"], ["info", "pointer"], ["timeout", "pointer"], ["sigsetsize", "size"]] },
  rt_sigqueueinfo: { nr: 138, args: [["pid", "pid"], ["sig", "signal"], ["info", "pointer"]] },
  rt_sigreturn:    { nr: 139, args: [] },
  setpriority:     { nr: 140, args: [["which", "int"], ["who", "int"], ["prio", "int"]] },
  getpriority:     { nr: 141, args: [["which", "int"], ["who", "int"]] },
  reboot:          { nr: 142, args: [["magic1", "flags"], ["magic2", "flags"], ["cmd", "flags"], ["arg", "pointer"]], partial: "a restart is a power-off; of a power-off, an arg below 256 is the exit status of the emulator" },
  setregid:        { nr: 143, args: [["rgid", "unsigned"], ["egid", "unsigned"]] },
  setgid:          { nr: 144, args: [["gid", "unsigned"]] },
  setreuid:        { nr: 145, args: [["ruid", "unsigned"], ["euid", "unsigned"]] },
  setuid:          { nr: 146, args: [["uid", "unsigned"]] },
  setresuid:       { nr: 147, args: [["ruid", "unsigned"], ["euid", "unsigned"], ["suid", "unsigned"]] },
  getresuid:       { nr: 148, args: [["ruid", "pointer"], ["euid", "pointer"], ["suid", "pointer"]] },
  setresgid:       { nr: 149, args: [["rgid", "unsigned"], ["egid", "unsigned"], ["sgid", "unsigned"]] },
  getresgid:       { nr: 150, args: [["rgid", "pointer"], ["egid", "pointer"], ["sgid", "pointer"]] },
  times:           { nr: 153, args: [["buf", "pointer"]] },
  setpgid:         { nr: 154, args: [["pid", "pid"], ["pgid", "pid"]] },
  getpgid:         { nr: 155, args: [["pid", "pid"]] },
  getsid:          { nr: 156, args: [["pid", "pid"]] },
  setsid:          { nr: 157, args: [] },
  getgroups:       { nr: 158, args: [["size", "int"], ["list", "pointer"]] },
  setgroups:       { nr: 159, args: [["size", "int"], ["list", "pointer"]] },
  uname:           { nr: 160, args: [["buf", "pointer"]] },
  sethostname:     { nr: 161, args: [["name", "in"], ["len", "int"]] },
  setdomainname:   { nr: 162, args: [["name", "in"], ["len", "int"]] },
  getrlimit:       { nr: 163, args: [["resource", "int"], ["rlim", "pointer"]] },
  setrlimit:       { nr: 164, args: [["resource", "int"], ["rlim", "pointer"]] },
  getrusage:       { nr: 165, args: [["who", "int"], ["usage", "pointer"]] },
  umask:           { nr: 166, args: [["mask", "mode"]] },
  prctl:           { nr: 167, args: [["option", "int"], ["arg2", "pointer"], ["arg3", "pointer"], ["arg4", "pointer"], ["arg5", "pointer"]], partial: "names (PR_SET_NAME, PR_GET_NAME), PR_SET_DUMPABLE, PR_GET_DUMPABLE, PR_SET_THP_DISABLE and PR_GET_THP_DISABLE only; others give EINVAL" },
  getcpu:          { nr: 168, args: [["cpu", "pointer"], ["node", "pointer"]] },
  gettimeofday:    { nr: 169, args: [["tv", "pointer"], ["tz", "pointer"]] },
  getpid:          { nr: 172, args: [] },
  getppid:         { nr: 173, args: [] },
  getuid:          { nr: 174, args: [] },
  geteuid:         { nr: 175, args: [] },
  getgid:          { nr: 176, args: [] },
  getegid:         { nr: 177, args: [] },
  gettid:          { nr: 178, args: [] },
  sysinfo:         { nr: 179, args: [["info", "pointer"]] },
  shmget:          { nr: 194, args: [["key", "int"], ["size", "size"], ["flags", "flags:shmget"]] },
  shmctl:          { nr: 195, args: [["id", "int"], ["cmd", "int"], ["buf", "pointer"]] },
  shmat:           { nr: 196, args: [["id", "int"], ["addr", "pointer"], ["flags", "flags:shmat"]], returnsAddress: true },
  shmdt:           { nr: 197, args: [["addr", "pointer"]] },
  swapon:          { nr: 224, args: [["path", "path"], ["flags", "flags:swap"]], partial: "block devices only: no file system here tells where on a disk a file lies; the discard flags are accepted and do nothing" },
  swapoff:         { nr: 225, args: [["path", "path"]] },
  readahead:       { nr: 213, args: [["fd", "fd"], ["offset", "offset"], ["count", "size"]] },
  brk:             { nr: 214, args: [["addr", "pointer"]], returnsAddress: true },
  munmap:          { nr: 215, args: [["addr", "pointer"], ["length", "size"]] },
  mremap:          { nr: 216, args: [["old_addr", "pointer"], ["old_size", "size"], ["new_size", "size"], ["flags", "flags:mremap"], ["new_addr", "pointer"]], returnsAddress: true },
  clone:           { nr: 220, args: [["flags", "flags:clone"], ["stack", "pointer"], ["parent_tid", "pointer"], ["tls", "pointer"], ["child_tid", "pointer"]], partial: "makes processes, not threads: CLONE_VM without CLONE_VFORK, CLONE_FS, CLONE_FILES, CLONE_SIGHAND, CLONE_THREAD and namespaces give EINVAL" },
  execve:          { nr: 221, args: [["path", "path"], ["argv", "strings"], ["envp", "strings"]] },
  mmap:            { nr: 222, args: [["addr", "pointer"], ["length", "size"], ["prot", "flags:prot"], ["flags", "flags:map"], ["fd", "fd"], ["offset", "offset"]], returnsAddress: true },
  fadvise64:       { nr: 223, args: [["fd", "fd"], ["offset", "offset"], ["length", "offset"], ["advice", "int"]] },
  mprotect:        { nr: 226, args: [["addr", "pointer"], ["length", "size"], ["prot", "flags:prot"]] },
  msync:           { nr: 227, args: [["addr", "pointer"], ["length", "size"], ["flags", "flags:msync"]] },
  mlock:           { nr: 228, args: [["addr", "pointer"], ["length", "size"]] },
  munlock:         { nr: 229, args: [["addr", "pointer"], ["length", "size"]] },
  mlockall:        { nr: 230, args: [["flags", "flags:mlockall"]] },
  munlockall:      { nr: 231, args: [] },
  mincore:         { nr: 232, args: [["addr", "pointer"], ["length", "size"], ["vec", "pointer"]] },
  madvise:         { nr: 233, args: [["addr", "pointer"], ["length", "size"], ["advice", "int"]], partial: "the advices for memory failures give EINVAL, as on a Linux built without them; MADV_COLLAPSE is for private memory only" },
  riscv_flush_icache: { nr: 259, args: [["start", "pointer"], ["end", "pointer"], ["flags", "flags"]], partial: "nothing to do: the hart fetches what was last stored" },
  wait4:           { nr: 260, args: [["pid", "pid"], ["status", "pointer"], ["options", "flags:wait"], ["rusage", "pointer"]] },
  prlimit64:       { nr: 261, args: [["pid", "pid"], ["resource", "int"], ["new", "pointer"], ["old", "pointer"]] },
  syncfs:          { nr: 267, args: [["fd", "fd"]] },
  process_vm_readv:  { nr: 270, args: [["pid", "pid"], ["local", "iovec"], ["liovcnt", "unsigned"], ["remote", "iovec"], ["riovcnt", "size"], ["flags", "size"]] },
  process_vm_writev: { nr: 271, args: [["pid", "pid"], ["local", "iovec"], ["liovcnt", "unsigned"], ["remote", "iovec"], ["riovcnt", "size"], ["flags", "size"]] },
  renameat2:       { nr: 276, args: [["olddirfd", "dirfd"], ["oldpath", "path"], ["newdirfd", "dirfd"], ["newpath", "path"], ["flags", "flags:rename"]] },
  getrandom:       { nr: 278, args: [["buf", "out"], ["count", "size"], ["flags", "flags:random"]] },
  memfd_create:    { nr: 279, args: [["name", "string"], ["flags", "flags:memfd"]] },
  mlock2:          { nr: 284, args: [["addr", "pointer"], ["length", "size"], ["flags", "flags:mlock2"]] },
  close_range:     { nr: 436, args: [["first", "unsigned"], ["last", "unsigned"], ["flags", "unsigned"]] },
  faccessat2:      { nr: 439, args: [["dirfd", "dirfd"], ["path", "path"], ["mode", "flags:access"], ["flags", "flags:at"]] },
} as const satisfies Record<string, Row>;

export type SyscallName = keyof typeof SYSCALLS;

// biome-ignore format: a table is read in columns
export const ERRNO = {
  EPERM: [1, "Operation not permitted"], ENOENT: [2, "No such file or directory"], ESRCH: [3, "No such process"],
  EINTR: [4, "Interrupted system call"], EIO: [5, "Input/output error"], ENXIO: [6, "No such device or address"],
  E2BIG: [7, "Argument list too long"], ENOEXEC: [8, "Exec format error"], EBADF: [9, "Bad file descriptor"],
  ECHILD: [10, "No child processes"], EAGAIN: [11, "Resource temporarily unavailable"], ENOMEM: [12, "Cannot allocate memory"],
  EACCES: [13, "Permission denied"], EFAULT: [14, "Bad address"], ENOTBLK: [15, "Block device required"],
  EBUSY: [16, "Device or resource busy"], EEXIST: [17, "File exists"], EXDEV: [18, "Invalid cross-device link"],
  ENODEV: [19, "No such device"], ENOTDIR: [20, "Not a directory"], EISDIR: [21, "Is a directory"],
  EINVAL: [22, "Invalid argument"], ENFILE: [23, "Too many open files in system"], EMFILE: [24, "Too many open files"],
  ENOTTY: [25, "Inappropriate ioctl for device"], ETXTBSY: [26, "Text file busy"], EFBIG: [27, "File too large"],
  ENOSPC: [28, "No space left on device"], ESPIPE: [29, "Illegal seek"], EROFS: [30, "Read-only file system"],
  EMLINK: [31, "Too many links"], EPIPE: [32, "Broken pipe"], EDOM: [33, "Numerical argument out of domain"],
  ERANGE: [34, "Numerical result out of range"], EDEADLK: [35, "Resource deadlock avoided"], ENAMETOOLONG: [36, "File name too long"],
  ENOLCK: [37, "No locks available"], ENOSYS: [38, "Function not implemented"], ENOTEMPTY: [39, "Directory not empty"],
  ELOOP: [40, "Too many levels of symbolic links"], ENOTSUP: [95, "Operation not supported"], EOVERFLOW: [75, "Value too large for defined data type"],
  ETIMEDOUT: [110, "Connection timed out"], EILSEQ: [84, "Invalid or incomplete multibyte or wide character"],
  EUCLEAN: [117, "Structure needs cleaning"], ESTALE: [116, "Stale file handle"], EDQUOT: [122, "Disk quota exceeded"],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrnoName = keyof typeof ERRNO;

/** What a signal does when no handler is set: signal(7). */
export type DefaultAction = "terminate" | "core" | "ignore" | "stop" | "continue";

// biome-ignore format: a table is read in columns
export const SIGNALS = {
  SIGHUP: [1, "terminate", "Hangup"], SIGINT: [2, "terminate", "Interrupt"], SIGQUIT: [3, "core", "Quit"],
  SIGILL: [4, "core", "Illegal instruction"], SIGTRAP: [5, "core", "Trace/breakpoint trap"], SIGABRT: [6, "core", "Aborted"],
  SIGBUS: [7, "core", "Bus error"], SIGFPE: [8, "core", "Floating point exception"], SIGKILL: [9, "terminate", "Killed"],
  SIGUSR1: [10, "terminate", "User defined signal 1"], SIGSEGV: [11, "core", "Segmentation fault"], SIGUSR2: [12, "terminate", "User defined signal 2"],
  SIGPIPE: [13, "terminate", "Broken pipe"], SIGALRM: [14, "terminate", "Alarm clock"], SIGTERM: [15, "terminate", "Terminated"],
  SIGSTKFLT: [16, "terminate", "Stack fault"], SIGCHLD: [17, "ignore", "Child exited"], SIGCONT: [18, "continue", "Continued"],
  SIGSTOP: [19, "stop", "Stopped (signal)"], SIGTSTP: [20, "stop", "Stopped"], SIGTTIN: [21, "stop", "Stopped (tty input)"],
  SIGTTOU: [22, "stop", "Stopped (tty output)"], SIGURG: [23, "ignore", "Urgent I/O condition"], SIGXCPU: [24, "core", "CPU time limit exceeded"],
  SIGXFSZ: [25, "core", "File size limit exceeded"], SIGVTALRM: [26, "terminate", "Virtual timer expired"], SIGPROF: [27, "terminate", "Profiling timer expired"],
  SIGWINCH: [28, "ignore", "Window changed"], SIGIO: [29, "terminate", "I/O possible"], SIGPWR: [30, "terminate", "Power failure"],
  SIGSYS: [31, "core", "Bad system call"],
} as const satisfies Record<string, readonly [number, DefaultAction, string]>;

export type SignalName = keyof typeof SIGNALS;

export const SIGRTMIN = 32;
export const SIGRTMAX = 64;

export type FieldType = "u8" | "u16" | "u32" | "s32" | "u64" | "s64";

export interface StructureLayout {
  readonly size: number;
  /** Offset in bytes and type of each field; an array field gives its first element. */
  readonly fields: Readonly<Record<string, readonly [offset: number, type: FieldType]>>;
}

/** The assembly header gets `struct_field` (offset) and `SIZEOF_struct` for each. */
// biome-ignore format: a table is read in columns
export const STRUCTURES = {
  timespec: { size: 16, fields: { tv_sec: [0, "s64"], tv_nsec: [8, "s64"] } },
  timeval: { size: 16, fields: { tv_sec: [0, "s64"], tv_usec: [8, "s64"] } },
  itimerval: { size: 32, fields: { interval_sec: [0, "s64"], interval_usec: [8, "s64"], value_sec: [16, "s64"], value_usec: [24, "s64"] } },
  iovec: { size: 16, fields: { iov_base: [0, "u64"], iov_len: [8, "u64"] } },
  pollfd: { size: 8, fields: { fd: [0, "s32"], events: [4, "u16"], revents: [6, "u16"] } },
  /** fcntl(2): record locks. */
  flock: { size: 32, fields: { l_type: [0, "u16"], l_whence: [2, "u16"], l_start: [8, "s64"], l_len: [16, "s64"], l_pid: [24, "s32"] } },
  winsize: { size: 8, fields: { ws_row: [0, "u16"], ws_col: [2, "u16"], ws_xpixel: [4, "u16"], ws_ypixel: [6, "u16"] } },
  termios: { size: 36, fields: { c_iflag: [0, "u32"], c_oflag: [4, "u32"], c_cflag: [8, "u32"], c_lflag: [12, "u32"], c_line: [16, "u8"], c_cc: [17, "u8"] } },
  stat: { size: 128, fields: {
    st_dev: [0, "u64"], st_ino: [8, "u64"], st_mode: [16, "u32"], st_nlink: [20, "u32"], st_uid: [24, "u32"], st_gid: [28, "u32"], st_rdev: [32, "u64"],
    st_size: [48, "s64"], st_blksize: [56, "s32"], st_blocks: [64, "s64"], st_atime: [72, "s64"], st_atime_nsec: [80, "u64"], st_mtime: [88, "s64"],
    st_mtime_nsec: [96, "u64"], st_ctime: [104, "s64"], st_ctime_nsec: [112, "u64"] } },
  statfs: { size: 120, fields: { f_type: [0, "s64"], f_bsize: [8, "s64"], f_blocks: [16, "u64"], f_bfree: [24, "u64"], f_bavail: [32, "u64"], f_files: [40, "u64"], f_ffree: [48, "u64"], f_fsid: [56, "u64"], f_namelen: [64, "s64"], f_frsize: [72, "s64"], f_flags: [80, "s64"] } },
  /** d_name follows, NUL-terminated; d_reclen is a multiple of 8. */
  dirent64: { size: 19, fields: { d_ino: [0, "u64"], d_off: [8, "s64"], d_reclen: [16, "u16"], d_type: [18, "u8"], d_name: [19, "u8"] } },
  utsname: { size: 390, fields: { sysname: [0, "u8"], nodename: [65, "u8"], release: [130, "u8"], version: [195, "u8"], machine: [260, "u8"], domainname: [325, "u8"] } },
  sysinfo: { size: 112, fields: {
    uptime: [0, "s64"], loads: [8, "u64"], totalram: [32, "u64"], freeram: [40, "u64"], sharedram: [48, "u64"], bufferram: [56, "u64"], totalswap: [64, "u64"], freeswap: [72, "u64"],
    procs: [80, "u16"], totalhigh: [88, "u64"], freehigh: [96, "u64"], mem_unit: [104, "u32"] } },
  tms: { size: 32, fields: { tms_utime: [0, "s64"], tms_stime: [8, "s64"], tms_cutime: [16, "s64"], tms_cstime: [24, "s64"] } },
  rusage: { size: 144, fields: {
    ru_utime: [0, "s64"], ru_utime_usec: [8, "s64"], ru_stime: [16, "s64"], ru_stime_usec: [24, "s64"], ru_maxrss: [32, "s64"], ru_ixrss: [40, "s64"], ru_idrss: [48, "s64"], ru_isrss: [56, "s64"],
    ru_minflt: [64, "s64"], ru_majflt: [72, "s64"], ru_nswap: [80, "s64"], ru_inblock: [88, "s64"], ru_oublock: [96, "s64"], ru_msgsnd: [104, "s64"], ru_msgrcv: [112, "s64"],
    ru_nsignals: [120, "s64"], ru_nvcsw: [128, "s64"], ru_nivcsw: [136, "s64"] } },
  /** System V shared memory: shmctl(2). */
  shmid_ds: { size: 112, fields: {
    perm_key: [0, "s32"], perm_uid: [4, "u32"], perm_gid: [8, "u32"], perm_cuid: [12, "u32"], perm_cgid: [16, "u32"], perm_mode: [20, "u32"], perm_seq: [24, "u16"],
    shm_segsz: [48, "u64"], shm_atime: [56, "s64"], shm_dtime: [64, "s64"], shm_ctime: [72, "s64"], shm_cpid: [80, "s32"], shm_lpid: [84, "s32"], shm_nattch: [88, "u64"] } },
  shminfo: { size: 72, fields: { shmmax: [0, "u64"], shmmin: [8, "u64"], shmmni: [16, "u64"], shmseg: [24, "u64"], shmall: [32, "u64"] } },
  shm_info: { size: 48, fields: { used_ids: [0, "s32"], shm_tot: [8, "u64"], shm_rss: [16, "u64"], shm_swp: [24, "u64"], swap_attempts: [32, "u64"], swap_successes: [40, "u64"] } },
  rlimit: { size: 16, fields: { rlim_cur: [0, "u64"], rlim_max: [8, "u64"] } },
  /** The kernel's struct sigaction on riscv64: no restorer. */
  sigaction: { size: 24, fields: { sa_handler: [0, "u64"], sa_flags: [8, "u64"], sa_mask: [16, "u64"] } },
  sigaltstack: { size: 24, fields: { ss_sp: [0, "u64"], ss_flags: [8, "s32"], ss_size: [16, "u64"] } },
  siginfo: { size: 128, fields: { si_signo: [0, "s32"], si_errno: [4, "s32"], si_code: [8, "s32"], si_pid: [16, "s32"], si_uid: [20, "u32"], si_status: [24, "s32"], si_utime: [32, "s64"], si_stime: [40, "s64"], si_addr: [16, "u64"], si_value: [24, "u64"] } },
  /** uc_mcontext is the register file: pc, then x1 to x31; the floating-point state follows it. */
  ucontext: { size: 960, fields: { uc_flags: [0, "u64"], uc_link: [8, "u64"], uc_stack_sp: [16, "u64"], uc_stack_flags: [24, "s32"], uc_stack_size: [32, "u64"], uc_sigmask: [40, "u64"], uc_pc: [176, "u64"], uc_x1: [184, "u64"], uc_fpregs: [432, "u64"] } },
} as const satisfies Record<string, StructureLayout>;

export type StructureName = keyof typeof STRUCTURES;
