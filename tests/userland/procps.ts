/**
 * What procps prints of given files of /proc: recorded in tests/golden/userland/procps.txt by
 * tests/conformance/memory-tools-procps.test.ts, which gives the same files to the host's programs and to ours.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const GOLDEN = join(import.meta.dirname, "../golden/userland/procps.txt");
const MARK = "=== ";

const meminfo = (kib: number) => `MemTotal: ${kib} kB
MemFree: ${Math.floor(kib / 2)} kB
MemAvailable: ${Math.floor(kib / 3)} kB
Buffers: ${Math.floor(kib / 7)} kB
Cached: ${Math.floor(kib / 5)} kB
Shmem: ${Math.floor(kib / 11)} kB
SReclaimable: ${Math.floor(kib / 13)} kB
SwapTotal: ${Math.floor((kib * 3) / 2)} kB
SwapFree: ${Math.floor((kib * 5) / 4)} kB
`;

const stat = `cpu  1234 5 678 90123 456 0 0 0 0 0
cpu0 1234 5 678 90123 456 0 0 0 0 0
intr 123456 1 2 3
ctxt 654321
btime 1767225600
processes 1234
procs_running 3
procs_blocked 1
`;

const vmstat = `nr_free_pages 4019
pgpgin 474000
pgpgout 31000
pswpin 1500
pswpout 2700
`;

/** The smallest and largest of each unit, what rounds up to the next, and what lies in between. */
const SIZES = [
  0,
  9,
  10,
  99,
  1000,
  1004,
  1023,
  1024,
  1075,
  10_188,
  10_189,
  10_240,
  1_022_976,
  1_310_720,
  10_433_331,
  1 << 30,
];

export interface ProcpsCase {
  readonly command: string;
  /** Files of /proc and their contents. */
  readonly files: Readonly<Record<string, string>>;
}

export const PROCPS_CASES: readonly ProcpsCase[] = [
  ...SIZES.map((kib) => ({ command: "free -h -t", files: { meminfo: meminfo(kib) } })),
  ...["free", "free -b", "free -k", "free -m", "free -g", "free -t"].map((command) => ({
    command,
    files: { meminfo: meminfo(12_345_678) },
  })),
  { command: "vmstat", files: { meminfo: meminfo(123_456), stat, vmstat } },
];

/** The name of a case in the golden file. */
export const caseName = ({ command }: ProcpsCase, index: number): string => `${index} ${command}`;

/** The golden file: the output of each case, by its name. */
export function formatGolden(outputs: readonly string[]): string {
  return PROCPS_CASES.map((one, i) => `${MARK}${caseName(one, i)}\n${outputs[i]}`).join("");
}

export function readGolden(): ReadonlyMap<string, string> {
  const parts = readFileSync(GOLDEN, "utf8").split(MARK).slice(1);
  return new Map(
    parts.map((part) => {
      const line = part.indexOf("\n");
      return [part.slice(0, line), part.slice(line + 1)];
    }),
  );
}
