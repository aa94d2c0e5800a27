/**
 * What must be done however the process ends, SIGKILL apart: at its exit, and at the signals that end it.
 *
 * (1) A signal still ends the process as it would have without us: it is raised again when everything is done.
 */

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Those that are to be done, the last first. */
const steps: (() => void)[] = [];

/** Has `step` done at the end. @returns does it now instead; once */
export function atEnd(step: () => void): () => void {
  if (steps.length === 0) {
    process.on("exit", finish);
    for (const signal of SIGNALS) process.on(signal, onSignal);
  }
  steps.push(step);
  return () => {
    const at = steps.indexOf(step);
    if (at < 0) return;
    steps.splice(at, 1);
    if (steps.length === 0) forget();
    step();
  };
}

function forget(): void {
  process.off("exit", finish);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

function finish(): void {
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) step();
}

function onSignal(signal: NodeJS.Signals): void {
  finish();
  forget();
  process.kill(process.pid, signal);
}
