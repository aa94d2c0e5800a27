/** What went wrong with one run of a peer: a wrong answer, a crash, too long. No figure comes of it, and the others go on. */
export class RunError extends Error {
  override readonly name = "RunError";
}
