import { checkConfig, type RunConfig } from "../src/config/run-config.js";

/** A configuration that trains in well under a second: copying up to three of three letters. */
export function tinyConfig(training: Record<string, unknown> = {}, change: Record<string, unknown> = {}): RunConfig {
  return checkConfig({
    recipe: "copy",
    seed: 3,
    model: { embeddingSize: 6, hiddenSize: 8, dropout: 0.1 },
    data: { task: "copy", symbols: 3, minLength: 1, maxLength: 3, train: 40, validation: 10 },
    ...change,
    training: { epochs: 4, batchSize: 8, learningRate: 0.02, ...training },
  });
}
