// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { causalMask } from "./causal-mask.js";
import { paddingMask } from "./padding-mask.js";
import { windowMask } from "./window-mask.js";

/** What stands in this folder, sorted by file name. */
export const builtInMasks = [causalMask, paddingMask, windowMask] as const;

export { causalMask, paddingMask, windowMask };
