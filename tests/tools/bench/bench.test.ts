/** `quire bench`, run as a user runs it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ENGINES } from "../../../cpu/engines.ts";
import { humanReport } from "../../../tools/bench/report.ts";
import { WORKLOADS } from "../../../tools/bench/workloads.ts";

const QUIRE = join(import.meta.dirname, "../../../dist/quire.js");

function bench(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [QUIRE, "bench", ...args], {
    encoding: "utf8",
    timeout: 60_000,
    env,
  });
  return { status, stdout, stderr };
}

const SMALL = ["--peers", "none", "--scale", "0.01"];

describe("quire bench", () => {
  test("measures every engine and gives one document", () => {
    const { status, stdout, stderr } = bench(["fib", "call", ...SMALL, "--rounds", "2", "--json"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ version: 1, rounds: 2, scale: 0.01 });
    expect(document.peers.map(({ name }: { name: string }) => name)).toEqual([...ENGINES]);
    const [fib, call] = document.workloads;
    expect(fib).toMatchObject({ name: "fib", kind: "compute", checksum: (196_418).toString(16).padStart(16, "0") });
    expect(call).toMatchObject({ name: "call", kind: "process", operation: "system call" });
    for (const engine of ENGINES) {
      expect(fib.peers[engine].values).toHaveLength(2);
      expect(fib.peers[engine].median).toBeGreaterThan(0);
      expect(call.peers[engine].median).toBeGreaterThan(0);
    }
  });

  test("writes tables whose columns are aligned", () => {
    const { status, stdout } = bench(["fib", ...SMALL, "--rounds", "1"]);
    expect(status).toBe(0);
    const lines = stdout.split("\n");
    const head = lines.find((line) => line.startsWith("  workload"))!;
    const row = lines.find((line) => line.startsWith("  fib"))!;
    expect(row.length).toBe(head.length);
    expect(row).toMatch(/^ {2}fib +7\.31 +[\d.,]+/);
  });

  test("lists what there is on request, and measures nothing", () => {
    const { status, stdout } = bench(["--list", "--peers", "none"]);
    expect(status).toBe(0);
    for (const { name, summary } of WORKLOADS)
      expect(stdout.split("\n").find((line) => line.startsWith(`  ${name} `))).toContain(summary);
  });

  test("names what there is to whom asks for something else", () => {
    expect(bench(["nosuch"])).toMatchObject({
      status: 2,
      stderr: `quire: there is no workload 'nosuch'; there are ${WORKLOADS.map(({ name }) => name).join(", ")}\n`,
    });
    expect(bench(["--peers", "vax"])).toMatchObject({
      status: 2,
      stderr: "quire: there is no peer 'vax'; there are qemu-system, qemu-icount, qemu-user, native\n",
    });
    expect(bench(["--engines", "vax"]).stderr).toMatch(/^quire: there is no engine 'vax'; there are reference/);
    expect(bench(["--clock", "sun"])).toMatchObject({ status: 2 });
    expect(bench(["--rounds", "0"])).toMatchObject({ status: 2 });
    expect(bench(["--scale", "much"])).toMatchObject({ status: 2 });
  });

  test("leaves out what is not installed, with a word; what was asked for must be there", () => {
    const env = { ...process.env, PATH: "/nonexistent" };
    const rest = ["fib", "--list"];
    const some = bench(rest, env);
    expect(some.status).toBe(0);
    expect(some.stderr).toBe(
      "quire: left out: qemu-system: there is no qemu-system-riscv64 here; qemu-icount: there is no qemu-system-riscv64 here; " +
        "qemu-user: there is no qemu-riscv64 here; native: there is no cc or gcc or clang here\n",
    );
    expect(bench([...rest, "--peers", "qemu-user"], env)).toMatchObject({
      status: 2,
      stderr: "quire: qemu-user: there is no qemu-riscv64 here\n",
    });
  });
});

test("the report says in words who is faster, by how much, and where it is the other way round", () => {
  const peer = (name: string, engine: boolean) => ({
    peer: { name, summary: `what ${name} is`, engine, share: 1, tools: [], can: () => true, command: () => [] },
    tool: engine ? null : { tool: name, version: `${name} (some packager) 7.2` },
  });
  const cell = (...seconds: number[]) => ({ units: 1, seconds, error: null });
  const broken = { units: 1, seconds: [], error: "it crashed" };
  const result = (index: number, cells: [string, ReturnType<typeof cell> | typeof broken][]) => ({
    workload: WORKLOADS[index]!,
    checksum: "000000000000000a",
    instructions: 1e9,
    cells: new Map(cells),
  });
  const fork = WORKLOADS.findIndex(({ name }) => name === "fork");
  const text = humanReport({
    rounds: 3,
    scale: 0.5,
    clock: "wall",
    host: { quire: "1.0", node: "20", processor: "Abacus", cores: 2 },
    runners: [peer("quick", true), peer("slow", false), peer("wild", false)],
    subject: "quick",
    results: [
      result(0, [
        ["quick", cell(0.5, 0.5, 0.5)],
        ["slow", cell(2, 2, 2)],
        ["wild", cell(0.01, 0.01, 0.01)],
      ]),
      result(1, [
        ["quick", cell(1, 1, 1)],
        ["slow", cell(0.5, 0.5, 0.5)],
        ["wild", broken],
      ]),
      result(fork, [["quick", cell(0.001, 0.001, 0.001)]]),
    ],
  });
  expect(text).toBe(`Quire 1.0, Node 20, Abacus (2 cores); medians of 3 rounds, 0.5 of the usual work

  quick  what quick is
  slow   what slow is; slow 7.2
  wild   what wild is; wild 7.2

Computing: millions of guest instructions a second

  workload  millions a unit  quick   slow     wild
  sieve               1,000  2,000    500  100,000
  matrix              1,000  1,000  2,000   failed

quick is so many times as fast as

  workload         slow    wild
  sieve           4.00x  0.020x
  matrix          0.50x       -
  geometric mean  1.41x  0.020x

Processes: microseconds of the host's time an operation

  workload                      quick
  fork      fork + exit + wait    100

quick is 1.41x as fast as slow in the geometric mean of the 2 that compute; slower in matrix (0.50x).
quick is slower than wild, which is 50.0x as fast, in sieve.
`);
});
