import { cpu, memory, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { tinyConfig } from "../testing/tiny.js";
import type { TrainEvent } from "./events.js";
import { attend } from "./inference/attend.js";
import { translate } from "./inference/translate.js";
import { memoryFileSystem } from "./run/memory-file-system.js";
import { train } from "./train.js";

beforeEach(() => use(cpu()));

/** Trains with a listener, and returns the bytes of the weights and the optimizer. */
async function trained(recipe: string, on: (event: TrainEvent) => unknown): Promise<unknown[]> {
  const fileSystem = memoryFileSystem();
  const model = recipe === "copy" ? { model: { embeddingSize: 6, hiddenSize: 8, dropout: 0.1 } } : { model: {} };
  const data = { task: "copy", symbols: 3, minLength: 1, maxLength: 3, train: 24, validation: 6 };
  const config = tinyConfig({ epochs: 2, checkpointSteps: 1 }, { recipe, data, ...model });
  (await train({ config, out: "run", fileSystem, on })).model.dispose();
  const names = ["model.safetensors", "best.safetensors", "optimizer.safetensors"];
  return await Promise.all(names.map((name) => fileSystem.read(`run/${name}`)));
}

test.each(["copy", "luong", "transformer"])(
  "attending and translating at every step changes no byte of %s",
  async (recipe) => {
    const alone = await trained(recipe, () => undefined);
    const drawn: number[][] = [];
    const attended = await trained(recipe, async (event) => {
      if (event.event !== "step" && event.event !== "epoch") return;
      expect(event.model).toBe(event.run.model);
      const [mode, buffers] = [event.model.training, memory().buffers];
      const { maps } = await attend(event.run, "a b c");
      await translate(event.run, ["c b", "a"]);
      drawn.push(maps.flatMap(({ heads }) => heads.flat(2)));
      expect([event.model.training, memory().buffers]).toEqual([mode, buffers]);
    });
    expect(attended).toEqual(alone);
    // 3 steps and an epoch, twice; the weights change as the model learns.
    expect(drawn).toHaveLength(8);
    expect(new Set(drawn.map((weights) => JSON.stringify(weights))).size).toBeGreaterThan(5);
  },
);

test("the model and the run are not part of what is printed, spread or sent", async () => {
  let seen = 0;
  await train({
    config: tinyConfig({ epochs: 1 }),
    on(event) {
      if (event.event !== "step" && event.event !== "epoch") return;
      seen++;
      for (const copy of [JSON.parse(JSON.stringify(event)), { ...event }, structuredClone(event)]) {
        expect(Object.keys(copy)).not.toContain("model");
        expect(Object.keys(copy)).not.toContain("run");
        expect(copy).toMatchObject({ event: event.event, step: event.step });
      }
    },
  });
  expect(seen).toBe(6);
});

test("the start has run and data, which are not printed, and the steps have the target tokens of their batches", async () => {
  const events: TrainEvent[] = [];
  await train({ config: tinyConfig({ epochs: 1 }), on: (event) => events.push(event) });
  const [start] = events;
  if (start?.event !== "start") throw new Error("expected the start first");
  expect(start.run.config.recipe).toBe("copy");
  expect(start.data.train.length).toBe(start.trainPairs);
  expect(Object.keys({ ...start })).toEqual(expect.not.arrayContaining(["data", "run", "model"]));
  // Each target has an <eos>.
  const targets = Array.from({ length: start.trainPairs }, (_, i) => start.data.train.target(i).length + 1);
  const tokens = events.map((event) => (event.event === "step" ? event.tokens : 0));
  expect(tokens.filter(Boolean)).toHaveLength(start.batches);
  expect(tokens.reduce((sum, n) => sum + n)).toBe(targets.reduce((sum, n) => sum + n));
});
