/** The API of `heed` in a page or a Web Worker: api.ts without Node. Bundlers choose it by the condition `browser`. */
export { averageWeights, loadRun, train, verifyRun } from "@heed/train";
export { toPng } from "@heed/viz";
export * from "./api.js";
