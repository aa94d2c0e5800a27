/** Whose memory /proc shows to whom: Linux 6.1 answered the same questions so, run as a program. */
import { describe, expect, it } from "vitest";
import { ERRNO } from "../../../kernel/abi.ts";
import { Errno } from "../../../kernel/errno.ts";
import { procfs, procWriter, viewOf } from "../../../kernel/fs/procfs/procfs.ts";
import type { Process } from "../../../kernel/process.ts";
import { guest } from "../guest.ts";
import { start } from "../programs.ts";

/** Opens files about itself, then executes the path, which gets them as descriptors 3 to 8. */
const OPENER = guest(`
    .macro open path
    li   a0, AT_FDCWD
    la   a1, \\path
    li   a2, O_RDONLY
    li   a3, 0
    syscall openat
    .endm
    open maps
    open smaps
    open rollup
    open pagemap
    open environ
    open stat
    la   a0, reader
    la   a1, argv
    li   a2, 0
    syscall execve
    .section .rodata
maps:    .asciz "/proc/self/maps"
smaps:   .asciz "/proc/self/smaps"
rollup:  .asciz "/proc/self/smaps_rollup"
pagemap: .asciz "/proc/self/pagemap"
environ: .asciz "/proc/self/environ"
stat:    .asciz "/proc/self/stat"
reader:  .asciz "/t/reader"
    .data
    .balign 8
argv: .dword reader, 0
`);

/** Reads 8 bytes from each of descriptors 3 to 8, and writes the six results as 32-bit numbers. */
const READER = guest(`
    li   s0, 3
    la   s1, results
1:  mv   a0, s0
    la   a1, bytes
    li   a2, 8
    syscall read
    sw   a0, 0(s1)
    addi s1, s1, 4
    addi s0, s0, 1
    li   t0, 9
    bne  s0, t0, 1b
    li   a0, 1
    la   a1, results
    li   a2, 24
    syscall write
    li   a0, 0
    syscall exit_group
    .bss
    .balign 8
bytes:   .space 8
results: .space 24
`);

/** Executes a program that is set to the user that it was at first: user 1000 with effective user 0. Exits with what PR_GET_DUMPABLE says. */
const RETURNER = guest(`
    li   a0, PR_GET_DUMPABLE
    li   a1, 0
    li   a2, 0
    li   a3, 0
    li   a4, 0
    syscall prctl
    ld   t0, 0(sp)
    li   t1, 1
    bne  t0, t1, 1f
    li   a0, AT_FDCWD
    la   a1, path
    li   a2, 1000
    li   a3, 1000
    li   a4, 0
    syscall fchownat
    li   a0, AT_FDCWD
    la   a1, path
    li   a2, 04755
    syscall fchmodat
    li   a0, 1000
    li   a1, 0
    li   a2, 0
    syscall setresuid
    la   a0, path
    la   a1, argv
    li   a2, 0
    syscall execve
1:  syscall exit_group
    .section .rodata
path: .asciz "/t/returner"
    .data
    .balign 8
argv: .dword path, path, 0
`);

/** A process that waits, and a child of it that does. */
const WAITER = guest(`
    li   a0, SIGCHLD
    li   a1, 0
    li   a2, 0
    li   a3, 0
    li   a4, 0
    syscall clone
    li   a0, 0
    li   a1, 0
    li   a2, 0
    li   a3, 0
    syscall ppoll
`);

const refusal = (work: () => unknown) => {
  try {
    work();
    return "";
  } catch (thrown) {
    return thrown instanceof Errno ? thrown.name : thrown;
  }
};

describe("a description opened before execve", () => {
  it("shows nothing of the memory of the program that was executed", () => {
    const { output, finish } = start(["opener"], {}, { opener: OPENER, reader: READER });
    expect(finish()).toMatchObject({ kind: "off", status: 0 });
    const bytes = Buffer.from(output(), "latin1");
    const results = Array.from({ length: 6 }, (_, i) => bytes.readInt32LE(4 * i));
    const [esrch] = ERRNO.ESRCH;
    expect(results).toEqual([0, 0, -esrch, 0, 0, 8]);
  });
});

