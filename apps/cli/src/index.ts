/** The API of `heed` in Node: api.ts, with Node's file system for run folders, configurations and figures. */
export { averageWeights, loadConfig, loadRun, nodeFileSystem, train, verifyRun } from "@heed/train/node";
export { saveFigure, toPng } from "@heed/viz/node";
export * from "./api.js";
