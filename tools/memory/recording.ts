/** `--record-references FILE`: a recorder whose file is one of the host. */
import { closeSync, openSync, writeSync } from "node:fs";
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { type Options, withDefaults } from "../../kernel/options.ts";
import type { ReferenceObserver } from "../../kernel/vm/reference-observer.ts";
import { hasPages } from "../../kernel/vm/shape.ts";
import { OutputError, UsageError } from "../errors.ts";
import { reason } from "../files.ts";
import { Recorder } from "./recorder.ts";
import { ReferenceFileWriter } from "./reference-file.ts";
import type { StringOrigin } from "./reference-string.ts";

export interface Recording {
  readonly observer: ReferenceObserver;
  /** Completes the file. */
  close(): void;
}

/** What a run with these options of the machine is, as its string keeps it. */
export function originOf(given: Partial<Options>): StringOrigin {
  const { ram, seed, swap, resident, replacement } = withDefaults(given);
  return { frames: ram / PAGE_SIZE, seed, hasSwap: swap !== 0, resident, replacement };
}

/** The recorder of such a run. @param watcher as the recorder's own */
export function recorderOf(
  given: Partial<Options>,
  file: ReferenceFileWriter,
  watcher?: ConstructorParameters<typeof Recorder>[2],
): Recorder {
  const { translation } = withDefaults(given);
  return new Recorder(file, originOf(given), watcher, !hasPages(translation));
}

/** @throws UsageError the file cannot be made */
export function openRecording(path: string, options: Partial<Options>): Recording {
  let descriptor: number;
  try {
    descriptor = openSync(path, "w");
  } catch (error) {
    throw new UsageError(`--record-references ${path}: ${reason(error)}`);
  }
  const write = (bytes: Uint8Array) => {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    } catch (error) {
      throw new OutputError(`--record-references ${path}: ${reason(error)}`);
    }
  };
  const recorder = recorderOf(options, new ReferenceFileWriter(originOf(options), write));
  return {
    observer: recorder,
    close() {
      recorder.end();
      closeSync(descriptor);
    },
  };
}
