import { rmSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleProgram } from "../../testing/bundle-program.js";
import type { ThreadTask } from "../../testing/thread.js";
import { sharedMemory } from "../../testing/thread-collective.js";
import type { TrainedRecipe } from "../../testing/train-recipe.js";

let folder: string;

beforeAll(async () => {
  folder = await bundleProgram("thread");
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs threads that stand for processes, and returns what each posts. */
function inThreads<T>(size: number, task: Omit<ThreadTask, "memory" | "rank">): Promise<T[]> {
  const memory = sharedMemory(size);
  return Promise.all(
    Array.from(
      { length: size },
      (_, rank) =>
        new Promise<T>((resolve, reject) => {
          const worker = new Worker(join(folder, "thread.mjs"), { workerData: { ...task, memory, rank } });
          worker.on("message", resolve);
          worker.on("error", reject);
        }),
    ),
  );
}

const distance = (values: readonly number[], others: readonly number[]): number =>
  Math.hypot(...values.map((value, i) => value - others[i]!)) / Math.hypot(...others);

test("calls have the same end in all processes", { timeout: 60_000 }, async () => {
  const results = await inThreads<Record<string, unknown>>(3, {});
  for (const [rank, result] of results.entries()) {
    const name = rank === 0 ? "HeedError" : "PeerError";
    expect(result).toEqual({
      first: { rank: 0, bytes: Uint8Array.of(0, 7), none: undefined },
      firstFails: rank === 0 ? "Error: no" : "PeerError: Error: no",
      gathered: [0, 1, 2].map((each) => ({ rank: each, text: "é".repeat(each) })),
      all: rank,
      one: `${name}: Process 2 of 3: TypeError: fault 2`,
      several: `${name}: Process 1 of 3: TypeError: fault 1`,
      firstToo: rank === 0 ? "TypeError: fault 0" : "PeerError: TypeError: fault 0",
    });
  }
});

describe("train in 1, 2, 3 and 4 processes", () => {
  const trainings = {
    sgd: { optimizer: "sgd", learningRate: 0.5 },
    adam: { optimizer: "adam", learningRate: 0.01, accumulate: 2, ema: 0.9 },
  };

  test.each(["sgd", "adam"] as const)("%s: gives the same model and measures", { timeout: 240_000 }, async (name) => {
    const training = trainings[name];
    const [one] = await inThreads<TrainedRecipe>(1, { training });
    expect(one!.losses).toHaveLength(name === "sgd" ? 50 : 25);
    expect(one!.losses.at(-1)).toBeLessThan(one!.losses[0]!);
    for (const size of [2, 3, 4]) {
      const [first, ...others] = await inThreads<TrainedRecipe>(size, { training });
      for (const other of others) {
        // Only the first process writes.
        expect(other.files).toEqual([]);
        expect({ ...other, files: first!.files }).toEqual(first);
      }
      expect(first!.files).toEqual(one!.files);
      expect(first!.tokens).toBe(one!.tokens);
      if (name === "sgd") expect(distance(first!.parameters, one!.parameters), `${size}`).toBeLessThan(1e-5);
      for (const [i, loss] of first!.losses.entries()) expect(Math.abs(loss - one!.losses[i]!)).toBeLessThan(1e-3);
      for (const [i, value] of first!.measures.entries()) expect(value).toBeCloseTo(one!.measures[i]!, 3);
    }
  });

  test("dropout differs by process, and is reproducible", { timeout: 120_000 }, async () => {
    const task = { training: trainings.sgd, dropout: 0.3 };
    const [one] = await inThreads<TrainedRecipe>(1, task);
    const [two] = await inThreads<TrainedRecipe>(2, task);
    expect((await inThreads<TrainedRecipe>(2, task))[0]).toEqual(two);
    expect(distance(two!.parameters, one!.parameters)).toBeGreaterThan(0.01);
  });
});
