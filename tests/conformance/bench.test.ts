/** `quire bench` beside every peer that it knows: all have the same answers, under Sv39 in qemu-system-riscv64 too. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";
import { WORKLOADS } from "../../tools/bench/workloads.ts";
import { testWith } from "./tools.ts";

const QUIRE = join(import.meta.dirname, "../../dist/quire.js");
const TOOLS = ["qemu-system-riscv64", "qemu-riscv64", "cc"];

testWith(TOOLS, "every peer has the answers of the engines", () => {
  const args = ["bench", "--rounds", "1", "--scale", "0.05", "--peers", "qemu-system,qemu-icount,qemu-user,native"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [QUIRE, ...args, "--json"], {
    encoding: "utf8",
    timeout: 600_000,
  });
  // A wrong answer, a trap in the machine or a crash is a line here, and status 1.
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const { workloads } = JSON.parse(stdout);
  expect(workloads).toHaveLength(WORKLOADS.length);
  for (const { name, kind, peers } of workloads) {
    const others = Object.keys(peers).filter((peer) => /^(qemu|native)/.test(peer));
    expect(others.length, name).toBe(kind === "compute" ? 4 : ["exec", "switch"].includes(name) ? 0 : 1);
    for (const peer of Object.keys(peers)) expect(peers[peer].median, `${name} on ${peer}`).toBeGreaterThan(0);
  }
});
