/** The journey of one access: that it is told as the processor and the kernel then make it, and that looking changes nothing. */
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import type { FaultEvent } from "../../../kernel/events.ts";
import type { Options } from "../../../kernel/options.ts";
import { FAULTS } from "../../../kernel/vm/fault-kinds.ts";
import { UsageError } from "../../../tools/errors.ts";
import { namesOf, parseAddress } from "../../../tools/look/address.ts";
import { type Journey, journeyOf } from "../../../tools/look/journey.ts";
import { journeyJson } from "../../../tools/look/journey-json.ts";
import { journeyText } from "../../../tools/look/journey-text.ts";
import { type Moment, runToMoment } from "../../../tools/look/moment.ts";
import { assembled, built, demo, FILLING, momentRun, outputOf, started } from "./programs.ts";

const MIB = 2 ** 20;
const SMALL = { ram: 4 * MIB };
const ACCESSES = ["read", "write", "execute"] as const;

/** Writes and reads pages of each kind, and prints in which frames they are, as the kernel tells it. */
const PAGES = assembled(`
        .include "abi.s"
        .include "frame.s"
        .globl main
main:   enter 1
        la   t0, written
        sd   t0, (t0)
        la   t0, untouched
        lb   t0, (t0)
        la   s0, addresses
1:      ld   a0, (s0)
        beqz a0, 2f
        call frame_of
        mv   a1, a0
        la   a0, format
        call printf
        addi s0, s0, 8
        j    1b
2:      li   a0, 0
        leave 1
        .data
addresses: .dword main, written, untouched, never, 0
        .balign 4096
written: .zero 4096
        .bss
        .balign 4096
untouched: .zero 4096
never:  .zero 4096
        .section .rodata
format: .asciz "%lx\\n"
`);

function look(
  moment: Moment,
  program: Uint8Array,
  address: string,
  access: (typeof ACCESSES)[number] = "read",
): Journey {
  const { computer, pid, bias } = moment;
  const p = computer.kernel.processes.get(pid)!;
  return journeyOf(computer, pid, parseAddress(address, computer.kernel, p, namesOf(program, bias)), access);
}

const text = (journey: Journey) =>
  journeyText(
    journey,
    () => null,
    (_, plain) => plain,
  ).join("\n");

describe("where a page is", () => {
  test.each([
    SMALL,
    { ...SMALL, paging: "sv39" as const },
    { ...SMALL, tlb: { sets: 1, ways: 1 } },
    { ...SMALL, translation: "segmented-paging" as const },
  ])("is what the program itself reads in /proc/self/pagemap: %j", async (options) => {
    const told = outputOf(PAGES, options)
      .trim()
      .split("\n")
      .map((line) => Number.parseInt(line, 16));
    const moment = await runToMoment(momentRun(PAGES, options), null);
    const frames = ["main", "written", "untouched", "never"].map((name) => {
      const { hardware } = look(moment, PAGES, name);
      return hardware.end.kind === "physical" ? hardware.end.frame : 0;
    });
    expect(frames).toEqual(told);
    expect(frames.slice(0, 3).every((frame) => frame > 0) && frames[3] === 0).toBe(true);
  });

  test("is the same by the TLB as by the walk, for all that the TLB holds", async () => {
    const { computer, pid } = await runToMoment(momentRun(PAGES, { ...SMALL, paging: "sv39" }), null);
    const seen: string[] = [];
    for (let page = 0x10; page < 0x18; page++) {
      const { hardware } = journeyOf(computer, pid, BigInt(page) * 4096n + 8n, "read");
      const { tlb, steps, end } = hardware;
      if (tlb?.hit == null || end.kind !== "physical") continue;
      expect(end.by).toBe("tlb");
      expect(end.address).toBe((steps.at(-1)!.low! >>> 10) * 4096 + 8);
      seen.push(end.by);
    }
    expect(seen.length).toBeGreaterThan(3);
  });
});

/** Runs the program once, and says at which instruction the first fault of a moment comes. */
function faultsOf(program: Uint8Array, options: Partial<Options>) {
  const faults = new Map<number, FaultEvent>();
  const seen = new Set<number>();
  let trap: number | null = null;
  const computer = started(program, options, (event, late) => {
    const at = late().machine.harts[0]!.counters.instret;
    if (event.type === "trap") {
      // Of several traps at one instruction the first: a moment is before all that happens there.
      trap = event.interrupt || seen.has(at) ? null : event.value;
      seen.add(at);
    } else if (event.type === "fault" && event.va === trap && at > 0) {
      faults.set(at, event);
      trap = null;
    }
  });
  computer.run({ idle: "skip", instructionLimit: 50_000_000 });
  return { faults, statistics: computer.stats() };
}

