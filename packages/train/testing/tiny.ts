import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunConfig, resolveConfig } from "@heed/seq2seq";
import { onTestFinished } from "vitest";
import type { EpochEvent, TrainEvent, TrainListener } from "../src/events.js";

/** A configuration that trains in well under a second: copying up to three of three letters. */
export function tinyConfig(training: Record<string, unknown> = {}, change: Record<string, unknown> = {}): RunConfig {
  return resolveConfig({
    recipe: "copy",
    seed: 3,
    model: { embeddingSize: 6, hiddenSize: 8, dropout: 0.1 },
    data: { task: "copy", symbols: 3, minLength: 1, maxLength: 3, train: 40, validation: 10 },
    ...change,
    training: { epochs: 4, batchSize: 8, learningRate: 0.02, ...training },
  });
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "heed-train-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A listener that remembers. */
export function listener(): { readonly events: TrainEvent[]; readonly on: TrainListener } {
  const events: TrainEvent[] = [];
  return { events, on: (event) => void events.push(event) };
}

/** Epochs without what a clock says. */
export function timeless(history: readonly EpochEvent[]): unknown[] {
  return history.map(({ durationMs, tokensPerSecond, ...rest }) => {
    if (!(durationMs >= 0) || !(tokensPerSecond >= 0)) throw new Error("a duration is missing");
    return rest;
  });
}
