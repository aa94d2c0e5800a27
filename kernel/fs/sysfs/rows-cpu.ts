/** /sys/devices/system/cpu: which processors there are. Lists as "0-3,5"; there is one, hart 0. */
import { type Attributes, told } from "./attribute.ts";

const FOLDER = "devices/system/cpu";
/** The numbers of all harts. */
const ALL = "0";
const NONE = "";

export const CPU_ROWS: Attributes = {
  [`${FOLDER}/isolated`]: told(() => NONE),
  [`${FOLDER}/offline`]: told(() => NONE),
  [`${FOLDER}/online`]: told(() => ALL),
  [`${FOLDER}/possible`]: told(() => ALL),
  [`${FOLDER}/present`]: told(() => ALL),
};

/** C libraries count these. */
export const CPU_DIRECTORIES = [`${FOLDER}/cpu0`];
