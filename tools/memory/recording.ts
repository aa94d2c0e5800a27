/** `--record-references FILE`: a recorder whose file is one of the host. */
import { closeSync, openSync, writeSync } from "node:fs";
import { PAGE_SIZE } from "../../cpu/paging.ts";
import { type Options, withDefaults } from "../../kernel/options.ts";
import type { ReferenceObserver } from "../../kernel/vm/reference-observer.ts";
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

/** @throws UsageError the file cannot be made, or the run has no pages that come and go */
export function openRecording(path: string, options: Partial<Options>): Recording {
  const { translation } = withDefaults(options);
  if (translation === "bare" || translation === "segments")
    throw new UsageError(
      `--record-references: there are no pages with --translation ${translation}; expected paging or segmented-paging`,
    );
  let descriptor: number;
  try {
    descriptor = openSync(path, "w");
  } catch (error) {
    throw new UsageError(`--record-references ${path}: ${reason(error)}`);
  }
  const origin = originOf(options);
  const write = (bytes: Uint8Array) => {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    } catch (error) {
      throw new OutputError(`--record-references ${path}: ${reason(error)}`);
    }
  };
  const recorder = new Recorder(new ReferenceFileWriter(origin, write), origin.frames);
  return {
    observer: recorder,
    close() {
      recorder.end();
      closeSync(descriptor);
    },
  };
}
