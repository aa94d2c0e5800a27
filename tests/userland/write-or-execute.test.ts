/** No program of the system has a page that can be both written and executed, at any moment of a run. */
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { createComputer } from "../../kernel/computer.ts";
import type { KernelEvent } from "../../kernel/events.ts";
import { readCpio } from "../../kernel/fs/cpio.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { vmaList } from "../../kernel/vm/address-space.ts";
import { describeVma } from "../../kernel/vm/describe.ts";
import { PROT_EXEC, PROT_WRITE } from "../../kernel/vm/prot.ts";
import { BUILT, readBuilt } from "../../tools/files.ts";

const BOTH = PROT_WRITE | PROT_EXEC;
const image = readBuilt(BUILT.rootArchive);
const programs = readCpio((offset, length) => image.subarray(offset, offset + length), image.length)
  .filter(({ name, mode }) => /^(bin|demos)\/[^/]+$/.test(name) && (mode & 0o170111) === 0o100111)
  .map(({ name }) => name);

/** Long enough for most to end; the rest are stopped in the middle, those that only make calls sooner. */
const INSTRUCTIONS = 400_000;
const SLICE = 20_000;
const LOOKS = 1000;
const silent = () => {};

/** Runs a program as init would; looks at every mapping after each exec and each call. */
function violations(path: string): { found: string[]; looked: number } {
  let kernel: Kernel | undefined;
  const found: string[] = [];
  let looked = 0;
  const listener = (event: KernelEvent) => {
    if (event.type !== "exec" && event.type !== "syscall-exit" && event.type !== "fork") return;
    const space = kernel?.current?.space;
    if (space == null) return;
    looked++;
    for (const v of vmaList(space)) if ((v.prot & BOTH) === BOTH) found.push(describeVma(kernel!, v));
  };
  const computer = createComputer({
    disks: [image],
    ram: 16 * 2 ** 20,
    init: ["/bin/init", "run", `/${path}`],
    sinks: { console: silent, output: silent, error: silent },
    listeners: [listener],
  });
  kernel = computer.kernel;
  computer.streamHangUp();
  for (let limit = SLICE; limit <= INSTRUCTIONS && looked < LOOKS; limit += SLICE)
    if (computer.run({ idle: "skip", instructionLimit: limit, until: 5_000_000_000 }).kind !== "limit") break;
  computer.discard();
  return { found, looked };
}

describe("every program", () => {
  it("is found in the image", () => {
    expect(programs.length).toBeGreaterThan(50);
  });

  it.each(programs.map((path) => [basename(path), path]))(
    "%s has no page that is writable and executable",
    (_, path) => {
      const { found, looked } = violations(path);
      expect(looked).toBeGreaterThan(3);
      expect(found).toEqual([]);
    },
  );
});