describe("a page fault", () => {
  const cases: [string, Partial<Options>][] = [
    ["copy-on-write", { ram: 4 * MIB }],
    ["stack-growth", { ram: 4 * MIB, paging: "sv39" }],
    ["stack-growth", { ram: 4 * MIB, translation: "segmented-paging" }],
    ["map-file", { ram: 4 * MIB, engine: "reference" }],
    ["shared-memory", { ram: 4 * MIB, tlb: { sets: 1, ways: 2 } }],
  ];
  test.each(cases)(
    "of %s with %j is told as the kernel then decides it, and the run goes on as if nobody had looked",
    (name, options) => {
      const program = built(demo(name));
      const { faults, statistics } = faultsOf(program, options);
      const computer = started(program, options);
      const kinds = new Set<string>();
      let looked = 0;
      for (const [at, { pid, va, access, kind }] of faults) {
        if (looked > 14) break;
        computer.run({ idle: "skip", instructionLimit: at });
        const p = computer.kernel.processes.get(pid);
        if (computer.kernel.current !== p || p?.space == null) continue;
        const journey = journeyOf(computer, pid, BigInt(va), access);
        expect(journey.hardware.end.kind).toBe("page fault");
        expect({ at, kind: journey.decision?.kind }).toEqual({ at, kind });
        kinds.add(kind);
        looked++;
      }
      expect(looked).toBeGreaterThan(5);
      expect(kinds.size).toBeGreaterThan(2);
      computer.run({ idle: "skip", instructionLimit: 50_000_000 });
      expect(computer.stats()).toEqual(statistics);
    },
  );

  test("of a page in swap waits for the disk, and ends in a frame with what was there", async () => {
    const moment = await runToMoment(momentRun(FILLING, { ram: 2 * MIB, swap: 8 * MIB }), null);
    const journey = look(moment, FILLING, "area+16", "write");
    expect(journey.decision).toMatchObject({ kind: "swap-in", major: true, signal: null });
    expect(journey.decision!.waits).toBeGreaterThan(0);
    expect(journey.decision!.after.hardware.end.kind).toBe("physical");
    expect(text(journey)).toContain("in swap: area 0, slot ");
  });
});

describe("a huge page", () => {
  test("is a leaf of level 1, in the TLB too, and its frame is the one of the access", async () => {
    const moment = await runToMoment(momentRun(FILLING, { ram: 16 * MIB, thp: "always" }), null);
    const journey = look(moment, FILLING, "area+0x200008", "write");
    expect(journey.hardware.steps.at(-1)!.level).toBe(1);
    expect(journey.hardware.end).toMatchObject({ kind: "physical", by: "tlb", pageBytes: 2 * MIB });
    const { frame } = journey;
    const va = journey.va - (journey.va % 4096);
    expect(frame!.large).toEqual({ bytes: 2 * MIB, part: (va / 4096) % 512 });
    expect(frame!.mappers).toEqual([{ pids: [journey.pid], va, writable: true }]);
    expect(text(journey)).toContain("in a page of 2 MiB");
  });
});

describe("under segmented paging", () => {
  test("the walk begins at the segment's descriptor, and a limit is a reason", async () => {
    const moment = await runToMoment(momentRun(PAGES, { ...SMALL, translation: "segmented-paging" }), null);
    const whole = text(look(moment, PAGES, "written+8", "write"));
    expect(whole).toMatch(/^ +segment +vpn\[1\] +vpn\[0\] +offset$/m);
    expect(whole).toMatch(/^ {4}seg {2}0x[0-9a-f]+ +0 {2}0x[0-9a-f]+ {2}0x[0-9a-f]{16}/m);
    const beyond = look(moment, PAGES, "0x30000000");
    expect(text(beyond)).toMatch(
      /=> page fault \(20 cycles\):\n {3}the descriptor of segment 0 has offsets from 0x0 to below 0x[0-9a-f]+000/,
    );
    expect(beyond.decision!.kind).toBe("no-mapping");
    expect(text(look(moment, PAGES, "0x4000000000"))).toContain("bits 63 to 38 of the address must be 0");
    const deeper = look(moment, PAGES, "sp-0x100000", "write");
    expect(deeper.decision!.kind).toBe("stack-growth");
    expect(deeper.decision!.after.hardware.end.kind).toBe("physical");
  });
});

describe("under segments", () => {
  test("the address is the base and the offset, without a TLB, and what is refused is refused by the descriptor", async () => {
    const moment = await runToMoment(momentRun(PAGES, { ram: 8 * MIB, translation: "segments" }), null);
    const { hardware, frame } = look(moment, PAGES, "written+8", "write");
    const [step] = hardware.steps;
    expect(hardware.tlb).toBeNull();
    expect(hardware.end).toMatchObject({
      kind: "physical",
      by: "segment",
      address: ((step!.low! >>> 10) + hardware.fields[1]!.value / 4096) * 4096,
      sets: [],
    });
    expect(frame!.owner).toBe("segment");
    const beyond = look(moment, PAGES, "0x30000000");
    expect(beyond.hardware.end.kind).toBe("page fault");
    expect(FAULTS[beyond.decision!.kind!].signal).not.toBeNull();
  });
});

