// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { adam } from "./adam.js";
import { adamw } from "./adamw.js";
import { sgd } from "./sgd.js";

/** What stands in this folder, sorted by file name. */
export const builtInOptimizers = [adam, adamw, sgd] as const;

export { adam, adamw, sgd };
