/**
 * Guest programs and sessions as cases of lockstep: the whole computer with its kernel, input given when it is waited
 * for, idle time skipped. Outputs, outcomes and what the kernel counts must be alike, as well as every state on the way.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Random } from "../../cpu/random.ts";
import { type Computer, type ComputerConfig, createComputer, type Outcome } from "../../kernel/computer.ts";
import { openDisks } from "../../tools/disk/run-disks.ts";
import { initFor, programFile } from "../../tools/guest.ts";
import { parseMachineOptions } from "../../tools/machine-options.ts";
import { buildProgram } from "../../tools/program.ts";
import { type Plan, planOf } from "../../tools/suite/plan.ts";
import type { Engine } from "./engines.ts";
import type { Case, Step, Subject } from "./lockstep.ts";

const MIB = 2 ** 20;
/** What programs have that ask for no other computer: to compare RAM takes time by its size. */
const DEFAULTS = { ram: 16 * MIB } as const;
/** Instructions of a session at most. */
const SESSION = 60_000_000;

/** Pieces of idle time in one step. */
const WAITS = 20;

/** How a computer gets its input. */
interface Input {
  /** Standard input of a program, or null. */
  readonly stream: Uint8Array | null;
  /** What is typed at the console, a piece whenever nobody can go on. */
  readonly console: readonly Uint8Array[];
}

class GuestSubject implements Subject {
  private readonly computer: Computer;
  private readonly hash = createHash("sha256");
  private bytes = 0;
  private tail = "";
  private last: Outcome = { kind: "until" };
  /** What has been given of the input. */
  private streamed = 0;
  private typed = 0;

  constructor(
    config: Omit<ComputerConfig, "sinks">,
    private readonly input: Input,
    engine: Engine,
  ) {
    const sink = (bytes: Uint8Array) => this.take(bytes);
    const { engine: name, translation } = engine.config;
    const chosen = {
      ...(name !== undefined && { engine: name }),
      ...(translation !== undefined && { translator: translation }),
    };
    this.computer = createComputer({ ...config, ...chosen, sinks: { console: sink, output: sink, error: sink } });
    engine.plant?.(this.machine);
  }

  get machine() {
    return this.computer.machine;
  }

  private take(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.bytes += bytes.length;
    this.tail = (this.tail + Buffer.from(bytes).toString("latin1")).slice(-60);
  }

  advance({ instructions, cycles }: Step): string {
    const { machine } = this;
    this.answer();
    const { instret } = machine.harts[0].counters;
    const stop = {
      ...(instructions === undefined ? {} : { instructionLimit: instret + instructions }),
      ...(cycles === undefined ? {} : { until: machine.clock.cycles + cycles }),
    };
    this.last = this.computer.run({ ...stop, idle: "return" });
    // Not every wait for a disk is worth a meeting.
    for (let idle = 0; this.isWaiting() && idle < WAITS; idle++) {
      this.answer();
      this.last = this.computer.run({ ...stop, idle: "return" });
    }
    return JSON.stringify([
      this.last,
      this.bytes,
      this.hash.copy().digest("hex").slice(0, 16),
      this.tail,
      this.counts(),
    ]);
  }

  /** Nobody can go on, but time will change that. */
  private isWaiting(): boolean {
    return this.last.kind === "idle" && this.last.wakeAt !== null;
  }

  /** What the last outcome asks for: input, or that time passes. */
  private answer(): void {
    const { computer, last, input } = this;
    if (this.streamed < 2 && computer.wantsStreamInput()) {
      if (this.streamed++ === 0 && input.stream !== null) computer.streamInput(input.stream);
      else computer.streamHangUp();
    } else if (last.kind === "idle" && last.wakeAt !== null) computer.run({ until: last.wakeAt, idle: "skip" });
    else if (last.kind === "idle" && this.typed < input.console.length)
      computer.consoleInput(input.console[this.typed++]);
    else if (last.kind === "idle" && this.typed++ === input.console.length) computer.consoleHangUp();
  }

