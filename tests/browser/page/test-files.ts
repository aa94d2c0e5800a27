/**
 * The files of the processor's tests by path, each loaded when it is called. The list is not kept by hand: what stands
 * here is replaced, when the page is built, by the files that there are (bundle.ts).
 */
export const TEST_FILES: Readonly<Record<string, () => Promise<unknown>>> = {};
