/** `quire translate PROGRAM ADDRESS`: the journey of one access, from the address to the frame. */
import { disassemble } from "../../cpu/disassemble.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Process } from "../../kernel/process.ts";
import { getPc } from "../../kernel/registers.ts";
import type { Access } from "../../kernel/vm/types.ts";
import { EXIT } from "../errors.ts";
import { locator } from "../locate.ts";
import { nameOf, namesOf, parseAddress } from "../look/address.ts";
import { journeyOf } from "../look/journey.ts";
import { journeyJson } from "../look/journey-json.ts";
import { journeyText } from "../look/journey-text.ts";
import type { Moment } from "../look/moment.ts";
import { peekUser } from "../peek.ts";
import { paint } from "../style.ts";
import type { CommandBody } from "./command.ts";
import { atMoment, processAt } from "./moment.ts";

export const run: CommandBody = async ([file, address, ...args], options) =>
  atMoment(file!, args, options, (moment, program) => {
    const { computer, bias } = moment;
    const p = processAt(moment, options);
    const names = namesOf(program, bias);
    const bits = parseAddress(address!, computer.kernel, p, names);
    const access = (options.access as Access | undefined) ?? (/^pc(?![\w.$])/.test(address!) ? "execute" : "read");
    // What would happen is tried on this computer, and its processes are other objects afterwards.
    const place = placeOf(moment, p, p.pid === moment.pid ? locator(program) : () => undefined);
    const journey = journeyOf(computer, p.pid, bits, access);
    const own = p.pid === moment.pid;
    const nameIn = (va: number) => (own ? nameOf(va, names) : null);
    if (options.json === true) process.stdout.write(`${JSON.stringify(journeyJson(journey, nameIn), null, 2)}\n`);
    else {
      const lines = journeyText(journey, nameIn, (style, text) => paint(process.stdout, style, text));
      process.stdout.write(`${[...place, "", ...lines].join("\n")}\n`);
    }
    return EXIT.ok;
  });

const WHY: Readonly<Record<Moment["why"], string>> = {
  asked: "",
  exit: "its last moment: exit comes next",
  death: "its last moment: a signal ends it here",
  stuck: "everybody waits for something that cannot happen",
  "power-off": "the computer is about to be switched off",
};

/** Who it is, when, and what it is about to do. */
function placeOf(
  { computer, at, why, pid, bias }: Moment,
  p: Process,
  locate: (address: number) => string | undefined,
): string[] {
  const k = computer.kernel;
  const pc = getPc(k, p);
  const reason = p.pid === pid ? WHY[why] : "";
  const bytes = peekUser(computer, p.pid, pc, 4);
  const word = bytes === null ? null : new DataView(bytes.buffer).getUint32(0, true);
  const where = locate(pc - bias);
  const instruction = word === null ? "not resident" : disassemble(word, pc).replace("\t", " ");
  return [
    `${p.program.path}, pid ${p.pid} (${stateOf(k, p)}), after ${at.toLocaleString("en-US")} instructions`,
    ...(reason === "" ? [] : [reason]),
    `pc 0x${pc.toString(16)}${where === undefined ? "" : ` ${where}`}: ${instruction}`,
  ];
}

const stateOf = (k: Kernel, p: Process) => (k.current === p ? "running" : p.state);
