/**
 * The settings of the kernel: what /proc/sys shows and takes, one row each. proc(5), Linux's
 * Documentation/admin-guide/sysctl. A setting is a row here: its path below /proc/sys, where its value is, its range, and
 * what a change of it does at once.
 *
 * (1) A value outside its range is refused with EINVAL and nothing has changed.
 */
import { PAGE_SIZE } from "../cpu/paging.ts";
import type { Kernel } from "./kernel.ts";
import { LOG_LEVEL, log } from "./log.ts";
import type { Process } from "./process.ts";
import { tellLimit } from "./shm.ts";
import { SYSTEM_NAME } from "./syscalls/system.ts";
import { takeLine, takeNumber } from "./sysctl-value.ts";
import { nextLook } from "./vm/dirty.ts";
import { dropCaches, dropInodes } from "./vm/drop-caches.ts";
import { poolOf, poolSize, setOvercommit, setPoolSize } from "./vm/hugetlb/pool.ts";
import { DEFAULT_SIZE } from "./vm/hugetlb/sizes.ts";
import type { HugePool } from "./vm/hugetlb/types.ts";
import { ENTROPY } from "./vm/layout.ts";
import { applyMinFree } from "./vm/watermarks.ts";

/** A file of /proc/sys. Texts are strings of bytes. */
export interface Setting {
  readonly mode: number;
  /** Without the newline. Absent: it cannot be read. */
  read?(k: Kernel): string;
  /** Takes the beginning of `text` and says how many bytes. Absent: it cannot be written. @throws Errno EINVAL */
  write?(k: Kernel, p: Process, text: string): number;
}

const INT = { least: -(2 ** 31), most: 2 ** 31 - 1 };
const NOT_NEGATIVE = { least: 0, most: 2 ** 31 - 1 };
const PERCENT = { least: 0, most: 100 };
/** Unsigned long: beyond 2^53 inexact, and no limit at all. */
const LONG = { least: 0, most: 2 ** 64 };
/** CORENAME_MAX_SIZE, __NEW_UTS_LEN, less the NUL. */
const CORE_PATTERN_BYTES = 127;
const NAME_BYTES = 64;
const READ_WRITE = 0o644;
const READ_ONLY = 0o444;
const WRITE_ONLY = 0o200;

interface Range {
  readonly least: number;
  readonly most: number;
}

/** A number that is a property of some part of the state. */
function whole<N extends string>(
  part: (k: Kernel) => Record<N, number>,
  name: N,
  range: Range,
  changed: (k: Kernel) => void = () => {},
): Setting {
  return {
    mode: READ_WRITE,
    read: (k) => String(part(k)[name]),
    write(k, _p, text) {
      const { value, length } = takeNumber(text, range.least, range.most);
      part(k)[name] = value;
      changed(k);
      return length;
    },
  };
}

/** A text of one line. */
function line<N extends string>(part: (k: Kernel) => Record<N, string>, name: N, most: number): Setting {
  return {
    mode: READ_WRITE,
    read: (k) => part(k)[name],
    write(k, _p, text) {
      part(k)[name] = takeLine(text, most);
      return text.length;
    },
  };
}

function fixed(value: string | number): Setting {
  return { mode: READ_ONLY, read: () => String(value) };
}

const memory = (k: Kernel) => k.vm.settings;

/** A limit of System V shared memory: what is beyond all memory is none. */
function sharedMemory(name: "shmmax" | "shmall"): Setting {
  const limits = (k: Kernel) => k.shm.limits;
  const row = whole(limits, name, LONG, (k) => {
    if (limits(k)[name] > Number.MAX_SAFE_INTEGER) limits(k)[name] = Number.POSITIVE_INFINITY;
  });
  return { ...row, read: (k) => String(tellLimit(limits(k)[name])) };
}

/** Of dirty_ratio and dirty_bytes only one counts: a change of one makes the other 0. */
function onlyOf(one: "dirtyRatio" | "dirtyBytes", other: "dirtyRatio" | "dirtyBytes", range: Range): Setting {
  return {
    ...whole(memory, one, range),
    write(k, _p, text) {
      const { value, length } = takeNumber(text, range.least, range.most);
      if (value !== memory(k)[one]) memory(k)[other] = 0;
      memory(k)[one] = value;
      return length;
    },
  };
}

const TWO_PAGES = { least: 2 * PAGE_SIZE, most: LONG.most };
const POSITIVE = { least: 1, most: LONG.most };
const onlyBackgroundRatio = (k: Kernel) => {
  memory(k).dirtyBackgroundBytes = 0;
};
const onlyBackgroundBytes = (k: Kernel) => {
  memory(k).dirtyBackgroundRatio = 0;
};

/** Of the two only one counts: writing one, even as it was, makes the other 0. */
const onlyRatio = (k: Kernel) => {
  memory(k).overcommitKbytes = 0;
};
const onlyKbytes = (k: Kernel) => {
  memory(k).overcommitRatio = 0;
};

/** vm.drop_caches: 1 the page cache, 2 inodes that are kept on a disk, 3 both; 4 says nothing of it from then on. */
const dropCachesRow: Setting = {
  mode: WRITE_ONLY,
  write(k, p, text) {
    const { value, length } = takeNumber(text, 1, 4);
    if (value & 1) dropCaches(k);
    if (value & 2) dropInodes(k);
    if (!(value & 4)) log(k, LOG_LEVEL.information, `${p.name} (${p.pid}): drop_caches: ${value}`);
    return length;
  },
};