  private counts() {
    const { statistics, vm } = this.computer.kernel;
    return [statistics, vm.statistics];
  }

  over(): boolean {
    const { kind } = this.last;
    const stuck = kind === "idle" && this.last.kind === "idle" && this.last.wakeAt === null;
    return kind === "off" || (stuck && this.typed > this.input.console.length && !this.computer.wantsStreamInput());
  }
}

/** Mostly long steps: a kernel's traps are where things happen, and its timer cuts them short anyway. */
function guestStep(_turn: number, random: Random): Step {
  const kind = random.below(10);
  if (kind === 0) return { instructions: 1 + random.below(50) };
  if (kind < 3) return { instructions: 1 + random.below(5000) };
  if (kind < 5) return { cycles: 1 + random.below(200_000) };
  return { instructions: 1 + random.below(500_000), cycles: 1 + random.below(3_000_000) };
}

const built = new Map<string, { program: Uint8Array; plan: Plan }>();

function build(path: string, machine: readonly string[]) {
  const key = [path, ...machine].join(" ");
  const known = built.get(key);
  if (known !== undefined) return known;
  const plan = planOf(readFileSync(path, "utf8"), parseMachineOptions(machine));
  const sources = [path, ...plan.expectation.with.map((name) => join(dirname(path), name))];
  const options = { include: [dirname(path)], library: true, ...plan.place, warn: () => {} };
  const made = { program: buildProgram(sources, options), plan };
  built.clear();
  built.set(key, made);
  return made;
}

/** A program of the suite, as tools/suite runs it. @param options words like --ram 1M, for what it leaves open */
export function guestCase(path: string, options: readonly string[] = [], seed = 1): Case {
  const { program, plan } = build(path, options);
  const { expectation, drives } = plan;
  const name = basename(path, ".s");
  const chosen = { ...DEFAULTS, ...plan.options };
  return {
    words: [
      "guest",
      path,
      `--seed ${seed}`,
      ...(options.length === 0 ? [] : [`--machine '${options.join(" ")}'`]),
    ].join(" "),
    instructions: expectation.limit,
    seed,
    step: guestStep,
    build: (engine) => {
      const choice = {
        root: null,
        builtIn: "archive" as const,
        drives: drives.map((drive) => join(dirname(path), drive)),
        snapshot: true,
      };
      const { disks } = openDisks(choice, [programFile(name, program)]);
      const init = initFor(chosen, name, expectation.args);
      const stdin = new TextEncoder().encode(expectation.stdin);
      return new GuestSubject({ ...chosen, disks, init }, { stream: stdin, console: [] }, engine);
    },
  };
}

/** What somebody types at the prompt, with pipes, loops, variables, background jobs, editing and an interrupt. */
const SESSION_LINES = [
  "echo hello; uname -a; ls -l /bin | wc -l\n",
  "i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo $i; done | sort -r | head -3\n",
  "cat /proc/meminfo | head -2; ps\n",
  "mkdir /tmp/x; cd /tmp/x; for f in a b c; do echo $f > $f; done; cat *; rm a; ls\n",
  "sleep 1 & wait; echo done\n",
  "cat\n",
  "typed to cat\n",
  "\u0003",
  "eco\u007fho edited; f() { echo f $1; }; f 1; (exit 3); echo $?\n",
  "grep -c r /etc/* ; sh -c 'kill -SEGV $$'; echo $?\n",
];

/** Boot to the prompt, and a session at it. */
export function sessionCase(options: readonly string[] = [], seed = 1): Case {
  return {
    words: ["session", String(seed), ...(options.length === 0 ? [] : [`--machine '${options.join(" ")}'`])].join(" "),
    instructions: SESSION,
    seed,
    step: guestStep,
    build: (engine) => {
      const { disks } = openDisks({ root: null, builtIn: "archive", drives: [], snapshot: true }, []);
      const console = SESSION_LINES.map((line) => new TextEncoder().encode(line));
      return new GuestSubject(
        { ...DEFAULTS, ...parseMachineOptions(options), disks },
        { stream: null, console },
        engine,
      );
    },
  };
}
