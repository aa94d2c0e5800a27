/**
 * Damaged ext2 images (tests/kernel/fs/ext2/fuzz.ts) on a computer: mounted with mount(2), walked, read, mapped, written,
 * changed, unmounted and mounted again. Any errno may come of it, SIGBUS too; but the kernel does not panic, the computer
 * comes to its end, and nobody asks the disk for what it does not have.
 */
import { Random } from "../../cpu/random.ts";
import { FLAGS } from "../../kernel/abi.ts";
import { checkKernel } from "../../kernel/check.ts";
import { checkFiles } from "../../kernel/fs/check.ts";
import { getattr } from "../../kernel/fs/ext2/attributes.ts";
import { list } from "../../kernel/fs/ext2/directory.ts";
import { view } from "../../kernel/fs/ext2/transaction.ts";
import type { View } from "../../kernel/fs/ext2/types.ts";
import { damaged, type FuzzBase, fuzzBases } from "../kernel/fs/ext2/fuzz.ts";
import { diskMachine, MOUNT } from "./disk-machine.ts";
import { ArrayStore } from "./disk-stores.ts";

const { O_RDONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND, O_SYNC } = FLAGS.open;
const { MS_RDONLY } = FLAGS.mount;
const ROOT = 2;
const OPERATIONS = 25;
/** Far beyond what a run needs. */
const MOST_INSTRUCTIONS = 150_000_000;
const MOST_CYCLES = 1e12;
const EIO = -5;

/** An image to be damaged, and the names in it. */
export interface MountedBase extends FuzzBase {
  readonly paths: readonly string[];
}

export function mountedBases(): readonly MountedBase[] {
  return fuzzBases().map((base) => ({ ...base, paths: pathsIn(view(base.fs, base.image), ROOT, MOUNT) }));
}

function pathsIn(v: View, directory: number, path: string): string[] {
  return list(v, directory, 0, 1000)
    .filter(({ name }) => name !== "." && name !== "..")
    .flatMap(({ name, ino }) => {
      const here = `${path}/${name}`;
      return (getattr(v, ino).mode & 0o170000) === 0o040000 ? [here, ...pathsIn(v, ino, here)] : [here];
    });
}

/** Names without blanks, which the script could not say. */
const isPlain = (path: string) => /^[!-~]*$/.test(path);

function script(random: Random, all: readonly string[]): string[] {
  const paths = all.filter(isPlain);
  const some = () => paths[random.below(paths.length)];
  const fresh = () => `${random.below(2) === 0 ? MOUNT : some()}/new${random.below(20)}`;
  const any = () => (random.below(3) === 0 ? fresh() : some());
  const place = () => [random.below(5000), random.below(300_000), 2 ** 31 + random.below(2 ** 31)][random.below(3)];
  const open = (flags: number) => `o ${random.below(3)} ${flags} ${any()}`;
  const works: readonly (() => string)[] = [
    () => open(O_RDONLY),
    () => open(O_RDWR | O_CREAT),
    () => open(O_RDWR | O_CREAT | (random.below(2) === 0 ? O_TRUNC : O_APPEND)),
    () => open(O_RDWR | O_SYNC),
    () => `w ${random.below(3)} ${place()} ${random.below(9000)} 1`,
    () => `w ${random.below(3)} ${place()} ${random.below(9000)} 2`,
    () => `v ${random.below(3)} ${place()} ${random.below(40_000)}`,
    () => `V ${random.below(3)} ${place()} ${1 + random.below(9000)}`,
    () => `p ${random.below(3)} ${random.below(60_000)} ${1 + random.below(5000)} 3 ${random.below(2)}`,
    () => `t ${random.below(3)} ${place()}`,
    () => `T ${place()} ${any()}`,
    () => `${random.below(2) === 0 ? "s" : "d"} ${random.below(3)}`,
    () => `r ${any()} ${any()}`,
    () => `r ${any()} ${any()}`,
    () => `l ${any()} ${fresh()}`,
    () => `y ${"t".repeat(1 + random.below(90))} ${fresh()}`,
    () => `u ${any()}`,
    () => `u ${any()}`,
    () => `m ${fresh()}`,
    () => `R ${any()}`,
    () => "S",
    () => `f ${any()}`,
    () => "g 6000",
  ];
  const work = Array.from({ length: OPERATIONS }, () => works[random.below(works.length)]());
  const mount = `M ${random.below(8) === 0 ? MS_RDONLY : 0} /dev/vdb ${MOUNT}`;
  const closing = ["c 0", "c 1", "c 2"];
  // Half of the images are still mounted at power-off.
  const end = random.below(2) === 0 ? [`U ${MOUNT}`, `M 0 /dev/vdb ${MOUNT}`, `f ${MOUNT}`] : [];
  return [mount, `f ${MOUNT}`, ...work, ...closing, ...end];
}

export interface MountedFuzz {
  readonly mounted: boolean;
  /** How often lines gave each result: "" is success, else -ERRNO. */
  readonly outcomes: ReadonlyMap<string, number>;
}

/** Damages a copy of an image and works on it. @throws Error, a panic: something was not as it must be */
export function fuzzMounted(base: MountedBase, seed: number): MountedFuzz {
  const random = new Random(seed);
  const store = new ArrayStore(damaged(base, random).bytes);
  const lines = script(random, base.paths);
  const outcomes = new Map<string, number>();
  const results: (number | null)[] = [];
  const { computer, console } = diskMachine(
    [lines],
    store,
    ({ result }) => {
      results.push(result);
      const name = result === null || result >= 0 ? "" : String(result);
      outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
    },
    { seed, "io-scheduler": random.below(2) === 0 ? "noop" : "elevator" },
    "",
  );
  const { kernel, machine } = computer;
  const told = () => `seed ${seed}\n${lines.map((line, i) => `${line} -> ${results[i]}`).join("\n")}\n${console()}`;
  for (;;) {
    const until = machine.clock.cycles + 2e8 + random.below(1e9);
    const outcome = computer.run({ idle: "skip", until, instructionLimit: MOST_INSTRUCTIONS });
    checkKernel(kernel);
    checkFiles(kernel);
    if (outcome.kind === "off" && outcome.status === 0) break;
    if (outcome.kind !== "until" || machine.clock.cycles > MOST_CYCLES)
      throw new Error(`it ended with ${JSON.stringify(outcome)}: ${told()}`);
  }
  if (kernel.fs.disks[1].errors > 0) throw new Error(`somebody reached outside of the disk: ${told()}`);
  if (outcomes.has(String(EIO))) throw new Error(`EIO on a disk that does not fail: ${told()}`);
  return { mounted: results[0] === 0, outcomes };
}
