/** A clone that runs out of memory, at whichever frame, leaves no trace: neither a child nor a frame. */
import { describe, expect, test } from "vitest";
import { FLAGS } from "../../kernel/abi.ts";
import { checkKernel } from "../../kernel/check.ts";
import type { KernelEvent } from "../../kernel/events.ts";
import { guest } from "./guest.ts";
import { start } from "./programs.ts";

/** clone with both thread numbers asked for; the child writes C and ends, the parent writes its result's sign. */
const FORKER = guest(`
    la   s0, numbers
    sd   s0, 0(s0)                      # a page that both have, and will both need alone
    li   a0, CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD
    li   a1, 0
    mv   a2, s0
    li   a3, 0
    addi a4, s0, 8
    syscall clone
    mv   s1, a0
    la   a1, child
    beqz s1, say
    la   a1, failed
    bltz s1, say
    li   a0, -1
    li   a1, 0
    li   a2, 0
    li   a3, 0
    syscall wait4
    lw   t0, 0(s0)                      # the parent's own number tells its child's
    la   a1, parent
    beq  t0, s1, say
    la   a1, wrong
say:
    li   a0, 1
    li   a2, 1
    syscall write
    li   a0, 0
    syscall exit_group
    .section .rodata
child:  .ascii "C"
parent: .ascii "P"
failed: .ascii "F"
wrong:  .ascii "W"
    .bss
    .balign 4096
numbers: .zero 16
`);

/** CLONE_PARENT_SETTID: the clone above, not process 1's. */
const SETS_NUMBERS = BigInt(FLAGS.clone.CLONE_PARENT_SETTID);

/** What the program writes when the `nth` frame that its clone asks for is not to be had. */
function cloneWithout(nth: number): { output: string; frames: number } {
  let armed = false;
  let asked = 0;
  let allocatedBefore = 0;
  // Against the rule for listeners it changes the kernel: that is how a frame goes missing just there.
  const listener = (event: KernelEvent): void => {
    if (event.type !== "syscall-enter" && event.type !== "syscall-exit") return;
    if (event.name !== "clone" || (event.args[0] & SETS_NUMBERS) === 0n) return;
    const { vm, processes } = program.computer.kernel;
    if (event.type === "syscall-enter") {
      armed = true;
      allocatedBefore = vm.statistics.framesAllocated;
      vm.frames.failCountdown = nth;
    } else if (armed) {
      armed = false;
      asked = vm.statistics.framesAllocated - allocatedBefore;
      vm.frames.failCountdown = 0;
      expect(vm.spaces.size).toBe([...processes.values()].filter(({ space }) => space !== null).length);
    }
  };
  const program = start(["forker"], { listeners: [listener] }, { forker: FORKER });
  expect(program.finish()).toMatchObject({ kind: "off", status: 0 });
  checkKernel(program.computer.kernel);
  return { output: program.output(), frames: asked };
}

describe("clone without memory", () => {
  test("fails with no child at each frame that it needs, the thread numbers' pages among them", () => {
    const { output, frames } = cloneWithout(0);
    expect(output).toBe("CP");
    expect(frames).toBeGreaterThan(5);
    for (let nth = 1; nth <= frames; nth++) expect(cloneWithout(nth).output, `frame ${nth}`).toBe("F");
    expect(cloneWithout(frames + 1).output).toBe("CP");
  });
});
