import { describe, expect, it } from "vitest";
import { Errno } from "../../kernel/errno.ts";
import { SETTINGS } from "../../kernel/sysctl.ts";
import { guest } from "./guest.ts";
import { start } from "./programs.ts";

const { kernel: k, readFile } = (() => {
  const { computer } = start(["p"], { swap: 0 }, { p: guest("j .") });
  computer.run({ idle: "skip", instructionLimit: 20_000 });
  return computer;
})();
const p = k.processes.get(1)!;
const write = (path: string, text: string) => SETTINGS[path].write!(k, p, text);
const value = (path: string) => SETTINGS[path].read!(k);
const rows = Object.entries(SETTINGS);
const refused = (path: string, text: string) => {
  try {
    return `took ${write(path, text)}`;
  } catch (failure) {
    return failure instanceof Errno ? failure.name : failure;
  }
};

describe("the table of settings", () => {
  it.each(rows.filter(([, { read, write: set }]) => read && set))(
    "%s takes what it shows, and shows it again",
    (path) => {
      // While the share counts the bytes are shown as 0, which Linux does not take.
      if (/^vm.dirty.*bytes$/.test(path)) write(path, "8192");
      const before = value(path);
      expect(write(path, `${before}\n`)).toBe(before.length + 1);
      if (!path.startsWith("vm/overcommit")) expect(value(path)).toBe(before);
    },
  );

  it.each(rows.filter(([, { write: set }]) => set))("%s refuses what is no number, or is a text", (path) => {
    const isText = ["kernel/core_pattern", "kernel/hostname", "kernel/domainname"].includes(path);
    const before = SETTINGS[path].read?.(k);
    expect(refused(path, "x")).toBe(isText ? "took 1" : "EINVAL");
    if (isText) write(path, before!);
    expect(SETTINGS[path].read?.(k)).toBe(before);
  });

  it("has modes that say what can be done", () => {
    for (const [, { mode, read, write: set }] of rows)
      expect([(mode & 0o444) !== 0, (mode & 0o222) !== 0]).toEqual([read !== undefined, set !== undefined]);
  });

  it("is what the guest finds below /proc/sys", () => {
    for (const [path, { read }] of rows)
      if (read) expect(new TextDecoder().decode(readFile(`/proc/sys/${path}`)!)).toBe(`${read(k)}\n`);
  });
});

describe("a change has its effect at once", () => {
  it("vm.min_free_kbytes moves the watermarks", () => {
    write("vm/min_free_kbytes", "4096");
    expect(k.vm.reclaim.watermarks).toEqual({ min: 1024, low: 1280, high: 1536 });
  });

  it("of vm.overcommit_ratio and overcommit_kbytes one counts", () => {
    write("vm/overcommit_kbytes", "8192");
    expect([value("vm/overcommit_ratio"), value("vm/overcommit_kbytes")]).toEqual(["0", "8192"]);
    write("vm/overcommit_ratio", "70");
    expect([value("vm/overcommit_ratio"), value("vm/overcommit_kbytes")]).toEqual(["70", "0"]);
  });

  it("vm.drop_caches drops the clean pages of files that nobody maps, says so in the log, and nothing is lost", () => {
    readFile("/t/p");
    const program = Buffer.from(readFile("/t/init")!);
    const cached = k.vm.cache.filePages;
    write("vm/drop_caches", "1");
    expect(k.vm.cache.filePages).toBeLessThan(cached);
    for (const object of k.vm.cache.files.values())
      for (const frame of object.pages.values())
        expect(
          k.vm.frames.mappings[frame - k.vm.frames.first] !== 0 || k.vm.frames.flags[frame - k.vm.frames.first] !== 0,
        ).toBe(true);
    expect(k.log.records.at(-1)!.text).toMatch(/^\S+ \(1\): drop_caches: 1$/);
    expect(Buffer.from(readFile("/t/init")!).equals(program)).toBe(true);
    const said = k.log.records.length;
    write("vm/drop_caches", "4");
    expect(k.log.records).toHaveLength(said);
  });

  it("kernel.printk decides what the console shows, and fewer numbers change the first ones", () => {
    expect(write("kernel/printk", "3")).toBe(1);
    expect(value("kernel/printk")).toBe("3\t4\t1\t5");
    expect(write("kernel/printk", "7 6 1 7")).toBe(7);
    expect(k.log.levels).toEqual([7, 6, 1, 7]);
  });

  it("limits of shared memory beyond all memory are none", () => {
    const before = value("kernel/shmmax");
    write("kernel/shmmax", "1048576");
    expect(k.shm.limits.shmmax).toBe(2 ** 20);
    write("kernel/shmmax", before);
    expect(k.shm.limits.shmmax).toBe(Number.POSITIVE_INFINITY);
  });
});
