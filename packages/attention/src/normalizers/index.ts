// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { softmax } from "./softmax.js";

/** What stands in this folder, sorted by file name. */
export const builtInNormalizers = [softmax] as const;

export { softmax };
