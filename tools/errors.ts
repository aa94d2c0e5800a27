/**
 * How a command ends: exit statuses, and the errors that are the user's and get no stack trace.
 */

/** Exit statuses besides the guest's own. A signal n of the guest gives 128 + n. */
export const EXIT = {
  ok: 0,
  /** A suite with a failure, or output that could not be written. */
  failed: 1,
  usage: 2,
  assembly: 3,
  limit: 124,
  /** A fault of the emulator itself. */
  internal: 125,
} as const;

/** A mistake in the command's arguments or in a file that they name: one line on stderr, exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Output that could not be written, such as to a full disk: one line on stderr, exit status 1. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/** Bad source or a bad executable: diagnostics are ready for printing; exit status 3. */
export class AssemblyError extends Error {
  override readonly name = "AssemblyError";
}
