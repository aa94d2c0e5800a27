/** From a workload's sources to what the peers run, in a folder of its own for the time of the benchmark. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { link } from "../../assembler/link.ts";
import { PAGE_SIZE } from "../../cpu/paging.ts";
import type { ProgramOptions } from "../compile.ts";
import { AssemblyError } from "../errors.ts";
import { BUILT } from "../files.ts";
import { buildObject, buildProgram } from "../program.ts";
import { RunError } from "./error.ts";
import { RESET_ADDRESS, systemImage } from "./image.ts";
import { wideAssembly, wideC } from "./wide.ts";

/** Workloads without a file: their sources are made. */
const MADE: Readonly<Record<string, { readonly s: () => string; readonly c: () => string }>> = {
  wide: { s: wideAssembly, c: wideC },
};

const OPTIONS: ProgramOptions = { include: [], library: false, warn: (text) => void process.stderr.write(`${text}\n`) };

/** One workload, made for its peers as they ask for it. */
export class Built {
  /** The executable that Quire and qemu-riscv64 run, and that is in the image. */
  readonly executable: string;
  private readonly images = new Map<number, string>();
  private native: string | null = null;

  /** @param folder an empty one, where files may stay. Throws AssemblyError, UsageError */
  constructor(
    readonly name: string,
    private readonly folder: string,
  ) {
    mkdirSync(folder, { recursive: true });
    this.executable = join(folder, name);
    const sources = [programSource("start"), this.source("s")];
    writeFileSync(this.executable, buildProgram(sources, OPTIONS), { mode: 0o755 });
  }

  /** A machine image in which the program does `units` units. */
  image(units: number): string {
    let path = this.images.get(units);
    if (path === undefined) {
      path = join(this.folder, `${this.name}-${units}.img`);
      writeFileSync(path, systemImage(firmware(), readFileSync(this.executable), [this.name, String(units)]));
      this.images.set(units, path);
    }
    return path;
  }

  /** The workload in C, made by `compiler` for the host. Throws RunError with the compiler's words */
  compiled(compiler: string): string {
    if (this.native !== null) return this.native;
    const path = join(this.folder, `${this.name}-native`);
    const sources = [join(BUILT.bench, "native/start.c"), this.source("c")];
    const { status, stderr } = spawnSync(compiler, ["-O2", "-o", path, ...sources], { encoding: "utf8" });
    if (status !== 0) throw new RunError(`${compiler} cannot make it: ${stderr.trim().split("\n")[0]}`);
    this.native = path;
    return path;
  }

  private source(kind: "s" | "c"): string {
    const make = MADE[this.name]?.[kind];
    if (make === undefined) return kind === "s" ? programSource(this.name) : nativeSource(this.name);
    const path = join(this.folder, `${this.name}.${kind}`);
    writeFileSync(path, make());
    return path;
  }
}

const programSource = (name: string) => join(BUILT.bench, "programs", `${name}.s`);
const nativeSource = (name: string) => join(BUILT.bench, "native", `${name}.c`);

let linked: Uint8Array | null = null;

/** programs/virt.s where the machine starts: its headers lie on the page before. */
function firmware(): Uint8Array {
  if (linked !== null) return linked;
  const { executable, diagnostics } = link([buildObject(programSource("virt"), OPTIONS)], [], {
    textBase: RESET_ADDRESS - PAGE_SIZE,
  });
  if (executable === null) throw new AssemblyError(diagnostics.map(({ message }) => message).join("\n"));
  linked = executable;
  return linked;
}
