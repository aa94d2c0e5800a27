/** The host's side of --share: what it answers, and that nothing leads out of the folder. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { ERRNO, type ErrnoName } from "../../kernel/abi.ts";
import * as P from "../../kernel/fs/hostfs/protocol.ts";
import { Numbers } from "../../tools/share/attributes.ts";
import { ShareServer } from "../../tools/share/server.ts";

const ROOT = 1;
const SECRET = "not for guests";
const { directory } = P.QID_TYPE;

let outer: string;
let folder: string;
let server: ShareServer;

/** Asks; a refusal gives the name of the error. */
function ask<N extends P.RequestName>(name: N, body: P.Body<N>, of = server): P.Body<P.ReplyName<N>> | ErrnoName {
  const reply = P.decode(of.exchange(P.encode(name, 3, body)));
  if (reply === null || reply.tag !== 3) throw new Error(`${name}: no reply`);
  if (reply.name === "Rlerror") {
    const { ecode } = reply.body;
    return (Object.keys(ERRNO) as ErrnoName[]).find((error) => ERRNO[error][0] === ecode)!;
  }
  expect(reply.name).toBe(`R${name.slice(1)}`);
  return reply.body as P.Body<P.ReplyName<N>>;
}

/** Asks for what is granted. */
function get<N extends P.RequestName>(name: N, body: P.Body<N>, of = server): P.Body<P.ReplyName<N>> {
  const answer = ask(name, body, of);
  if (typeof answer === "string") throw new Error(`${name}: ${answer}`);
  return answer;
}

const NO_CHANGE = { mode: 0, uid: 0, gid: 0, size: 0, atimeSec: 0, atimeNsec: 0, mtimeSec: 0, mtimeNsec: 0 };
const attach = (fid: number) => ({ fid, afid: P.NO_FID, uname: "root", aname: "", nUname: P.NO_UNAME });
const walk = (fid: number, newFid: number, ...names: string[]) => ask("Twalk", { fid, newFid, names });
const inside = (name: string) => join(folder, name);

beforeEach(() => {
  outer = fs.mkdtempSync(join(tmpdir(), "quire-share-"));
  folder = join(outer, "folder");
  fs.mkdirSync(join(folder, "sub"), { recursive: true });
  fs.writeFileSync(join(outer, "secret"), SECRET);
  fs.writeFileSync(inside("file"), "content");
  server = new ShareServer(folder);
  get("Tversion", { msize: 8192, version: P.VERSION });
  get("Tattach", attach(ROOT));
});

afterEach(() => {
  server.close();
  fs.rmSync(outer, { recursive: true });
});

