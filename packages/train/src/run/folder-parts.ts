// What only a run with a folder needs. Loaded when there is one, so that pages that keep no run stay small.
export { dataFingerprint } from "../data/data-fingerprint.js";
export { pluginRecords } from "../plugins/plugin-records.js";
export { CheckpointStore } from "./checkpoint-store.js";
export { assertSameModel, decodeWeights } from "./decode-weights.js";
export { historyBytes, parseHistory } from "./history.js";
export { assertSameData, openRun, resumeNotices } from "./resume.js";
export { RunFolder } from "./run-folder.js";
export { runtimeOf } from "./run-runtime.js";
export { assertFolder, loadModel } from "./stored-run.js";
