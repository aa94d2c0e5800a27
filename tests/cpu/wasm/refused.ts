/** What TypeScript refuses of a body. `npm run types` judges: a line below that it takes is an error. Never called. */

import type { FunctionBody } from "../../../cpu/wasm/body.ts";
import type { ModuleBuilder } from "../../../cpu/wasm/module.ts";
import { EMPTY, I64 } from "../../../cpu/wasm/types.ts";

export function refused(body: FunctionBody, module: ModuleBuilder): void {
  const [local, label, type] = [body.local(I64), body.block(), module.type([], [])];
  // @ts-expect-error an addition has no immediates
  body.i32_add(1);
  // @ts-expect-error a local is needed
  body.local_get();
  // @ts-expect-error a block is no local
  body.local_get(label);
  // @ts-expect-error a local is no global
  body.global_get(local);
  // @ts-expect-error a distance is no label
  body.br(0);
  // @ts-expect-error a type is no function
  body.call(type);
  // @ts-expect-error an i32 is no bigint
  body.i32_const(1n);
  // @ts-expect-error a local has no empty type
  body.local(EMPTY);
  // @ts-expect-error there is no such instruction
  body.i32_sqrt();
}
