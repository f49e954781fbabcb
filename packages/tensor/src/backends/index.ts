// Written by `pnpm generate` from the files of this folder: edit those, then run it again.
import { cpuBackend } from "./cpu-backend.js";

/** What stands in this folder, sorted by file name. */
export const builtInBackends = [cpuBackend] as const;

export { cpuBackend };
