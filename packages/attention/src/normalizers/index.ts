// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { entmax15 } from "./entmax15.js";
import { sigmoid } from "./sigmoid.js";
import { softmax } from "./softmax.js";
import { sparsemax } from "./sparsemax.js";

/** What stands in this folder, sorted by file name. */
export const builtInNormalizers = [entmax15, sigmoid, softmax, sparsemax] as const;

export { entmax15, sigmoid, softmax, sparsemax };