describe("a shared folder", () => {
  it("has files that are made, written, read and removed", () => {
    get("Twalk", { fid: ROOT, newFid: 2, names: [] });
    get("Tlcreate", { fid: 2, name: "new", flags: P.LOPEN.readWrite, mode: 0o640, gid: 0 });
    expect(get("Twrite", { fid: 2, offset: 3, data: Uint8Array.of(1, 2, 3) })).toEqual({ count: 3 });
    expect(get("Tread", { fid: 2, offset: 1, count: 100 }).data).toEqual(Uint8Array.of(0, 0, 1, 2, 3));
    expect(fs.statSync(inside("new")).mode).toBe(0o100640);
    get("Tunlinkat", { dfid: ROOT, name: "new", flags: 0 });
    expect(fs.existsSync(inside("new"))).toBe(false);
    // Open, it can still be read, asked about and changed.
    expect(get("Tgetattr", { fid: 2, mask: P.GETATTR_BASIC })).toMatchObject({ nlink: 0, size: 6 });
    get("Tsetattr", { ...NO_CHANGE, fid: 2, valid: P.SETATTR.size, size: 4 });
    expect(get("Tread", { fid: 2, offset: 0, count: 100 }).data.length).toBe(4);
    expect(get("Tclunk", { fid: 2 })).toEqual({});
    expect(ask("Tclunk", { fid: 2 })).toBe("EBADF");
  });

  it("is listed in the order of names, in parts, as it was when its reading began", () => {
    const names = Array.from({ length: 300 }, (_, i) => `name-${"x".repeat(i % 50)}-${i}`);
    for (const name of names) fs.writeFileSync(inside(name), "");
    walk(ROOT, 2);
    get("Tlopen", { fid: 2, flags: 0 });
    const found: P.Entry[] = [];
    for (let parts = 0; ; parts++) {
      const { data } = get("Treaddir", { fid: 2, offset: found.at(-1)?.offset ?? 0, count: 1000 });
      expect(data.length).toBeLessThanOrEqual(1000);
      if (data.length === 0) {
        expect(parts).toBeGreaterThan(5);
        break;
      }
      found.push(...P.decodeEntries(data)!);
      fs.rmSync(inside(names[parts]));
    }
    expect(found.map(({ name }) => name)).toEqual([...names, "file", "sub"].sort());
    expect(found.find(({ name }) => name === "sub")).toMatchObject({ type: 4, qid: { type: directory } });
    expect(found.find(({ name }) => name === "file")!.qid.path).toBe(fs.statSync(inside("file")).ino);
  });

  it("walks as far as it can, and gives a fid only for all of the way", () => {
    fs.mkdirSync(inside("sub/deep"));
    expect(walk(ROOT, 2, "sub", "deep")).toMatchObject({ qids: [{ type: directory }, { type: directory }] });
    expect(walk(ROOT, 3, "sub", "nothing")).toMatchObject({ qids: [{ type: directory }] });
    expect(ask("Tgetattr", { fid: 3, mask: 0 })).toBe("EBADF");
    expect(walk(ROOT, 3, "nothing")).toBe("ENOENT");
    expect(walk(ROOT, 3, "file", "x")).toMatchObject({ qids: [{ type: 0 }] });
    expect(walk(ROOT, 2, "sub")).toBe("EBADF");
  });

  it("keeps fids with what is renamed below the guest's feet, and with nothing else", () => {
    fs.mkdirSync(inside("sub/deep"));
    fs.writeFileSync(inside("sub/deep/f"), "f");
    walk(ROOT, 2, "sub", "deep", "f");
    get("Trenameat", { oldDfid: ROOT, oldName: "sub", newDfid: ROOT, newName: "other" });
    expect(get("Tgetattr", { fid: 2, mask: 0 })).toMatchObject({ size: 1 });
    // The host puts another file in its place.
    fs.renameSync(inside("other/deep/f"), inside("moved"));
    expect(ask("Tgetattr", { fid: 2, mask: 0 })).toBe("ENOENT");
    fs.writeFileSync(inside("other/deep/f"), "another");
    expect(ask("Tgetattr", { fid: 2, mask: 0 })).toBe("ESTALE");
    expect(ask("Tlopen", { fid: 2, flags: 0 })).toBe("ESTALE");
  });

  it("gives links as they are, and makes them", () => {
    get("Tsymlink", { dfid: ROOT, name: "away", target: "/etc/passwd", gid: 0 });
    expect(fs.readlinkSync(inside("away"))).toBe("/etc/passwd");
    walk(ROOT, 2, "away");
    expect(get("Treadlink", { fid: 2 })).toEqual({ target: "/etc/passwd" });
    expect(ask("Tlopen", { fid: 2, flags: 0 })).toBe("ELOOP");
    walk(ROOT, 3, "file");
    get("Tlink", { dfid: ROOT, fid: 3, name: "hard" });
    expect(fs.statSync(inside("hard")).nlink).toBe(2);
    expect(ask("Treadlink", { fid: 3 })).toBe("EINVAL");
  });

  it("gives what belongs to the user to the guest's root, changes no owner, and makes no privileged programs", () => {
    walk(ROOT, 2, "file");
    expect(get("Tgetattr", { fid: 2, mask: 0 })).toMatchObject({ uid: 0, gid: 0, mode: 0o100644 });
    const set = (valid: number, body: Partial<typeof NO_CHANGE>) =>
      ask("Tsetattr", { ...NO_CHANGE, ...body, fid: 2, valid });
    expect(set(P.SETATTR.uid | P.SETATTR.gid, {})).toEqual({});
    expect(set(P.SETATTR.uid, { uid: 1000 })).toBe("EPERM");
    expect(set(P.SETATTR.gid | P.SETATTR.mode, { gid: 7, mode: 0o777 })).toBe("EPERM");
    expect(fs.statSync(inside("file")).mode).toBe(0o100644);
    expect(set(P.SETATTR.mode, { mode: 0o6755 })).toEqual({});
    expect(fs.statSync(inside("file")).mode).toBe(0o100755);
    walk(ROOT, 3);
    get("Tlcreate", { fid: 3, name: "setuid", flags: 2, mode: 0o6777, gid: 0 });
    expect(fs.statSync(inside("setuid")).mode).toBe(0o100777);
  });

  it("has a number for each file, however the host numbers files", () => {
    const numbers = new Numbers();
    const number = (dev: bigint, ino: bigint) => numbers.qid({ dev, ino, mode: 0o100644n, size: 0n, mtimeNs: 0n }).path;
    expect(number(7n, 12n)).toBe(12);
    const layer = 2n ** 63n;
    const found = [12n, 0x800cn, layer | 12n, layer | 0x800cn, 2n ** 64n - 1n].flatMap((ino) => [
      number(7n, ino),
      number(8n, ino),
    ]);
    expect(new Set(found).size).toBe(10);
    expect(found.every(Number.isSafeInteger)).toBe(true);
    expect(number(7n, layer | 12n)).toBe(found[4]);
  });

  it("sets times, also those before 1970, and the host's own", () => {
    walk(ROOT, 2, "file");
    const { atimeSet, mtimeSet, atime, mtime } = P.SETATTR;
    const times = { atimeSec: 1_000_000_000, atimeNsec: 500_000_000, mtimeSec: -2, mtimeNsec: 250_000_000 };
    get("Tsetattr", { ...NO_CHANGE, ...times, fid: 2, valid: atime | mtime | atimeSet | mtimeSet });
    expect(get("Tgetattr", { fid: 2, mask: 0 })).toMatchObject(times);
    get("Tsetattr", { ...NO_CHANGE, fid: 2, valid: mtime });
    const found = get("Tgetattr", { fid: 2, mask: 0 });
    expect(found).toMatchObject({ atimeSec: 1_000_000_000, atimeNsec: 500_000_000 });
    expect(Math.abs(found.mtimeSec - Date.now() / 1000)).toBeLessThan(10);
    // The time that is not to change is before 1970, too.
    get("Tsetattr", { ...NO_CHANGE, fid: 2, valid: atime | atimeSet, atimeSec: -100, atimeNsec: 750_000_000 });
    get("Tsetattr", { ...NO_CHANGE, fid: 2, valid: mtime | mtimeSet, mtimeSec: 5 });
    const old = get("Tgetattr", { fid: 2, mask: P.GETATTR_BASIC });
    expect(old).toMatchObject({ atimeSec: -100, atimeNsec: 750_000_000, mtimeSec: 5 });
  });

  it("can be for reading only", () => {
    const reader = new ShareServer(folder, true);
    get("Tattach", attach(ROOT), reader);
    get("Twalk", { fid: ROOT, newFid: 2, names: ["file"] }, reader);
    const refused = [
      ask("Tlopen", { fid: 2, flags: P.LOPEN.readWrite }, reader),
      ask("Tlopen", { fid: 2, flags: P.LOPEN.truncate }, reader),
      ask("Tlcreate", { fid: ROOT, name: "x", flags: 0, mode: 0o644, gid: 0 }, reader),
      ask("Tmkdir", { dfid: ROOT, name: "x", mode: 0o755, gid: 0 }, reader),
      ask("Tsymlink", { dfid: ROOT, name: "x", target: "y", gid: 0 }, reader),
      ask("Tlink", { dfid: ROOT, fid: 2, name: "x" }, reader),
      ask("Tunlinkat", { dfid: ROOT, name: "file", flags: 0 }, reader),
      ask("Trenameat", { oldDfid: ROOT, oldName: "file", newDfid: ROOT, newName: "x" }, reader),
      ask("Tsetattr", { ...NO_CHANGE, fid: 2, valid: P.SETATTR.mode }, reader),
    ];
    expect(new Set(refused)).toEqual(new Set(["EROFS"]));
    get("Tlopen", { fid: 2, flags: P.LOPEN.readOnly }, reader);
    expect(ask("Twrite", { fid: 2, offset: 0, data: Uint8Array.of(1) }, reader)).toBe("EROFS");
    expect(Buffer.from(get("Tread", { fid: 2, offset: 0, count: 99 }, reader).data).toString()).toBe("content");
    reader.close();
    expect(fs.readdirSync(folder).sort()).toEqual(["file", "sub"]);
  });

  it("shows FIFOs and devices of the host, and opens none", () => {
    execFileSync("mkfifo", [inside("fifo")]);
    walk(ROOT, 2, "fifo");
    expect(get("Tgetattr", { fid: 2, mask: 0 }).mode & 0o170000).toBe(0o010000);
    expect(ask("Tlopen", { fid: 2, flags: 0 })).toBe("ENXIO");
  });

  it("forgets all fids when a session begins, and gives its descriptors back", () => {
    const before = fs.readdirSync("/proc/self/fd").length;
    for (let fid = 2; fid < 50; fid++) {
      walk(ROOT, fid, "file");
      get("Tlopen", { fid, flags: 0 });
    }
    expect(fs.readdirSync("/proc/self/fd").length).toBe(before + 48);
    get("Tversion", { msize: 8192, version: P.VERSION });
    expect(ask("Tgetattr", { fid: ROOT, mask: 0 })).toBe("EBADF");
    expect(fs.readdirSync("/proc/self/fd").length).toBe(before);
  });
});

