/** When every file of an image was made: the moment at which the guest's clock starts unless told otherwise. */
import { OPTIONS } from "../kernel/options.ts";

/** Seconds since 1970. */
export const IMAGE_TIME = Number(OPTIONS.epoch.default);
