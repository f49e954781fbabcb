import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export { ownRecipe, tinyConfig } from "./tiny-config.js";

import type { EpochEvent, TrainEvent, TrainListener } from "../src/events.js";

/**
 * Creates a folder that is removed after the test.
 * @param after - registers the removal; `afterAll` where several tests use the folder
 */
export async function temporaryFolder(
  after: (remove: () => Promise<void>) => unknown = onTestFinished,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "heed-train-"));
  after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A listener that collects events. */
export function listener(): { readonly events: TrainEvent[]; readonly on: TrainListener } {
  const events: TrainEvent[] = [];
  return { events, on: (event) => void events.push(event) };
}

/** Epochs without their durations. */
export function timeless(history: readonly EpochEvent[]): unknown[] {
  return history.map(({ durationMs, tokensPerSecond, ...rest }) => {
    if (!(durationMs >= 0) || !(tokensPerSecond >= 0)) throw new Error("a duration is missing");
    return rest;
  });
}
