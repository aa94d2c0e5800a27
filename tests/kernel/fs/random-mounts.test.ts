/**
 * Random mounting, moving and unmounting, with files and directories held in between: the invariants hold all the time, and
 * when everything is let go nothing is left.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../../cpu/devices/disk-store.ts";
import { checkKernel } from "../../../kernel/check.ts";
import { checkFiles } from "../../../kernel/fs/check.ts";
import { packCpio } from "../../../kernel/fs/cpio.ts";
import { checkVm } from "../../../kernel/vm/check.ts";
import { bootFiles, CALLS, directory, file, INIT } from "./computers.ts";
import { newImage } from "./ext2/disks.ts";
import { translate } from "./script.ts";

const MIB = 2 ** 20;
const VARIABLES = "abcdef";

/** Directories of the case, of what is mounted on them, and of what is mounted in there. */
const place = fc.constantFrom("m", "n", "m/d", "n/d", "m/d/d", "n/d/d", "m/e", ".", "/proc", "m/d/..");
const flags = fc.constantFrom("0", "MS_RDONLY", "MS_NODEV", "MS_NOATIME|MS_SYNCHRONOUS");
const variable = fc.constantFrom(...VARIABLES);

const step = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(place, flags).map(([at, how]) => `mount "none" "${at}" "tmpfs" ${how} "size=64k"`) },
  { weight: 3, arbitrary: fc.tuple(place, flags).map(([at, how]) => `mount "/dev/vdb" "${at}" "ext2" ${how} 0`) },
  { weight: 1, arbitrary: place.map((at) => `mount "none" "${at}" "proc" 0 0`) },
  { weight: 1, arbitrary: place.map((at) => `mount "none" "${at}" "devtmpfs" 0 0`) },
  { weight: 2, arbitrary: fc.tuple(place, place).map(([from, to]) => `mount "${from}" "${to}" 0 MS_MOVE 0`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(place, fc.constantFrom("MS_REMOUNT", "MS_REMOUNT|MS_RDONLY", "MS_REMOUNT|MS_BIND|MS_RDONLY"))
      .map(([at, how]) => `mount 0 "${at}" 0 ${how} 0`),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(place, fc.constantFrom("0", "0", "MNT_DETACH")).map(([at, how]) => `umount2 "${at}" ${how}`),
  },
  { weight: 5, arbitrary: place.map((at) => `mkdirat AT_FDCWD "${at}/d" 0755`) },
  { weight: 1, arbitrary: place.map((at) => `unlinkat AT_FDCWD "${at}/d" AT_REMOVEDIR`) },
  { weight: 1, arbitrary: place.map((at) => `unlinkat AT_FDCWD "${at}/f" 0`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(place, variable)
      .map(([at, v]) => `close $${v}\nopenat AT_FDCWD "${at}/f" O_CREAT|O_RDWR 0644 > ${v}\nwrite $${v} "abc" 3`),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(place, variable).map(([at, v]) => `close $${v}\nopenat AT_FDCWD "${at}" 0 0 > ${v}`),
  },
  { weight: 2, arbitrary: variable.map((v) => `close $${v}`) },
  {
    weight: 1,
    arbitrary: fc.tuple(place, place).map(([from, to]) => `renameat2 AT_FDCWD "${from}" AT_FDCWD "${to}/e" 0`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(place, place)
      .map(([at, to]) => `background\nchdir "${at}"\nmkdirat AT_FDCWD "g" 0755\numount2 "${to}" MNT_DETACH\nend`),
  },
);

/** In the end all is let go. */
const LET_GO = [
  ...[...VARIABLES].map((v) => `close $${v}`),
  'chdir "/"',
  ...Array.from({ length: 12 }, () => ["m", "n"].map((at) => `umount2 "/tmp/case-t-0/${at}" MNT_DETACH`)).flat(),
  ...Array.from({ length: 12 }, () => 'umount2 "/tmp/case-t-0" MNT_DETACH'),
];

function run(steps: readonly string[]): void {
  const script = ["# a case", "quiet", ...[...VARIABLES].map((v) => `close -1 > ${v}`)];
  script.push('mkdirat AT_FDCWD "m" 0755', 'mkdirat AT_FDCWD "n" 0755', ...steps, ...LET_GO);
  const entries = [directory("tmp", 0o1777), file("init", INIT, 0o755), file("calls", CALLS, 0o755)];
  const disks = [
    packCpio([...entries, file("script", translate(script.join("\n"), "t"))]),
    new MemoryStore(newImage({ size: MIB, blockSize: 1024 }).bytes),
  ];
  const { computer } = bootFiles([], { disks, init: ["/init", "/calls", "/script"], swap: 0 });
  const { fs } = computer.kernel;
  for (;;) {
    const { instret } = computer.machine.harts[0].counters;
    const outcome = computer.run({ idle: "skip", instructionLimit: instret + 20_000 });
    checkFiles(computer.kernel);
    if (outcome.kind === "limit") continue;
    expect(outcome).toMatchObject({ kind: "off", status: 0 });
    break;
  }
  checkKernel(computer.kernel);
  checkVm(computer.kernel);
  expect([...fs.detached]).toEqual([]);
}

describe("mounts that come and go", () => {
  it("keep the invariants, and leave nothing behind", () => {
    fc.assert(fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), run), { seed: 4, numRuns: 20 });
  });
});