describe("no way leads out of a shared folder", () => {
  const NAMES = ["..", ".", "", "../secret", "sub/../../secret", "/etc/passwd", "a\0b", "/"];

  it.each(NAMES)("by the name %j", (name) => {
    walk(ROOT, 2, "file");
    const refused = [
      walk(ROOT, 3, name),
      walk(ROOT, 3, "sub", name),
      ask("Tlcreate", { fid: ROOT, name, flags: 2, mode: 0o644, gid: 0 }),
      ask("Tmkdir", { dfid: ROOT, name, mode: 0o755, gid: 0 }),
      ask("Tsymlink", { dfid: ROOT, name, target: "x", gid: 0 }),
      ask("Tlink", { dfid: ROOT, fid: 2, name }),
      ask("Tunlinkat", { dfid: ROOT, name, flags: 0 }),
      ask("Tunlinkat", { dfid: ROOT, name, flags: P.UNLINK_DIRECTORY }),
      ask("Trenameat", { oldDfid: ROOT, oldName: name, newDfid: ROOT, newName: "x" }),
      ask("Trenameat", { oldDfid: ROOT, oldName: "file", newDfid: ROOT, newName: name }),
    ];
    expect(refused.filter((answer) => typeof answer === "string")).toEqual(Array(9).fill("EINVAL"));
    expect(refused[1]).toMatchObject({ qids: [{ type: directory }] });
    expect(ask("Tgetattr", { fid: 3, mask: 0 })).toBe("EBADF");
    expect(fs.readdirSync(outer).sort()).toEqual(["folder", "secret"]);
    expect(fs.readdirSync(folder).sort()).toEqual(["file", "sub"]);
  });

  it("through links, whatever is asked", () => {
    fs.symlinkSync("..", inside("up"));
    fs.symlinkSync("../secret", inside("link"));
    walk(ROOT, 2, "up");
    walk(ROOT, 3, "link");
    expect(walk(2, 4, "secret")).toMatch(/ENOTDIR|ELOOP/);
    expect(walk(ROOT, 4, "up", "secret")).toMatchObject({ qids: [{ type: P.QID_TYPE.symlink }] });
    expect(ask("Tgetattr", { fid: 4, mask: 0 })).toBe("EBADF");
    expect(ask("Tmkdir", { dfid: 2, name: "x", mode: 0o755, gid: 0 })).toMatch(/ENOTDIR|ELOOP/);
    expect(ask("Tlcreate", { fid: 2, name: "x", flags: 2, mode: 0o644, gid: 0 })).toMatch(/ENOTDIR|ELOOP/);
    expect(ask("Tunlinkat", { dfid: 2, name: "secret", flags: 0 })).toMatch(/ENOTDIR|ELOOP/);
    const rename = { oldDfid: ROOT, oldName: "file", newDfid: 2, newName: "file" };
    expect(ask("Trenameat", rename)).toMatch(/ENOTDIR|ELOOP/);
    expect(ask("Tlcreate", { fid: ROOT, name: "link", flags: 2, mode: 0o644, gid: 0 })).toBe("EEXIST");
    const all = P.SETATTR;
    expect(ask("Tsetattr", { ...NO_CHANGE, fid: 3, valid: all.size })).toBe("EINVAL");
    expect(ask("Tsetattr", { ...NO_CHANGE, fid: 3, valid: all.mode, mode: 0o777 })).toBe("ENOTSUP");
    ask("Tsetattr", { ...NO_CHANGE, fid: 3, valid: all.mtime | all.mtimeSet, mtimeSec: 1 });
    expect(fs.readFileSync(join(outer, "secret"), "utf8")).toBe(SECRET);
    const { mode, mtimeMs } = fs.statSync(join(outer, "secret"));
    expect([mode, mtimeMs > 1000]).toEqual([0o100644, true]);
    expect(fs.readdirSync(outer).sort()).toEqual(["folder", "secret"]);
  });

  it("when the host puts a link where a folder was", () => {
    fs.writeFileSync(inside("sub/secret"), "inside");
    walk(ROOT, 2, "sub");
    walk(ROOT, 3, "sub", "secret");
    fs.renameSync(inside("sub"), inside("before"));
    fs.symlinkSync("..", inside("sub"));
    for (const answer of [
      walk(2, 4, "secret"),
      ask("Tgetattr", { fid: 3, mask: 0 }),
      ask("Tlopen", { fid: 3, flags: 0 }),
      ask("Tunlinkat", { dfid: 2, name: "secret", flags: 0 }),
      ask("Tmkdir", { dfid: 2, name: "x", mode: 0o755, gid: 0 }),
    ])
      expect(answer).toMatch(/ENOTDIR|ELOOP|ESTALE/);
    expect(fs.readdirSync(outer).sort()).toEqual(["folder", "secret"]);
  });

  it("when the folder itself is renamed and another takes its name", () => {
    fs.renameSync(folder, join(outer, "away"));
    fs.mkdirSync(folder);
    walk(ROOT, 2, "file");
    get("Tlopen", { fid: 2, flags: 0 });
    expect(Buffer.from(get("Tread", { fid: 2, offset: 0, count: 10 }).data).toString()).toBe("content");
    expect(walk(ROOT, 3, "x")).toBe("ENOENT");
  });
});

