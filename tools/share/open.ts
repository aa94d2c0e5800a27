/** The folder of `--share HOSTDIR` or `--share HOSTDIR:ro`. */
import { statSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { reason } from "../files.ts";
import { identityAt } from "../identity.ts";
import { ShareServer } from "./server.ts";

const READ_ONLY = ":ro";

/** Throws UsageError when there is no such folder, or it cannot be opened. */
export function openShare(text: string): ShareServer {
  const readOnly = identityAt(text) === null && text.endsWith(READ_ONLY);
  const path = readOnly ? text.slice(0, -READ_ONLY.length) : text;
  try {
    if (!statSync(path).isDirectory()) throw new UsageError(`--share ${path}: is not a directory`);
    return new ShareServer(path, readOnly);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--share ${path}: ${reason(error)}`);
  }
}
