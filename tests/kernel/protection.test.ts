/** personality(2), the lowest addresses, executable memory, and the kernel's own: what a program is kept from, and may ask for. */
import { describe, expect, test } from "vitest";
import { userLimit } from "../../cpu/paging.ts";
import { FLAGS } from "../../kernel/abi.ts";
import type { KernelEvent } from "../../kernel/events.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { vmaList } from "../../kernel/vm/address-space.ts";
import { chooseLayout, UNDISPLACED } from "../../kernel/vm/layout.ts";
import { guest } from "./guest.ts";
import { start } from "./programs.ts";

const { ADDR_NO_RANDOMIZE, ADDR_COMPAT_LAYOUT, READ_IMPLIES_EXEC, MMAP_PAGE_ZERO } = FLAGS.personality;
const RAM = 16 * 2 ** 20;
const EXEC = 4;
const WRITE = 2;

/** Runs a program; gives its status and what `see` saw at each exec of /t/NAME. */
function run<T>(files: Readonly<Record<string, Uint8Array>>, see: (k: Kernel) => T, config = {}) {
  const [name] = Object.keys(files) as [string];
  const seen: T[] = [];
  let kernel: Kernel | undefined;
  const listener = (event: KernelEvent) => {
    if (event.type === "exec" && event.path.startsWith("/t/") && event.path !== "/t/init") seen.push(see(kernel!));
  };
  const program = start([name], { ram: RAM, listeners: [listener], ...config }, files);
  kernel = program.computer.kernel;
  const outcome = program.finish();
  return { status: outcome.kind === "off" ? outcome.status : -1, seen, output: program.output() };
}

const exit = "syscall exit_group\n";
const status = (source: string, config = {}) => run({ program: guest(source) }, () => 0, config).status;

/** personality(p), then /t/next. */
const become = (p: number) =>
  guest(`li a0, ${p}\n syscall personality\n la a0, path\n li a1, 0\n li a2, 0\n syscall execve\n ${exit}
    .section .rodata\npath: .string "/t/next"`);
const leave = guest(`li a0, 0\n ${exit}`);

const layoutOf = (k: Kernel) => {
  const { mmapBase, bottomUp, stackTop, trampoline, brkStart } = k.current!.space!.layout;
  return { mmapBase, bottomUp, stackTop, trampoline, brkStart, personality: k.current!.personality };
};
const layoutAfter = (p: number, config = {}) => run({ program: become(p), next: leave }, layoutOf, config).seen[1]!;

