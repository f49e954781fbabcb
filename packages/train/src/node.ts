/** Training in Node: `train`, `loadRun` and `loadConfig` with Node's file system. Everything else is in `@heed/train`. */
export { averageWeights } from "./node/average-weights.js";
export { loadConfig } from "./node/load-config.js";
export { loadRun, readHistory, readPlugins, readRuntime, verifyRun } from "./node/load-run.js";
export { nodeFileSystem } from "./node/node-file-system.js";
export { readRegularFile } from "./node/read-regular-file.js";
export { train } from "./node/train.js";
export { assertWritableFolder } from "./node/writable-folder.js";
export { isRunFileName } from "./run/run-folder.js";
