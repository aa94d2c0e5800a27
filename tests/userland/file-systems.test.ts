/**
 * mount, umount, df and their like inside of Quire, on a disk and on tmpfs, as a user types them: one boot for all, the
 * disk is /dev/vdb; afterwards the image has on it what was written.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const QUIRE = join(import.meta.dirname, "../../dist/quire.js");
const MARK = "=== ";
const folder = mkdtempSync(join(tmpdir(), "quire-file-systems-"));
const image = join(folder, "disk.img");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const quire = (args: readonly string[], input = "") =>
  spawnSync(process.execPath, [QUIRE, ...args], { input, encoding: "latin1", timeout: 100_000 });

/** In order: a command line, and the lines that it prints, its messages among them; the last is its status. */
const SESSION: readonly (readonly [string, readonly string[]])[] = [
  ["mount /dev/vdb", ["mount: /dev/vdb: can't find in /etc/fstab.", "1"]],
  ["mount -v -t ext2 /dev/vdb /mnt", ["mount: /dev/vdb mounted on /mnt.", "0"]],
  ["mount | grep /mnt", ["/dev/vdb on /mnt type ext2 (rw,relatime)", "0"]],
  ["mount /dev/vdb /mnt", ["mount: /mnt: /dev/vdb already mounted or mount point busy.", "32"]],
  ["mountpoint /mnt", ["/mnt is a mountpoint", "0"]],
  ["mountpoint -d /mnt; mountpoint -x /dev/vdb; stat -c %d /mnt/lost+found", ["254:16", "254:16", "65040", "0"]],
  ["mountpoint /bin", ["/bin is not a mountpoint", "32"]],
  ["mkdir /mnt/d; echo hello > /mnt/a; cp -a /mnt/a /mnt/d; ln /mnt/a /mnt/c", ["0"]],
  ["du -a /mnt/d", ["1\t/mnt/d/a", "2\t/mnt/d", "0"]],
  ["du /mnt/a /mnt/c; du -l /mnt/c", ["1\t/mnt/a", "1\t/mnt/c", "0"]],
  ["stat -c '%n %s %b %h %m' /mnt/a", ["/mnt/a 6 2 2 /mnt", "0"]],
  ["stat -f -c '%T %s' /mnt", ["ext2/ext3 1024", "0"]],
  ["df -T /mnt | cut -c 1-20,52-", ["Filesystem     Type Mounted on", "/dev/vdb       ext2 /mnt", "0"]],
  ["df /dev/vdb /mnt/d | cut -c 1-10", ["Filesystem", "/dev/vdb  ", "/dev/vdb  ", "0"]],
  [
    "dd if=/dev/zero of=/mnt/big bs=1k count=100 conv=fsync status=noxfer; sync /mnt/big; du /mnt/big",
    ["100+0 records in", "100+0 records out", "101\t/mnt/big", "0"],
  ],
  [
    "truncate -s 1M /mnt/h; echo end >> /mnt/h; cp /mnt/h /mnt/h2; stat -c '%s %b' /mnt/h /mnt/h2; rm /mnt/h /mnt/h2",
    ["1048580 6", "1048580 6", "0"],
  ],
  [
    "dd if=/dev/zero of=/mnt/swap bs=4k count=260 status=none; mkswap -L s /mnt/swap | head -n 1; swapon /mnt/swap; cat /proc/swaps",
    [
      "Setting up swapspace version 1, size = 1036 KiB (1060864 bytes)",
      "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority",
      "/mnt/swap                               file\t\t1036\t\t0\t\t-2",
      "0",
    ],
  ],
  ["echo x >> /mnt/swap", ["/bin/sh: cannot write: Text file busy", "1"]],
  ["rm -f /mnt/swap", ["rm: /mnt/swap: Operation not permitted", "1"]],
  ["mv /mnt/swap /mnt/other", ["mv: /mnt/other: Operation not permitted", "1"]],
  ["truncate -s 0 /mnt/swap", ["truncate: /mnt/swap: Text file busy", "1"]],
  ["umount /mnt", ["umount: /mnt: target is busy.", "32"]],
  ["swapoff /mnt/swap; tail -n +2 /proc/swaps; rm /mnt/swap", ["0"]],
  ["touch -d '2020-02-29 12:00:01.9' /mnt/a; stat -c %y /mnt/a", ["2020-02-29 12:00:01.000000000 +0000", "0"]],
  ["chown -R daemon:nogroup /mnt/d", ["chown: daemon:nogroup: invalid user", "1"]],
  ["chown -R nobody:nogroup /mnt/d; stat -c '%U %G' /mnt/d/a", ["nobody nogroup", "0"]],
  ["mknod /mnt/null c 1 3; echo gone > /mnt/null; ls -s /mnt/null", ["0 /mnt/null", "0"]],
  [
    "mv /mnt/d /tmp/moved && stat -c '%U %n' /tmp/moved/a; ls -d /mnt/d",
    ["nobody /tmp/moved/a", "ls: /mnt/d: No such file or directory", "2"],
  ],
  [
    "echo old > /tmp/k; ln -f /mnt/a /tmp/k; ln -f /mnt /tmp/k; ln -sf /tmp/k /tmp/k; cat /tmp/k; ls -a /tmp | grep -c .ln",
    [
      "ln: /tmp/k: Invalid cross-device link",
      "ln: /tmp/k: Invalid cross-device link",
      "ln: /tmp/k: the name is the file's own",
      "old",
      "0",
      "1",
    ],
  ],
  [
    "touch /tmp/m; chmod u=rwx,g=u,o=g-w /tmp/m; stat -c %a /tmp/m; ln -s no /tmp/l; chmod 600 /tmp/l",
    ["775", "chmod: /tmp/l: No such file or directory", "1"],
  ],
  [
    "mkdir /tmp/f /mnt/f; echo new > /tmp/f/a; echo old > /mnt/f/a; mv /tmp/f /mnt; cat /tmp/f/a /mnt/f/a; rm -r /mnt/f",
    ["mv: /mnt/f: Directory not empty", "new", "old", "0"],
  ],
  ["ln -s a /mnt/link; mv /tmp/f/a /mnt/link; cat /mnt/a /mnt/link; rm /mnt/link", ["hello", "new", "0"]],
  ["mount -o remount,ro /mnt; echo x > /mnt/x", ["/bin/sh: /mnt/x: Read-only file system", "2"]],
  ["touch /mnt/a", ["touch: /mnt/a: Read-only file system", "1"]],
  ["mount -o remount,rw,nosuid /mnt; mount | grep /mnt", ["/dev/vdb on /mnt type ext2 (rw,nosuid,relatime)", "0"]],
  ["mount -o remount,noatime /mnt; mount | grep /mnt", ["/dev/vdb on /mnt type ext2 (rw,nosuid,noatime)", "0"]],
  ["cd /mnt; umount /mnt; s=$?; cd /; (exit $s)", ["umount: /mnt: target is busy.", "32"]],
  ["cd /mnt; umount -rv /mnt; cd /", ["umount: /mnt (/dev/vdb) is busy: read-only now", "0"]],
  ["umount -v /dev/vdb", ["umount: /mnt (/dev/vdb) unmounted", "0"]],
  ["umount /mnt", ["umount: /mnt: not mounted.", "32"]],
  ["umount /nosuch /bin", ["umount: /nosuch: no mount point specified.", "umount: /bin: not mounted.", "32"]],
  ["mount -t nosuch none /mnt", ["mount: /mnt: unknown filesystem type 'nosuch'.", "32"]],
  ["mount /dev/nosuch /mnt", ["mount: /mnt: special device /dev/nosuch does not exist.", "32"]],
  ["mount /dev/vdb /nosuch", ["mount: /nosuch: mount point does not exist.", "32"]],
  ["mount /dev/vdb /etc/motd", ["mount: /etc/motd: mount point is not a directory.", "32"]],
  ["mount -t ext2 /dev/null /mnt", ["mount: /mnt: /dev/null is not a block device.", "32"]],
  ["mount -o remount,ro /bin", ["mount: /bin: mount point not mounted or bad option.", "1"]],
  ["mount /dev/vdb /mnt && ls /mnt", ["a", "big", "c", "lost+found", "null", "0"]],
  ["umount -l /mnt", ["0"]],
  [
    "printf '%s\\n' '# remarks' '/dev/vdb /mnt ext2 ro,noauto 0 0' 'tmp /tmp/t\\040u tmpfs size=64k' >> /etc/fstab",
    ["0"],
  ],
  ["mount -a", ["mount: /tmp/t u: mount point does not exist.", "32"]],
  ["mkdir '/tmp/t u'; mount -av", ["mount: tmp mounted on /tmp/t u.", "0"]],
  ["mount -av", ["0"]],
  [
    "df '/tmp/t u'",
    [
      "Filesystem     1K-blocks  Used Available Use% Mounted on",
      "tmp                   64     0        64   0% /tmp/t u",
      "0",
    ],
  ],
  ["dd if=/dev/zero 'of=/tmp/t u/full' bs=1k status=none", ["dd: /tmp/t u/full: No space left on device", "1"]],
  ["df -h '/tmp/t u' | tail -n 1", ["tmp              64K   64K     0 100% /tmp/t u", "0"]],
  ["umount '/tmp/t u'", ["0"]],
  ["mount /mnt; mount | grep /mnt", ["/dev/vdb on /mnt type ext2 (ro,relatime)", "0"]],
  ["umount /mnt", ["0"]],
  [
    "mount -t tmpfs a /mnt; mkdir /mnt/s; mount -t tmpfs b /mnt/s; umount /mnt",
    ["umount: /mnt: target is busy.", "32"],
  ],
  ["umount -R /mnt; mount -t tmpfs | grep -c /mnt", ["0", "1"]],
  ["mount -t tmpfs -o noexec a /mnt; cp /bin/true /mnt; /mnt/true", ["/bin/sh: /mnt/true: Permission denied", "126"]],
  ["mount -t tmpfs -o comment=mine,x-theirs a /mnt && umount /mnt", ["0"]],
  ["umount -a; mount -t tmpfs", ["0"]],
  ["mount -a; mount -t tmpfs | wc -l", ["mount: /tmp/t u: mount point does not exist.", "2", "0"]],
  ["mount /dev/vdb /mnt; echo kept > /mnt/last", ["0"]],
];