const fid = fc.nat(6);
const name = fc.constantFrom(
  "file",
  "file2",
  "file3",
  "sub",
  "a",
  "b",
  "c",
  "d",
  "up",
  "..",
  ".",
  "",
  "../secret",
  "/etc",
  "x\0",
  "n".repeat(300),
);
const number = fc.oneof(fc.nat(5), fc.constantFrom(0x200, 0o1000, 0o644, 0o6777, 4096, 0xffffffff));
const FIELDS = {
  u8: fc.nat(255),
  u16: fc.nat(65535),
  u32: number,
  u64: fc.oneof(fc.nat(9000), fc.constant(Number.MAX_SAFE_INTEGER)),
  s64: fc.integer(),
  string: name,
  strings: fc.array(name, { maxLength: 4 }),
  qid: fc.constant({ type: 0, version: 0, path: 0 }),
  qids: fc.constant([]),
  data: fc.uint8Array({ maxLength: 20 }),
};
const REQUESTS = (Object.keys(P.MESSAGES) as P.MessageName[]).filter((one) => one !== "Tversion" && one !== "Tfsync");

/** Requests with likely fids and names, so that many are granted; and replies, which no client sends. */
const anyRequest = fc.constantFrom(...REQUESTS).chain((one) => {
  const types = Object.entries(P.MESSAGES[one].fields) as [string, keyof typeof FIELDS][];
  const body = types.map(([field, type]) => [field, /fid$/i.test(field) && field !== "afid" ? fid : FIELDS[type]]);
  return fc.record(Object.fromEntries(body) as Record<string, fc.Arbitrary<unknown>>).map((fields) => {
    const known = one === "Tattach" ? { afid: P.NO_FID } : {};
    return P.encode(one, 1, { ...fields, ...known } as never);
  });
});