describe("a program that takes its user back to the real one", () => {
  it("may not be looked into: it was somebody else when it was executed", () => {
    expect(start(["returner"], {}, { returner: RETURNER }).finish()).toMatchObject({ kind: "off", status: 0 });
  });
});

describe("a setting that the superuser has opened", () => {
  it("is not written by others who were given the description", () => {
    const { computer } = start(["waiter"], {}, { waiter: WAITER });
    const { kernel } = computer;
    const [writer] = kernel.processes.values();
    const root = kernel.fs.inodes.get([...kernel.fs.mounts.values()].find(({ fs }) => fs === "procfs")!.root)!;
    const walk = ["sys", "kernel", "hostname"];
    const inode = walk.reduce((at, name) => procfs.lookup(kernel, writer, at, name)!, root);
    const accept = procWriter(kernel, inode);
    expect(accept(writer, "first\n")).toBe(6);
    writer.credentials.euid = 1000;
    expect(refusal(() => accept(writer, "second\n"))).toBe("EPERM");
    expect(kernel.hostname).toBe("first");
  });
});

describe("another process of the same user", () => {
  const { computer, finish } = start(["waiter"], {}, { waiter: WAITER });
  finish();
  const k = computer.kernel;
  const [reader, target] = [...k.processes.values()].filter(({ name }) => name === "waiter");
  const proc = [...k.fs.mounts.values()].find(({ fs }) => fs === "procfs")!;
  const root = k.fs.inodes.get(proc.root)!;
  const own = (p: Process, uid: number, suid = uid) => {
    p.credentials = { uid, euid: uid, suid, gid: 5, egid: 5, sgid: 5, groups: [] };
    p.dumpable = true;
  };
  const file = (name: string) => {
    const directory = procfs.lookup(k, reader, root, String(target.pid))!;
    return procfs.lookup(k, reader, directory, name)!;
  };
  const look = (name: string) => refusal(() => viewOf(k, reader, file(name), 4));
  const follow = (name: string) => refusal(() => procfs.follow!(k, reader, file(name)));

  it("may be looked into when all its ids are the user's", () => {
    own(reader, 1000);
    own(target, 1000);
    expect(["maps", "pagemap", "environ"].map(look)).toEqual(["", "", ""]);
    expect(["exe", "cwd", "root"].map(follow)).toEqual(["", "", ""]);
  });

  it("may not when it can become someone else again, or may not be dumped", () => {
    own(target, 1000, 0);
    expect(["maps", "pagemap", "environ"].map(look)).toEqual(["EACCES", "EACCES", "EACCES"]);
    expect(["exe", "cwd", "root"].map(follow)).toEqual(["EACCES", "EACCES", "EACCES"]);
    own(target, 1000);
    target.dumpable = false;
    expect(look("maps")).toBe("EACCES");
    expect(follow("exe")).toBe("EACCES");
    expect([file("environ").uid, file("environ").mode & 0o777]).toEqual([0, 0o400]);
  });

  it("has its own descriptors in its reach, even if it may not be dumped", () => {
    own(reader, 1000);
    own(target, 1000);
    target.dumpable = false;
    const directory = procfs.lookup(k, reader, root, String(target.pid))!;
    const owners = [target, reader].map((p) => procfs.lookup(k, p, directory, "fd")!.uid);
    expect(owners).toEqual([1000, 0]);
  });

  it("shows where its pages are to what the superuser opened, and to nobody else", () => {
    own(target, 1000);
    expect(viewOf(k, reader, file("pagemap"), 4).privileged).toBe(false);
    own(reader, 0);
    expect(viewOf(k, reader, file("pagemap"), 4).privileged).toBe(true);
  });
});
