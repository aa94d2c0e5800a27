import { describe, expect, it } from "vitest";
import { FLAGS } from "../../../kernel/abi.ts";
import { parseFstab, parseMountOptions } from "../../../kernel/fs/fstab.ts";

const MS = FLAGS.mount;
const rowsOf = (text: string) => parseFstab(text).rows;

describe("/etc/fstab", () => {
  it("has six fields between blanks and tabs, of which the last three may be missing", () => {
    const text = "proc /proc proc\n /dev/vdb\t/mnt \text2  ro,noatime 0 2\ntmpfs /tmp tmpfs size=1m,mode=1777";
    expect(rowsOf(text)).toEqual([
      {
        line: 1,
        source: "proc",
        target: "/proc",
        type: "proc",
        flags: 0,
        data: "",
        noauto: false,
        nofail: false,
        priority: null,
      },
      {
        line: 2,
        source: "/dev/vdb",
        target: "/mnt",
        type: "ext2",
        flags: MS.MS_RDONLY | MS.MS_NOATIME,
        data: "",
        noauto: false,
        nofail: false,
        priority: null,
      },
      {
        line: 3,
        source: "tmpfs",
        target: "/tmp",
        type: "tmpfs",
        flags: 0,
        data: "size=1m,mode=1777",
        noauto: false,
        nofail: false,
        priority: null,
      },
    ]);
  });

  it("has comments and empty lines, and lines of other systems", () => {
    expect(rowsOf("# a comment\n\n   \n\t# another\nproc /proc proc defaults 0 0\r\n#proc /x proc")).toMatchObject([
      { line: 5, target: "/proc", flags: 0 },
    ]);
    expect(rowsOf("")).toEqual([]);
  });

  it("has blanks, tabs, newlines and backslashes in fields as octal escapes", () => {
    const [row] = rowsOf("a\\040b /with\\040blank\\011tab\\012line\\134back tmpfs mode=700\n");
    expect([row.source, row.target]).toEqual(["a b", "/with blank\ttab\nline\\back"]);
    expect(rowsOf("a\\9 /x\\0 tmpfs")[0]).toMatchObject({ source: "a\\9", target: "/x\\0" });
  });

  it("takes /mnt/ for /mnt", () => {
    expect(rowsOf("x /mnt/ tmpfs\nx / tmpfs\nx // tmpfs").map(({ target }) => target)).toEqual(["/mnt", "/", "/"]);
  });

  it("has rows of swap areas, with a priority", () => {
    expect(rowsOf("/dev/vdc none swap sw,pri=5 0 0\n/dev/vdd none swap")).toMatchObject([
      { source: "/dev/vdc", type: "swap", priority: 5 },
      { source: "/dev/vdd", priority: null },
    ]);
  });

  it("says which lines are none", () => {
    const { rows, mistakes } = parseFstab("proc\nproc /proc\nproc proc proc\nproc /proc proc\n");
    expect(rows.map(({ line }) => line)).toEqual([4]);
    expect(mistakes).toEqual([
      { line: 1, message: "1 of the fields source, mount point, type and options" },
      { line: 2, message: "2 of the fields source, mount point, type and options" },
      { line: 3, message: "the mount point 'proc' does not begin with /" },
    ]);
  });
});

describe("mount options", () => {
  it("are flags of mount(2), the later one counting", () => {
    const flags = (text: string) => parseMountOptions(text).flags;
    expect(flags("defaults")).toBe(0);
    expect(flags("ro,rw")).toBe(0);
    expect(flags("nosuid,nodev,noexec")).toBe(MS.MS_NOSUID | MS.MS_NODEV | MS.MS_NOEXEC);
    expect(flags("noexec,exec,sync")).toBe(MS.MS_SYNCHRONOUS);
    expect(flags("ro,defaults")).toBe(MS.MS_RDONLY);
    expect(flags("user")).toBe(MS.MS_NOEXEC | MS.MS_NOSUID | MS.MS_NODEV);
    expect(flags("user,exec")).toBe(MS.MS_NOSUID | MS.MS_NODEV);
    expect(flags("strictatime,nodiratime")).toBe(MS.MS_STRICTATIME | MS.MS_NODIRATIME);
  });

  it("leave the file system's own, and drop notes for other programs", () => {
    expect(parseMountOptions("size=1m,ro,x-systemd.automount,mode=700,comment=mine,,")).toEqual({
      flags: MS.MS_RDONLY,
      data: "size=1m,mode=700",
      noauto: false,
      nofail: false,
      priority: null,
    });
    expect(parseMountOptions("constructor,toString").data).toBe("constructor,toString");
  });

  it("say whether boot mounts it, and whether it may fail", () => {
    expect(parseMountOptions("noauto").noauto).toBe(true);
    expect(parseMountOptions("noauto,auto").noauto).toBe(false);
    expect(parseMountOptions("nofail").nofail).toBe(true);
  });
});
