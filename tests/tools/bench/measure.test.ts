/** Rounds and their checks, on peers that are small programs of Node. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Built } from "../../../tools/bench/build-workload.ts";
import { measure } from "../../../tools/bench/measure.ts";
import type { Peer } from "../../../tools/bench/peers.ts";
import { WORKLOADS } from "../../../tools/bench/workloads.ts";

let folder = "";
let built: Built;
const sieve = WORKLOADS.find(({ name }) => name === "sieve")!;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "quire-bench-test-"));
  built = new Built("sieve", folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A peer that does what `script` says; it has its units in `units`. */
function peer(name: string, script: string, engine = false): Peer {
  return {
    name,
    summary: "",
    engine,
    share: 1,
    tools: [],
    can: () => true,
    command: (_tool, _built, units) => [process.execPath, "-e", `const units = ${units}; ${script}`],
  };
}

/** Writes the lines of programs/start.s with 250 ms between them, which even a busy host sees as two. */
const answer = (checksum: string, instructions: string) => `
  const hex = (n) => n.toString(16).padStart(16, "0");
  process.stdout.write("begin\\n");
  setTimeout(() => process.stdout.write(hex(${checksum}) + " " + hex(${instructions}) + "\\n"), 250);`;

async function run(...peers: Peer[]) {
  const order: string[] = [];
  const runners = peers.map((peer) => ({ peer, tool: null }));
  const result = await measure(sieve, built, {
    rounds: 2,
    scale: 0.02,
    clock: "wall",
    runners,
    progress: (text) => order.push(text),
  });
  return { result, order, error: (name: string) => result.cells.get(name)!.error };
}

test("each peer has its turn in each round, and its time is that between the two lines", async () => {
  const late = `setTimeout(() => { ${answer("5", "7 * units")} }, 1200)`;
  const { result, order } = await run(peer("a", late, true), peer("b", answer("5", "0")));
  expect(order).toEqual([
    "sieve: round 1 of 2, a",
    "sieve: round 1 of 2, b",
    "sieve: round 2 of 2, a",
    "sieve: round 2 of 2, b",
  ]);
  expect(result).toMatchObject({ checksum: "0000000000000005", instructions: 7 });
  const { units, seconds } = result.cells.get("a")!;
  expect(units).toBe(3);
  expect(seconds).toHaveLength(2);
  for (const time of seconds) {
    expect(time).toBeGreaterThan(0);
    expect(time * units).toBeLessThan(1.2);
  }
});

test("a wrong answer is an error of that peer, and no figure", async () => {
  const { result, error } = await run(peer("right", answer("5", "7 * units"), true), peer("wrong", answer("6", "0")));
  expect(error("wrong")).toBe("a wrong answer: 0000000000000006, the first peer has 0000000000000005");
  expect(result.cells.get("wrong")!.seconds).toEqual([]);
  expect(error("right")).toBeNull();
  expect(result.cells.get("right")!.seconds).toHaveLength(2);
});

test("engines must count the same instructions, of which others know nothing", async () => {
  const [a, b] = [peer("a", answer("5", "7 * units"), true), peer("b", answer("5", "7 * units + 1"), true)];
  const { error } = await run(a, b, peer("other", answer("5", "12345")));
  expect(error("b")).toMatch(/^7\.33\d* instructions, the first engine has executed 7$/);
  expect(error("other")).toBeNull();
});

test("a peer that crashes, cannot be started or writes something else says so", async () => {
  const absent: Peer = { ...peer("absent", ""), command: () => [join(folder, "nothing")] };
  const { error } = await run(
    peer("crash", 'console.error("out of paper"); process.exit(3)'),
    peer("chatty", 'console.log("hello")'),
    peer("short", 'console.log("begin\\n0000000000000005 0000000000000007")'),
    absent,
  );
  expect(error("crash")).toBe("exit status 3: out of paper");
  expect(error("chatty")).toBe("the output is not a result: hello");
  expect(error("short")).toMatch(/too little to be timed: use a larger --scale$/);
  expect(error("absent")).toContain("ENOENT");
});