describe("personality", () => {
  test("gives the old value, and 0xffffffff changes nothing", () => {
    expect(status(`li a0, -1\n syscall personality\n ${exit}`)).toBe(0);
    expect(
      status(`li a0, 0x0040000\n syscall personality\n mv s0, a0\n li a0, -1\n syscall personality\n li a0, -1
        syscall personality\n srli a0, a0, 16\n add a0, a0, s0\n ${exit}`),
    ).toBe(4);
  });

  test("with ADDR_NO_RANDOMIZE takes chance out of the next program, whatever the seed", () => {
    const one = layoutAfter(ADDR_NO_RANDOMIZE, { seed: 1 });
    expect(one).toEqual(layoutAfter(ADDR_NO_RANDOMIZE, { seed: 2 }));
    const limit = userLimit("sv48");
    const choice = { randomize: 0, displacements: UNDISPLACED, stackBytes: 8 * 2 ** 20, compatible: false };
    const { mmapBase, stackTop } = chooseLayout(limit, choice);
    expect(one).toMatchObject({ mmapBase, stackTop, trampoline: mmapBase - 4096, personality: ADDR_NO_RANDOMIZE });
    expect(layoutAfter(0, { seed: 1 })).not.toEqual(layoutAfter(0, { seed: 2 }));
  });

  test("with ADDR_COMPAT_LAYOUT makes mappings go upwards, and the trampoline is at their bottom", () => {
    const compatible = layoutAfter(ADDR_COMPAT_LAYOUT | ADDR_NO_RANDOMIZE);
    expect(compatible).toMatchObject({ bottomUp: true, trampoline: compatible.mmapBase });
  });

  test("makes mmap(0) go up from there, one behind the other", () => {
    const next = guest(`
      li s0, 2
      la s2, last
    1: li a0, 0\n li a1, 4096\n li a2, 3\n li a3, 0x22\n li a4, -1\n li a5, 0\n syscall mmap
      ld t0, 0(s2)\n sub s1, a0, t0\n sd a0, 0(s2)
      addi s0, s0, -1\n bnez s0, 1b
      srli a0, s1, 12\n ${exit}\n .data\nlast: .dword 0`);
    expect(run({ program: become(ADDR_COMPAT_LAYOUT), next }, layoutOf).status).toBe(1);
    expect(run({ program: become(0), next }, layoutOf).status).toBe(255);
  });

  test("is kept by fork and exec, without its low byte", () => {
    expect(layoutAfter(ADDR_NO_RANDOMIZE | 6).personality).toBe(ADDR_NO_RANDOMIZE);
    const forks = `li a0, 0x40000\n syscall personality\n li a0, 17\n li a1, 0\n li a2, 0\n li a3, 0\n li a4, 0
      syscall clone\n bnez a0, 1f\n li a0, -1\n syscall personality\n srli a0, a0, 16\n ${exit}
      1: li a0, -1\n la a1, word\n li a2, 0\n li a3, 0\n syscall wait4\n la a1, word\n lbu a0, 1(a1)\n ${exit}
      .bss\nword: .space 8`;
    expect(status(forks)).toBe(4);
  });

  test("loses what would weaken a set-user-ID program, and nothing else", () => {
    const all = ADDR_NO_RANDOMIZE | ADDR_COMPAT_LAYOUT | READ_IMPLIES_EXEC | MMAP_PAGE_ZERO | 0x2000000;
    const program =
      guest(`la a0, path\n li a1, 04755\n mv a2, a1\n mv a1, a0\n li a0, -100\n li a2, 04755\n syscall fchmodat
      li a0, ${all}\n syscall personality\n la a0, path\n li a1, 0\n li a2, 0\n syscall execve\n ${exit}
      .section .rodata\npath: .string "/t/next"`);
    const { seen } = run({ program, next: leave }, layoutOf);
    expect(seen[1]!.personality).toBe(0x2000000);
    expect(seen[1]!.bottomUp).toBe(false);
  });

  test("with READ_IMPLIES_EXEC makes what can be read executable, in mmap and mprotect", () => {
    const next = (first: number, second: number) =>
      guest(`li a0, 0\n li a1, 4096\n li a2, ${first}\n li a3, 0x22\n li a4, -1\n li a5, 0\n syscall mmap
        mv s0, a0\n li a2, ${second}\n beqz a2, 1f\n li a1, 4096\n syscall mprotect
        1: li t0, 0x00008067\n sw t0, 0(s0)\n fence.i\n jalr s0\n li a0, 7\n ${exit}`);
    expect(run({ program: become(READ_IMPLIES_EXEC), next: next(3, 0) }, layoutOf).status).toBe(7);
    expect(run({ program: become(READ_IMPLIES_EXEC), next: next(0, 3) }, layoutOf).status).toBe(7);
    expect(run({ program: become(0), next: next(3, 0) }, layoutOf).status).toBe(139);
    expect(run({ program: become(0), next: next(0, 3) }, layoutOf).status).toBe(139);
  });

  test("with MMAP_PAGE_ZERO maps page 0, for who may have it", () => {
    const next = guest(`lw a0, 0(zero)\n addi a0, a0, 3\n ${exit}`);
    expect(run({ program: become(MMAP_PAGE_ZERO), next }, layoutOf).status).toBe(3);
    expect(run({ program: become(0), next }, layoutOf).status).toBe(139);
  });
});

describe("kernel.randomize_va_space", () => {
  test("1 leaves the heap behind the program, 0 and --no-aslr everything in its place", () => {
    const layout = (setting: number | null, seed: number) => {
      const program = start(
        ["next"],
        { ram: RAM, seed, ...(setting === null ? { aslr: false } : {}) },
        { next: leave },
      );
      const { kernel } = program.computer;
      if (setting !== null) kernel.vm.settings.randomizeVaSpace = setting;
      let found: ReturnType<typeof layoutOf> | undefined;
      program.computer.kernel.listeners.push((event) => {
        if (event.type === "exec" && event.path === "/t/next") found = layoutOf(kernel);
      });
      program.finish();
      return found!;
    };
    expect(layout(0, 1)).toEqual(layout(0, 2));
    expect(layout(0, 1)).toEqual(layout(null, 3));
    const [one, two] = [layout(1, 1), layout(1, 2)];
    expect(one.brkStart).toBe(layout(0, 1).brkStart);
    expect(two.brkStart).toBe(one.brkStart);
    for (const region of ["mmapBase", "stackTop", "trampoline"] as const) expect(one[region]).not.toBe(two[region]);
    expect(layout(2, 1).brkStart).not.toBe(layout(2, 2).brkStart);
  });
});

/** mmap(address, 4096, PROT_READ, flags) as user `uid`; the status is -errno, or 0. */
const mapAt = (uid: number, address: number, flags: number) =>
  `li a0, ${uid}\n syscall setuid\n li a0, ${address}\n li a1, 4096\n li a2, 1\n li a3, ${flags}\n li a4, -1\n li a5, 0
   syscall mmap\n mv s0, a0\n li t0, -4096\n bltu t0, a0, 1f\n li a0, 0\n ${exit}\n 1: neg a0, a0\n ${exit}`;
const FIXED = 0x32;
const FIXED_NOREPLACE = 0x10_0022;
const EPERM = 1;

