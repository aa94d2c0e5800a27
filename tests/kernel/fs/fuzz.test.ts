import { describe, expect, it } from "vitest";
import { Random } from "../../../cpu/random.ts";
import { SYSCALLS, type SyscallName, type SyscallRow } from "../../../kernel/abi.ts";
import { checkFiles } from "../../../kernel/fs/check.ts";
import { attributeCalls } from "../../../kernel/syscalls/attributes.ts";
import { descriptorCalls } from "../../../kernel/syscalls/descriptor.ts";
import { directoryCalls } from "../../../kernel/syscalls/directory.ts";
import { fileCalls } from "../../../kernel/syscalls/file.ts";
import { openCalls } from "../../../kernel/syscalls/open.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { bootFiles, CALLS, file, INIT } from "./computers.ts";

const CALL_NAMES = Object.keys({
  ...fileCalls,
  ...openCalls,
  ...descriptorCalls,
  ...directoryCalls,
  ...attributeCalls,
});
const PROCESSES = 80;
const CALLS_EACH = 40;

const ODD =
  "n0 n1 n-1 n2 n3 n4 n7 n8 n100 n4096 n65536 n-100 n9223372036854775807 n4294967295 n2147483647 n281474976710656 b0 b1+4090 b7+135160";
const FLAGS =
  "n64 n66 n577 n1024 n1089 n2048 n2097152 n65536 n131072 n8389120 n33188 n4516 n21505 n21506 n21523 n1030 n1031 n256 n512";
const PATHS =
  's"f" s"d/g" s"d" s"g" s"p" s"l" s"/proc/self/fd/3" s"/dev/null" s"/dev/tty" s"/proc/self/stat" s"../.." s"" s"/dev/vda" s"d/"';
const ANYTHING = `${ODD} ${FLAGS} ${PATHS} $a $b $c`.split(" ");
/** What fits the kind of argument, most of the time. */
const FITTING: Readonly<Record<string, string>> = {
  fd: "n3 n4 n5 $a $b $c",
  dirfd: "n-100 n-100 $a n3",
  path: PATHS,
  in: "b0 b1 b2",
  out: "b0 b1 b2",
  pointer: "b0 b1 b2+4090",
  size: "n1 n10 n4096 n100000",
  "flags:open": "n66 n2 n0 n2048 n1089 n577",
  mode: "n511 n420 n1023",
};

function call(r: Random): string {
  const pick = <T>(list: readonly T[]): T => list[r.below(list.length)];
  const row: SyscallRow = SYSCALLS[pick(CALL_NAMES) as SyscallName];
  const args = row.args.map(([, kind]) =>
    pick(r.below(10) < 7 && kind in FITTING ? FITTING[kind].split(" ") : ANYTHING),
  );
  return `c ${row.nr} ${pick(["a", "b", "c", "-"])} ${args.join(" ")}`;
}

/** A script for calls.c: processes side by side, each with a FIFO and a pipe to get in each other's way. */
function script(seed: number): string {
  const r = new Random(seed);
  const begin = ['c 33 - n-100 s"p" n4516', 'c 34 - n-100 s"d" n493', "c 59 - b3 n2048"];
  const lines = ["q"];
  for (let i = 0; i < PROCESSES; i++)
    lines.push("F", ...begin, ...Array.from({ length: CALLS_EACH }, () => call(r)), "x");
  return `${lines.join("\n")}\n`;
}

describe("file calls with random arguments", () => {
  for (const seed of [1, 2, 3])
    it(`leave the kernel whole, seed ${seed}`, () => {
      const entries = [file("init", INIT, 0o755), file("calls", CALLS, 0o755), file("s", script(seed))];
      const { computer } = bootFiles(entries, { init: ["/init", "/calls", "/s"] });
      for (let limit = 50_000; ; limit += 50_000) {
        const outcome = computer.run({ idle: "skip", instructionLimit: limit, until: 10e9 });
        checkFiles(computer.kernel);
        if (outcome.kind !== "limit") break;
      }
      checkVm(computer.kernel);
      expect(computer.stats().syscalls).toBeGreaterThan(PROCESSES * CALLS_EACH * 0.9);
    });
});
