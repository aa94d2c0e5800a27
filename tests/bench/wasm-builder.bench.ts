/**
 * How fast modules are built: npx tsx tests/bench/wasm-builder.bench.ts
 * Bodies in the style of translated code: locals, constants, loads and stores, arithmetic, a branch now and then. Prints
 * the first run and medians of RUNS: emission with finish(), and finish() alone, which is the copy into the module.
 */
import { ModuleBuilder } from "../../cpu/wasm/module.ts";
import { type FunctionIndex, I32, I64 } from "../../cpu/wasm/types.ts";

const FUNCTIONS = 16;
/** Rounds of the loop in a body, and the instructions of one. */
const ROUNDS = 400;
const INSTRUCTIONS = 22;
const RUNS = 61;

function writeBody(module: ModuleBuilder, index: FunctionIndex): void {
  const body = module.begin(index);
  const base = body.parameter(0);
  const x = body.local(I64, 32) as number;
  const again = body.loop();
  for (let i = 0; i < ROUNDS; i++) {
    const [a, b, c] = [x + (i & 31), x + ((i * 7) & 31), x + ((i * 13) & 31)] as never[];
    body.local_get(b!);
    body.local_get(c!);
    body.i64_add();
    body.local_set(a!);
    body.local_get(a!);
    body.i64_const(i * 1001 - 70_000);
    body.i64_xor();
    body.local_tee(b!);
    body.i64_eqz();
    const skip = body.if();
    body.local_get(base);
    body.local_get(c!);
    body.i64_store(i * 8);
    body.local_get(base);
    body.i64_load32_s(i * 4, 4);
    body.local_set(c!);
    body.end(skip);
    body.local_get(base);
    body.i32_const(i);
    body.i32_and();
    body.i32_eqz();
    body.br_if(again);
  }
  body.end(again);
  module.end();
}

function build(module: ModuleBuilder): void {
  module.reset();
  module.importMemory("host", "memory", { minimum: 1 });
  const type = module.type([I32], []);
  for (let i = 0; i < FUNCTIONS; i++) writeBody(module, module.function(type));
}

function median(work: () => void): number {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return times[RUNS >> 1]!;
}

const module = new ModuleBuilder();
const start = performance.now();
build(module);
const bytes = module.finish();
const first = performance.now() - start;
if (!WebAssembly.validate(bytes)) throw new Error("the module is not valid");
const all = median(() => {
  build(module);
  module.finish();
});
const finish = median(() => void module.finish());
const count = FUNCTIONS * ROUNDS * INSTRUCTIONS;
const line = (name: string, ms: number) =>
  console.log(
    `${name.padEnd(24)} ${ms.toFixed(3).padStart(8)} ms ${((ms * 1e6) / count).toFixed(2).padStart(7)} ns/instruction ${(bytes.length / ms / 1000).toFixed(0).padStart(6)} MB/s`,
  );
console.log(`wasm builder: ${count} instructions, ${bytes.length} bytes in ${FUNCTIONS} functions, median of ${RUNS}`);
line("first, cold", first);
line("built and finished", all);
line("finish() of that", finish);
