/** The engines: what executes instructions. Each is a Hart that equals the reference to the bit. */

/** Names, the reference first. */
export const ENGINES = ["reference", "translator"] as const;

export type EngineName = (typeof ENGINES)[number];