describe("the programs for file systems", () => {
  const printed: string[][] = [];
  let status: number | null = null;

  beforeAll(() => {
    quire(["disk", "make", image, "--size", "4M", "--block-size", "1024"]);
    const lines = SESSION.map(([command]) => `echo '${MARK}'; { ${command}; } 2>&1; echo $?`);
    const input = ["cd /; mkdir -p /mnt", ...lines, `echo '${MARK}'; poweroff`, ""].join("\n");
    const ran = quire(["--swap", "0", "--drive", image], input);
    status = ran.status;
    for (const part of ran.stdout.split(`${MARK}\n`).slice(1)) printed.push(part.split("\n").slice(0, -1));
  }, 120_000);

  it("are there, and the computer is switched off at the end", () => {
    expect(printed).toHaveLength(SESSION.length + 1);
    expect(status).toBe(0);
  });

  it.each(SESSION.map(([command, expected], index) => [command, expected, index] as const))(
    "%s",
    (_, expected, index) => {
      expect(printed[index]).toEqual(expected);
    },
  );

  it("leave on the disk what was written, also without unmounting", () => {
    expect(quire(["disk", "cat", image, "/a", "/last"]).stdout).toBe("hello\nkept\n");
    expect(quire(["disk", "ls", image, "/"]).stdout.split("\n")).toContain("c");
  });
});