/** kernel.printk: four numbers; fewer change the first ones. */
const printkRow: Setting = {
  mode: READ_WRITE,
  read: (k) => k.log.levels.join("\t"),
  write(k, _p, text) {
    const levels = [...k.log.levels];
    let done = 0;
    for (let i = 0; i < levels.length && (i === 0 || done < text.length); i++) {
      const { value, length } = takeNumber(text.slice(done), INT.least, INT.most);
      levels[i] = value;
      done += length;
    }
    for (const [i, level] of levels.entries()) k.log.levels[i] = level;
    return done;
  },
};

/** vm.dirty_writeback_centisecs holds from now on. */
function armFlusher(k: Kernel): void {
  if (k.vm.flusher.dirtied.size > 0) k.vm.flusher.due = nextLook(k);
}

/** A figure of the pool of huge pages of the usual size. */
function poolSetting(
  read: (k: Kernel, pool: HugePool) => number,
  write: (k: Kernel, pool: HugePool, count: number) => void,
): Setting {
  const pool = (k: Kernel) => poolOf(k, DEFAULT_SIZE.order);
  return {
    mode: READ_WRITE,
    read: (k) => String(read(k, pool(k))),
    write(k, _p, text) {
      const { value, length } = takeNumber(text, LONG.least, LONG.most);
      write(k, pool(k), value);
      return length;
    },
  };
}

/** By path below /proc/sys, in the order of a listing. */
// biome-ignore format: a table is read in columns
export const SETTINGS: Readonly<Record<string, Setting>> = {
  "fs/nr_open":                    fixed(2 ** 20),
  "fs/overflowgid":                fixed(65534),
  "fs/overflowuid":                fixed(65534),
  "fs/pipe-max-size":              fixed(2 ** 20),
  "fs/protected_fifos":            fixed(0),
  "fs/protected_hardlinks":        fixed(1),
  "fs/protected_regular":          fixed(0),
  "fs/protected_symlinks":         fixed(1),
  "fs/suid_dumpable":              fixed(0),
  "kernel/cap_last_cap":           fixed(40),
  "kernel/core_pattern":           line((k) => k.core, "pattern", CORE_PATTERN_BYTES),
  "kernel/core_uses_pid":          whole((k) => k.core, "usesPid", INT),
  "kernel/domainname":             line((k) => k, "domainname", NAME_BYTES),
  "kernel/hostname":               line((k) => k, "hostname", NAME_BYTES),
  "kernel/ngroups_max":            fixed(65536),
  "kernel/osrelease":              fixed(SYSTEM_NAME.release),
  "kernel/ostype":                 fixed(SYSTEM_NAME.sysname),
  "kernel/overflowgid":            fixed(65534),
  "kernel/overflowuid":            fixed(65534),
  "kernel/pid_max":                fixed(32768),
  "kernel/printk":                 printkRow,
  "kernel/randomize_va_space":     whole(memory, "randomizeVaSpace", INT),
  "kernel/shmall":                 sharedMemory("shmall"),
  "kernel/shmmax":                 sharedMemory("shmmax"),
  "kernel/shmmni":                 whole((k) => k.shm.limits, "shmmni", { least: 0, most: 32768 }),
  "kernel/version":                fixed(SYSTEM_NAME.version),
  "vm/admin_reserve_kbytes":       whole(memory, "adminReserveKbytes", LONG),
  "vm/dirty_background_bytes":     whole(memory, "dirtyBackgroundBytes", POSITIVE, onlyBackgroundBytes),
  "vm/dirty_background_ratio":     whole(memory, "dirtyBackgroundRatio", PERCENT, onlyBackgroundRatio),
  "vm/dirty_bytes":                onlyOf("dirtyBytes", "dirtyRatio", TWO_PAGES),
  "vm/dirty_expire_centisecs":     whole(memory, "dirtyExpireCentisecs", NOT_NEGATIVE),
  "vm/dirty_ratio":                onlyOf("dirtyRatio", "dirtyBytes", PERCENT),
  "vm/dirty_writeback_centisecs":  whole(memory, "dirtyWritebackCentisecs", NOT_NEGATIVE, armFlusher),
  "vm/drop_caches":                dropCachesRow,
  "vm/hugetlb_shm_group":          whole((k) => k.vm.hugetlb, "shmGroup", INT),
  "vm/max_map_count":              whole((k) => k.vm, "maxMapCount", NOT_NEGATIVE),
  "vm/min_free_kbytes":            whole(memory, "minFreeKbytes", NOT_NEGATIVE, applyMinFree),
  "vm/mmap_min_addr":              whole(memory, "mmapMinAddr", LONG),
  "vm/mmap_rnd_bits":              fixed(ENTROPY.mmap),
  "vm/nr_hugepages":               poolSetting((_k, pool) => poolSize(pool) - pool.surplus, setPoolSize),
  "vm/nr_overcommit_hugepages":    poolSetting((_k, pool) => pool.overcommit, setOvercommit),
  "vm/oom_dump_tasks":             whole(memory, "oomDumpTasks", INT),
  "vm/oom_kill_allocating_task":   whole(memory, "oomKillAllocatingTask", INT),
  "vm/overcommit_kbytes":          whole(memory, "overcommitKbytes", LONG, onlyKbytes),
  "vm/overcommit_memory":          whole(memory, "overcommitMemory", { least: 0, most: 2 }),
  "vm/overcommit_ratio":           whole(memory, "overcommitRatio", INT, onlyRatio),
  "vm/page-cluster":               whole(memory, "pageCluster", { least: 0, most: 31 }),
  "vm/panic_on_oom":               whole(memory, "panicOnOom", { least: 0, most: 2 }),
  "vm/swappiness":                 whole(memory, "swappiness", { least: 0, most: 200 }),
  "vm/user_reserve_kbytes":        whole(memory, "userReserveKbytes", LONG),
};
