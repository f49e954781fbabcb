/** The API of `heed` in Node: api.ts, with Node's file system for run folders, configurations and figures. */
export { loadConfig, loadRun, train } from "@heed/train";
export { saveFigure } from "@heed/viz";
export * from "./api.js";
