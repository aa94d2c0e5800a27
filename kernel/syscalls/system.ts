/**
 * System calls about the computer as a whole: its name and figures, limits, priorities, chance, power.
 */
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { CONSTANTS, FLAGS, STRUCTURES } from "../abi.ts";
import { isPrivileged, mayControl, mayLimit } from "../credentials.ts";
import { errno } from "../errno.ts";
import { unmountAll } from "../fs/ext2fs/mount.ts";
import type { Kernel } from "../kernel.ts";
import { fromRlim, LIMIT_COUNT, setLimit, toRlim } from "../limits.ts";
import { changePersonality } from "../personality.ts";
import { powerOff } from "../power.ts";
import { prepareResult, requireUser } from "../prepared.ts";
import type { Process } from "../process.ts";
import type { Handlers } from "../syscall-table.ts";
import { copyIn, copyOut, prepareUser, readField64, storeStructure, writeField } from "../usercopy.ts";
import { bufferPages } from "../vm/census.ts";
import { swapTotals } from "../vm/swap-area.ts";
import { uptimeSeconds } from "./time.ts";

/**
 * uname(2). The system is not Linux and says so; the release begins with the version of Linux whose calls it has,
 * because C libraries compare it with the oldest that they can run on.
 */
export const SYSTEM_NAME = { sysname: "Quire", release: "6.1.0-quire", version: "#1 virtual time", machine: "riscv64" };
const NAME_BYTES = 65;
const MOST_RANDOM = 2 ** 25 - 1;
const { RLIMIT_NOFILE } = CONSTANTS.rlimit;
/** fs.nr_open: what RLIMIT_NOFILE may not pass. */
const MOST_FILES = 2 ** 20;
const R = CONSTANTS.reboot;
const P = CONSTANTS.priority;

function setName(k: Kernel, p: Process, name: "hostname" | "domainname", address: number, length: number): number {
  if (!isPrivileged(p)) throw errno("EPERM");
  if (length < 0 || length >= NAME_BYTES) throw errno("EINVAL");
  k[name] = String.fromCharCode(...copyIn(k, p, address, length));
  return 0;
}

/** The process of prlimit64's pid, whose limits the caller may see and change: prlimit(2). */
function limitOwner(k: Kernel, p: Process, pid: number): Process {
  const target = pid === 0 ? p : k.processes.get(pid);
  if (target === undefined) throw errno("ESRCH");
  if (!mayLimit(p, target)) throw errno("EPERM");
  return target;
}

/** prlimit(2), setrlimit(2), getrlimit(2), in Linux's order: EFAULT, ESRCH, EPERM, EINVAL. */
function limitCall(k: Kernel, p: Process, pid: number, resource: number, set: number, old: number): number {
  const limit =
    set === 0 ? null : { soft: fromRlim(readField64(k, p, set)), hard: fromRlim(readField64(k, p, set + 8)) };
  const target = limitOwner(k, p, pid);
  if (resource < 0 || resource >= LIMIT_COUNT) throw errno("EINVAL");
  prepareResult(k, p, old, STRUCTURES.rlimit.size);
  const { soft, hard } = target.limits[resource];
  if (limit !== null) {
    if (resource === RLIMIT_NOFILE && limit.hard > MOST_FILES) throw errno("EPERM");
    setLimit(target.limits, resource, limit, isPrivileged(p));
  }
  if (old !== 0) storeStructure(k, p, old, "rlimit", { rlim_cur: toRlim(soft), rlim_max: toRlim(hard) });
  return 0;
}

/** setpriority(2): the processes that `which` and `who` mean. */
function priorityTargets(k: Kernel, p: Process, which: number, who: number): Process[] {
  const all = [...k.processes.values()];
  if (which === P.PRIO_PROCESS) return all.filter(({ pid }) => pid === (who === 0 ? p.pid : who));
  if (which === P.PRIO_PGRP) return all.filter(({ pgid }) => pgid === (who === 0 ? p.pgid : who));
  if (which !== P.PRIO_USER) throw errno("EINVAL");
  return all.filter(({ credentials }) => credentials.uid === (who === 0 ? p.credentials.uid : who));
}

/** Every process may run on the one hart, and nowhere else. */
function checkAffinityTarget(k: Kernel, pid: number): void {
  if (pid !== 0 && !k.processes.has(pid)) throw errno("ESRCH");
}

