/**
 * `.if` and its kin: which statements count.
 *
 * (1) A branch is taken only if every conditional around it is on a taken branch.
 * (2) Of the branches of one conditional at most one is taken.
 */
import { Fault } from "./fault.ts";
import type { Site } from "./model.ts";

interface Conditional {
  readonly site: Site;
  /** The directive that opened it. */
  readonly name: string;
  /** Statements of the present branch count. */
  active: boolean;
  /** A branch was taken already, or none may be. */
  done: boolean;
  sawElse: boolean;
}

export class Conditionals {
  private readonly stack: Conditional[] = [];

  get depth(): number {
    return this.stack.length;
  }

  /** Statements here count for nothing. */
  get skipping(): boolean {
    return this.stack.length > 0 && !this.stack.at(-1)!.active;
  }

  /** `test` is called only where its answer matters. */
  open(name: string, site: Site, test: () => boolean): void {
    const outer = !this.skipping;
    // A test that fails leaves the conditional open, so that its .endif finds it.
    const conditional = { site, name, active: false, done: true, sawElse: false };
    this.stack.push(conditional);
    if (!outer) return;
    conditional.active = test();
    conditional.done = conditional.active;
  }

  private innermost(name: string): Conditional {
    const top = this.stack.at(-1);
    if (top === undefined) throw new Fault(-1, `${name} without .if`);
    if (name !== ".endif" && top.sawElse) throw new Fault(-1, `${name} after .else`);
    return top;
  }

  elseIf(test: () => boolean): void {
    const top = this.innermost(".elseif");
    const candidate = !top.done;
    top.active = false;
    if (!candidate) return;
    top.active = test();
    top.done = top.active;
  }

  else(): void {
    const top = this.innermost(".else");
    top.active = !top.done;
    top.sawElse = true;
    top.done = true;
  }

  end(): void {
    this.innermost(".endif");
    this.stack.pop();
  }

  /** Forgets all but the outermost `depth`; the first one forgotten, or undefined. */
  truncate(depth: number): { readonly site: Site; readonly name: string } | undefined {
    const first = this.stack[depth];
    this.stack.length = Math.min(depth, this.stack.length);
    return first;
  }
}