describe("looking", () => {
  test("changes no bit of the computer, whatever is looked at", async () => {
    const program = built(demo("copy-on-write"));
    for (const at of [3_000, 12_000]) {
      const { computer, pid } = await runToMoment(momentRun(program, { ram: 4 * MIB }), at);
      const before = computer.snapshot();
      const p = computer.kernel.processes.get(pid)!;
      const sp = BigInt(p.space!.layout.stackStart);
      const addresses = [0x11000n, 0x10008n, sp, sp - 0x20000n, 0n, 1n << 47n, (1n << 64n) - 8n, 0x14000n];
      for (const bits of addresses)
        for (const access of ACCESSES) JSON.stringify(journeyJson(journeyOf(computer, pid, bits, access), () => null));
      expect(isDeepStrictEqual(computer.snapshot(), before)).toBe(true);
      computer.discard();
    }
  });
});

describe("the text", () => {
  test("shows the fields of the address, the TLB's set, each level and who maps the frame", async () => {
    const moment = await runToMoment(momentRun(PAGES, SMALL), null);
    const lines = text(look(moment, PAGES, "main+4", "execute")).split("\n");
    expect(lines.slice(1, 5)).toEqual([
      "  bits      47-39    38-30    29-21    20-12     11-0",
      "           vpn[3]   vpn[2]   vpn[1]   vpn[0]   offset",
      "  hex       0x000    0x000    0x000    0x011    0x004",
      "  decimal       0        0        0       17        4",
    ]);
    const whole = lines.join("\n");
    expect(whole).toMatch(/^TLB {2}64 sets of 4 ways, nru, ASID \d+; set 17: hit in way \d$/m);
    expect(whole).toMatch(/^ {6}0 {2}0x[0-9a-f]+ +17 {2}0x[0-9a-f]+ {2}0x[0-9a-f]{16} {2}-A-UX-RV {2}00$/m);
    expect(whole).toMatch(/^=> physical address 0x[0-9a-f]+004: frame 0x[0-9a-f]+, byte 0x4$/m);
    expect(whole).toMatch(/^Mapping {2}0x11000-0x1[0-9a-f]000 r-xp \/home\/program$/m);
    expect(whole).toMatch(/^ {2}mapped by pid \d+ at 0x11000 {2}\(this access\)$/m);
    expect(lines.every((line) => line.length <= 80)).toBe(true);
  });

  test("names the fault, its signal and the mappings around", async () => {
    const moment = await runToMoment(momentRun(PAGES, SMALL), null);
    const whole = text(look(moment, PAGES, "8", "write"));
    expect(whole).toContain("=> page fault (80 cycles):\n   the entry of level 0 has V = 0");
    expect(whole).toMatch(/^Kernel {2}no mapping\n {2}no-mapping: SIGSEGV; [\d,]+ cycles$/m);
    expect(whole).toMatch(/^Mapping {2}none\n {2}above: 0x10000-/m);
    expect(text(look(moment, PAGES, "0x800000000000"))).toContain("bits 63 to 48 of the address must equal bit 47");
    // Not a number of 53 bits: each field is right all the same.
    const far = text(look(moment, PAGES, "0xfedcba9876543211"));
    expect(far.split("\n").slice(1, 5).join("\n").replaceAll(/ {2,}/g, "  ")).toBe(
      [
        "  bits  63-48  47-39  38-30  29-21  20-12  11-0",
        "  sign  vpn[3]  vpn[2]  vpn[1]  vpn[0]  offset",
        "  hex  0xfedc  0x175  0x061  0x1b2  0x143  0x211",
        "  decimal  65244  373  97  434  323  529",
      ].join("\n"),
    );
    expect(text(look(moment, PAGES, "main", "write"))).toContain(
      "write to a read-only mapping\n  not-writable: SIGSEGV",
    );
  });
});

describe("a mistake", () => {
  test("is one sentence", async () => {
    const moment = await runToMoment(momentRun(PAGES, SMALL), null);
    expect(() => look(moment, PAGES, "nothing")).toThrow(UsageError);
    expect(() => look(moment, PAGES, "main*2")).toThrow(/expected a symbol \(main, buffer\+8\)/);
    expect(() => look(moment, PAGES, "0x_")).toThrow(/expected a symbol \(main, buffer\+8\)/);
    for (const name of ["toString", "constructor", "__proto__"])
      expect(() => look(moment, PAGES, name)).toThrow(`'${name}' is neither a register nor a symbol`);
    for (const address of ["0x1_0000_0000_0000_0000", "a0+18446744073709551616"])
      expect(() => look(moment, PAGES, address)).toThrow("is no address: they have 64 bits");
    expect(() => look(moment, PAGES, "0xffff_ffff_ffff_ffff")).not.toThrow();
    await expect(runToMoment(momentRun(PAGES, SMALL), 10)).rejects.toThrow(
      "the program has not begun after 10 instructions",
    );
    const script = new TextEncoder().encode("#!/nosuch\n");
    await expect(runToMoment(momentRun(script, SMALL), null)).rejects.toThrow(
      /^the computer was switched off before the program could begin.*: quire run says more$/,
    );
    await expect(runToMoment(momentRun(PAGES, SMALL), 10_000_000)).rejects.toThrow(
      /the program ended after \d+ instructions/,
    );
  });
});
