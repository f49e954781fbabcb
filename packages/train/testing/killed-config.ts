import type { RunConfig } from "../src/config/run-config.js";
import { tinyConfig } from "./tiny-config.js";

/** A run of two epochs of ten steps, with dropout and a checkpoint after each step. */
export function killedConfig(): RunConfig {
  const data = { task: "copy", symbols: 3, minLength: 1, maxLength: 3, train: 80, validation: 6 };
  return tinyConfig({ epochs: 2, checkpointSteps: 1, schedule: "linear", clipNorm: 1 }, { data });
}