export const systemCalls = {
  uname(k, p, address) {
    requireUser(k, p, address, STRUCTURES.utsname.size);
    const bytes = new Uint8Array(STRUCTURES.utsname.size);
    const texts = { ...SYSTEM_NAME, nodename: k.hostname, domainname: k.domainname };
    for (const [name, text] of Object.entries(texts)) {
      const [offset] = STRUCTURES.utsname.fields[name as keyof typeof texts];
      for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
    }
    copyOut(k, p, address, bytes);
    return 0;
  },

  sethostname: (k, p, address, length) => setName(k, p, "hostname", address, length),
  setdomainname: (k, p, address, length) => setName(k, p, "domainname", address, length),

  personality: (_k, p, personality) => changePersonality(p, personality),

  sysinfo(k, p, address) {
    requireUser(k, p, address, STRUCTURES.sysinfo.size);
    const { frames, cache } = k.vm;
    const swap = swapTotals(k);
    storeStructure(k, p, address, "sysinfo", {
      uptime: uptimeSeconds(k),
      totalram: frames.count * PAGE_SIZE,
      freeram: frames.free * PAGE_SIZE,
      sharedram: cache.sharedPages * PAGE_SIZE,
      bufferram: bufferPages(k) * PAGE_SIZE,
      totalswap: swap.total * PAGE_SIZE,
      freeswap: swap.free * PAGE_SIZE,
      procs: k.processes.size,
      mem_unit: 1,
    });
    for (const [i, load] of k.load.averages.entries())
      writeField(k, p, address + STRUCTURES.sysinfo.fields.loads[0] + 8 * i, "u64", load);
    return 0;
  },

  getrandom(k, p, address, count, flags) {
    const { GRND_NONBLOCK, GRND_RANDOM, GRND_INSECURE } = FLAGS.random;
    if ((flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)) !== 0) throw errno("EINVAL");
    if ((flags & GRND_RANDOM) !== 0 && (flags & GRND_INSECURE) !== 0) throw errno("EINVAL");
    if (count === 0) return 0;
    const usable = prepareUser(k, p, address, Math.min(count, MOST_RANDOM), "write");
    if (usable === 0) throw errno("EFAULT");
    copyOut(k, p, address, k.machine.random.bytes(usable));
    return usable;
  },

  reboot(k, p, magic1, magic2, command, arg) {
    if (!isPrivileged(p)) throw errno("EPERM");
    // reboot(2): the second number is one of four birthdays.
    const birthdays: readonly number[] = [R.LINUX_REBOOT_MAGIC2, 85072278, 369367448, 537993216];
    if (magic1 !== R.LINUX_REBOOT_MAGIC1 || !birthdays.includes(magic2)) throw errno("EINVAL");
    switch (command) {
      case R.LINUX_REBOOT_CMD_CAD_ON:
      case R.LINUX_REBOOT_CMD_CAD_OFF:
        return 0;
      case R.LINUX_REBOOT_CMD_POWER_OFF:
        // C libraries pass three arguments and leave the fourth register as it is: only what is a status counts.
        unmountAll(k);
        powerOff(k, arg <= 0xff ? arg : 0, "power off");
        return null;
      case R.LINUX_REBOOT_CMD_HALT:
      case R.LINUX_REBOOT_CMD_RESTART:
      case R.LINUX_REBOOT_CMD_RESTART2:
        unmountAll(k);
        powerOff(k, 0, command === R.LINUX_REBOOT_CMD_HALT ? "system halted" : "restart");
        return null;
      default:
        throw errno("EINVAL");
    }
  },

  getrlimit: (k, p, resource, address) => {
    requireUser(k, p, address, STRUCTURES.rlimit.size);
    return limitCall(k, p, 0, resource, 0, address);
  },
  setrlimit: (k, p, resource, address) => {
    readField64(k, p, address);
    return limitCall(k, p, 0, resource, address, 0);
  },
  prlimit64: (k, p, pid, resource, set, old) => limitCall(k, p, pid, resource, set, old),

  getpriority(k, p, which, who) {
    const targets = priorityTargets(k, p, which, who);
    if (targets.length === 0) throw errno("ESRCH");
    // getpriority(2), "C library/kernel differences": the raw call gives 20 - nice, so that it is never negative.
    return 20 - Math.min(...targets.map(({ nice }) => nice));
  },

  setpriority(k, p, which, who, priority) {
    const nice = Math.max(-20, Math.min(19, priority));
    const targets = priorityTargets(k, p, which, who);
    if (targets.length === 0) throw errno("ESRCH");
    for (const target of targets) {
      if (!mayControl(p, target)) throw errno("EPERM");
      if (nice < target.nice && !isPrivileged(p)) throw errno("EACCES");
    }
    for (const target of targets) target.nice = nice;
    return 0;
  },

  sched_getaffinity(k, p, pid, size, address) {
    checkAffinityTarget(k, pid);
    if (size < 8 || size % 8 !== 0) throw errno("EINVAL");
    writeField(k, p, address, "u64", 1);
    return 8;
  },

  sched_setaffinity(k, p, pid, size, address) {
    checkAffinityTarget(k, pid);
    const [first] = size === 0 ? [0] : copyIn(k, p, address, 1);
    if ((first & 1) === 0) throw errno("EINVAL");
    return 0;
  },

  getcpu(k, p, cpu, node) {
    prepareResult(k, p, cpu, 4);
    prepareResult(k, p, node, 4);
    for (const address of [cpu, node]) if (address !== 0) writeField(k, p, address, "u32", 0);
    return 0;
  },

  riscv_flush_icache(_k, _p, _start, _end, flags) {
    if (flags > 1) throw errno("EINVAL");
    return 0;
  },
} satisfies Handlers;
