import { describe, expect, it } from "vitest";
import {
  describeHugetlbfsOptions,
  pagesOfAmount,
  parseHugetlbfsOptions,
} from "../../../kernel/fs/hugetlbfs-options.ts";

const parsed = (data: string) => {
  const options = parseHugetlbfsOptions(data);
  if (typeof options === "string") throw new Error(options);
  return options;
};

describe("options of hugetlbfs", () => {
  it("are sizes in bytes or parts of the pool, owners and limits", () => {
    expect(parsed("")).toEqual({ order: 9 });
    expect(parsed("size=8M,min_size=25%,pagesize=1G,nr_inodes=2k,mode=1750,uid=5,gid=6")).toEqual({
      order: 18,
      size: { value: 8 * 2 ** 20, percent: false },
      least: { value: 25, percent: true },
      inodes: 2048,
      mode: 0o1750,
      uid: 5,
      gid: 6,
    });
    expect(pagesOfAmount({ value: 5 * 2 ** 20, percent: false }, 9, 100)).toBe(2);
    expect(pagesOfAmount({ value: 33, percent: true }, 9, 10)).toBe(3);
  });

  it("are refused with a reason", () => {
    expect(parseHugetlbfsOptions("colour=red")).toBe("Unknown parameter 'colour'");
    expect(parseHugetlbfsOptions("size=M")).toBe("Bad value for 'size'");
    expect(parseHugetlbfsOptions("pagesize=64K")).toBe("Unsupported page size");
    expect(parseHugetlbfsOptions("mode=9")).toBe("Bad value for 'mode'");
  });

  it("are shown as Linux shows them", () => {
    expect(describeHugetlbfsOptions(parsed(""), null, null)).toBe("pagesize=2M");
    expect(describeHugetlbfsOptions(parsed("uid=3,gid=4,mode=0700,nr_inodes=10"), 4, 2)).toBe(
      "uid=3,gid=4,mode=700,nr_inodes=10,pagesize=2M,size=8388608,min_size=4194304",
    );
    expect(describeHugetlbfsOptions(parsed("pagesize=1G"), null, 0)).toBe("pagesize=1024M,min_size=0");
  });
});
