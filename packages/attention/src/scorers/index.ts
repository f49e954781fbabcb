// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { additive } from "./additive.js";
import { dot } from "./dot.js";
import { scaledDot } from "./scaled-dot.js";

/** What stands in this folder, sorted by file name. */
export const builtInScorers = [additive, dot, scaledDot] as const;

export { additive, dot, scaledDot };