test("no requests make the server fail or lead it out of the folder", () => {
  const granted = new Set<string>();
  fc.assert(
    fc.property(fc.array(anyRequest, { minLength: 100, maxLength: 300 }), (requests) => {
      for (const left of fs.readdirSync(folder)) fs.rmSync(inside(left), { recursive: true });
      for (const one of ["file", "file2", "file3"]) fs.writeFileSync(inside(one), "content");
      fs.symlinkSync("..", inside("up"));
      for (const [i, request] of requests.entries()) {
        // Without a fid for the folder nothing is granted for long.
        if (i % 10 === 0) ask("Tattach", attach(i % 7));
        const reply = P.decode(server.exchange(request));
        expect(reply?.tag).toBe(1);
        if (reply!.name !== "Rlerror") granted.add(reply!.name);
      }
      expect(fs.readdirSync(outer).sort()).toEqual(["folder", "secret"]);
      expect(fs.readFileSync(join(outer, "secret"), "utf8")).toBe(SECRET);
    }),
    { seed: 4, numRuns: 60 },
  );
  // It was not all refused.
  expect([...granted].sort()).toEqual(
    REQUESTS.filter((one) => one.startsWith("T"))
      .map((one) => `R${one.slice(1)}`)
      .sort(),
  );
});

test("no bytes make the server fail", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(P.decode(server.exchange(bytes))).not.toBeNull();
    }),
    { seed: 5, numRuns: 3000 },
  );
});
