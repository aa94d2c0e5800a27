/**
 * A guest with a shared folder, where the host acts in between: whenever the script makes a directory called "@name" the
 * host's step of that name is taken at that very moment, while the guest waits for the answer.
 */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ShareHost } from "../../../../cpu/devices/share.ts";
import { ERRNO } from "../../../../kernel/abi.ts";
import { checkKernel } from "../../../../kernel/check.ts";
import type { Computer, ComputerConfig } from "../../../../kernel/computer.ts";
import { checkFiles } from "../../../../kernel/fs/check.ts";
import { decode, encode } from "../../../../kernel/fs/hostfs/protocol.ts";
import { ShareServer } from "../../../../tools/share/server.ts";
import { bootFiles, CALLS, file, INIT } from "../computers.ts";
import { translate } from "../script.ts";

export interface Shared {
  readonly folder: string;
  readonly server: ShareServer;
  path(name: string): string;
  /** A computer that will run the script, which begins in /host. */
  boot(script: string, steps?: Steps, config?: Partial<ComputerConfig>): Started;
  /** Runs the script to its end and gives the lines that it printed. */
  run(script: string, steps?: Steps, config?: Partial<ComputerConfig>): string[];
}

/** What the host does, by name without "@". */
export type Steps = Readonly<Record<string, () => void>>;

export interface Started {
  readonly computer: Computer;
  finish(): string[];
}

/** The server, which takes a step when it is asked to make its directory; the guest gets EEXIST. */
function stepping(server: ShareServer, steps: Steps): ShareHost {
  return {
    readOnly: server.readOnly,
    exchange(request) {
      const message = decode(request);
      if (message?.name !== "Tmkdir" || !message.body.name.startsWith("@")) return server.exchange(request);
      steps[message.body.name.slice(1)]();
      return encode("Rlerror", message.tag, { ecode: ERRNO.EEXIST[0] });
    },
  };
}

/** Calls `use` with a folder that goes afterwards. */
export function withShared(use: (shared: Shared) => void, readOnly = false): void {
  const folder = fs.mkdtempSync(join(tmpdir(), "quire-share-"));
  const server = new ShareServer(folder, readOnly);
  const boot: Shared["boot"] = (script, steps = {}, config = {}) => {
    const source = translate(`# script\nchdir "/host"\n${script}`, "script");
    const entries = [file("init", INIT, 0o755), file("calls", CALLS, 0o755), file("script", source)];
    const share = stepping(server, steps);
    const { computer, output } = bootFiles(entries, { share, ...config, init: ["/init", "/calls", "/script"] });
    const finish = () => {
      const before = output().length;
      const outcome = computer.run({ idle: "skip", instructionLimit: 1e8 });
      if (outcome.kind !== "off" || outcome.status !== 0) throw new Error(`${JSON.stringify(outcome)}\n${output()}`);
      checkKernel(computer.kernel);
      checkFiles(computer.kernel);
      return results(output().slice(before));
    };
    return { computer, finish };
  };
  try {
    use({
      folder,
      server,
      path: (name) => join(folder, name),
      boot,
      run: (...args) => boot(...args).finish(),
    });
  } finally {
    server.close();
    fs.rmSync(folder, { recursive: true });
  }
}

/** Results and what is shown, without the calls and the marks. */
function results(output: string): string[] {
  const lines = output.split("\n");
  const shown: string[] = [];
  for (const [i, line] of lines.entries())
    if (line.startsWith("  ") && !/^ {2}status/.test(line) && !/"@/.test(lines[i - 1] ?? ""))
      shown.push(line.replace(/^ {2}(= )?/, ""));
  return shown.slice(1);
}