describe("vm.mmap_min_addr", () => {
  test("keeps the lowest 64 KiB from everyone but the privileged", () => {
    for (const flags of [FIXED, FIXED_NOREPLACE])
      for (const address of [0, 4096, 0xf000]) {
        expect(status(mapAt(1000, address, flags))).toBe(EPERM);
        expect(status(mapAt(0, address, flags))).toBe(0);
      }
  });

  test("moves hints up, for the privileged too", () => {
    for (const uid of [0, 1000])
      for (const hint of [1, 0x3000, 0xffff]) {
        const source = `li a0, ${uid}\n syscall setuid\n li a0, ${hint}\n li a1, 4096\n li a2, 1\n li a3, 0x22\n li a4, -1
          li a5, 0\n syscall mmap\n srli a0, a0, 16\n ${exit}`;
        // Not at a fixed address: those of programs begin where the hint leads. Linux takes a hint inside page 0 for none.
        const status = run({ program: guest(source, { pie: true }) }, () => 0).status;
        expect([hint, status === 1]).toEqual([hint, hint >= 4096]);
      }
  });

  test("can be changed", () => {
    const program = start(["low"], { ram: RAM }, { low: guest(mapAt(1000, 8192, FIXED)) });
    program.computer.kernel.vm.settings.mmapMinAddr = 8192;
    expect(program.finish()).toMatchObject({ status: 0 });
    expect(status(mapAt(1000, 8192, FIXED))).toBe(EPERM);
  });

  test("keeps page 0 unmapped: a null pointer faults", () => {
    expect(status("sd a0, 0(zero)")).toBe(139);
    expect(status("jr zero")).toBe(139);
  });
});

describe("memory that is both writable and executable", () => {
  test("is given to whoever asks for it: by mmap, by mprotect, and by a segment", () => {
    const wants = (prot: string) =>
      status(`li a0, 0\n li a1, 4096\n li a2, 7\n li a3, 0x22\n li a4, -1\n li a5, 0\n syscall mmap
        mv s0, a0\n ${prot}\n li t0, 0x00008067\n sw t0, 0(s0)\n fence.i\n jalr s0\n li a0, 7\n ${exit}`);
    expect(wants("")).toBe(7);
    expect(
      wants("li a1, 4096\n li a2, 3\n syscall mprotect\n mv a0, s0\n li a1, 4096\n li a2, 7\n syscall mprotect"),
    ).toBe(7);
    expect(wants("li a1, 4096\n li a2, 3\n syscall mprotect")).toBe(139);
  });

  test("can be the stack, if PT_GNU_STACK says so; else that is not executable", () => {
    const code = guest(`addi sp, sp, -16\n li t0, 0x00008067\n sw t0, 0(sp)\n fence.i\n jalr sp\n li a0, 7\n ${exit}`);
    const executable = code.slice();
    const view = new DataView(executable.buffer);
    for (let header = 64; header < 64 + 56 * view.getUint16(56, true); header += 56)
      if (view.getUint32(header, true) === 0x6474e551) view.setUint32(header + 4, 7, true);
    expect(executable).not.toEqual(code);
    expect(run({ program: code }, () => 0).status).toBe(139);
    expect(run({ program: executable }, () => 0).status).toBe(7);
  });
});

describe("the kernel", () => {
  const RAM_START = 0x8000_0000;
  const UART = 0x1000_0000;
  const places = [
    "-8",
    "-4096",
    "-0x80000000",
    "0x800000000000",
    "0x4000000000",
    `${RAM_START}`,
    `${UART}`,
    "0x0c000000",
  ];

  test("cannot be read, written or entered from user mode, at physical addresses or high ones", () => {
    for (const place of places)
      for (const access of ["ld a0, 0(t0)", "sd zero, 0(t0)", "jr t0", "amoadd.d a0, a0, (t0)"])
        expect(status(`li t0, ${place}\n ${access}\n li a0, 0\n ${exit}`), `${access} at ${place}`).toBe(139);
  });

  test("gives EFAULT for such addresses, and neither reads nor writes there", () => {
    for (const place of places) {
      expect(status(`li a0, 1\n li a1, ${place}\n li a2, 8\n syscall write\n neg a0, a0\n ${exit}`)).toBe(14);
      expect(status(`li a0, ${place}\n syscall uname\n neg a0, a0\n ${exit}`)).toBe(14);
    }
  });

  test("keeps its registers and instructions to itself", () => {
    for (const instruction of ["csrr a0, satp", "csrw sepc, a0", "csrr a0, sstatus", "sret", "sfence.vma", "wfi"]) {
      const died = status(`${instruction}\n li a0, 0\n ${exit}`);
      expect([instruction, died]).toEqual([instruction, 132]);
    }
  });

  test("maps no page of its own for a program, save the trampoline to be read and executed", () => {
    const { seen } = run({ program: leave }, (k) =>
      vmaList(k.current!.space!).flatMap(({ special, prot, start }) =>
        special === 0 ? [] : [[start === k.current!.space!.layout.trampoline, prot & WRITE, prot & EXEC]],
      ),
    );
    expect(seen).toEqual([[[true, 0, EXEC]]]);
  });
});
