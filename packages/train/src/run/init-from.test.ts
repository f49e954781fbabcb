import { cpu, memory, type SafeTensor, use } from "@heed/tensor";
import { beforeEach, expect, test } from "vitest";
import { listener, tinyConfig } from "../../testing/tiny.js";
import { checkConfig } from "../config/run-config.js";
import type { TrainEvent } from "../events.js";
import { train } from "../train.js";
import { memoryFileSystem } from "./memory-file-system.js";
import type { Run } from "./run.js";

beforeEach(() => use(cpu()));

const task = { task: "copy", symbols: 3, minLength: 1, maxLength: 2, train: 8, validation: 2 };
/** The learning rate is so small that the weights are those of the beginning. */
const still = { epochs: 1, batchSize: 8, learningRate: 1e-30 };
const pairs = (words: readonly string[]) => words.map((word) => ({ source: word, target: word }));

async function text(words: readonly string[], options: { seed: number; initFrom?: Run; model?: object }) {
  const { events, on } = listener();
  const input = {
    recipe: "copy",
    seed: options.seed,
    model: { embeddingSize: 6, hiddenSize: 8, ...options.model },
    data: { sourceTokenizer: { minFrequency: 1 }, targetTokenizer: { minFrequency: 1 } },
    training: { ...still, learningRate: options.initFrom ? 1e-30 : 0.1 },
  };
  const run = await train({
    config: checkConfig(input, { text: true }),
    data: { train: pairs(words), validation: pairs(words.slice(0, 1)) },
    initFrom: options.initFrom,
    on,
  });
  const notices = events.flatMap((event) => (event.event === "notice" ? [event.message] : []));
  return { run, notices, state: await run.model.stateDict() };
}

const row = ({ data, shape }: SafeTensor, i: number): number[] =>
  Array.from(data, Number).slice(i * (shape[1] ?? 1), (i + 1) * (shape[1] ?? 1));

test("all parameters of a run with the same vocabularies are taken", async () => {
  const { events, on } = listener();
  const first = await train({ config: tinyConfig({ ...still, learningRate: 0.1 }, { data: task, seed: 1 }) });
  const second = await train({ config: tinyConfig(still, { data: task, seed: 2 }), initFrom: first, on });
  expect(await second.model.stateDict()).toEqual(await first.model.stateDict());
  const count = first.model.parameters().size;
  const notices = events.flatMap((event) => (event.event === "notice" ? [event.message] : []));
  expect(notices).toContain(`From the other run: ${count} parameters taken as they are, 0 by token.`);
  for (const { model } of [first, second]) model.dispose();
});

test("rows of embeddings and of the output layer are matched by token", async () => {
  const before = await text(["one", "two", "three", "four", "five"], { seed: 1 });
  // Other ids, and as many tokens: the shapes are equal.
  const after = await text(["five", "six", "one", "two", "seven"], { seed: 2, initFrom: before.run });
  const fresh = await text(["five", "six", "one", "two", "seven"], { seed: 2 });
  for (const side of ["source", "target"] as const) {
    const [old, now] = [before.run, after.run].map((run) => run[`${side}Tokenizer`].vocabulary);
    const names =
      side === "source" ? ["encoder.embedding.weight"] : ["embedding.weight", "output.weight", "output.bias"];
    for (const name of names) {
      const [oldWeights, weights] = [before.state.get(name)!, after.state.get(name)!];
      for (const [id, token] of now!.tokens.entries()) {
        const oldId = old!.tokens.indexOf(token);
        if (oldId === -1) expect(row(weights, id), token).not.toEqual(row(oldWeights, id));
        else expect(row(weights, id), `${name} ${token}`).toEqual(row(oldWeights, oldId));
      }
      expect(after.notices).toContain(`${name}: the rows of 7 of 9 tokens are taken.`);
    }
  }
  // The other tokens have the rows that they have without another run.
  const id = after.run.targetTokenizer.vocabulary.tokens.indexOf("six");
  expect(row(after.state.get("embedding.weight")!, id)).toHaveLength(6);
  expect(fresh.state.get("embedding.weight")!.shape).toEqual(after.state.get("embedding.weight")!.shape);
  for (const { run } of [before, after, fresh]) run.model.dispose();
});

test("what does not fit keeps its initial values, and is reported", async () => {
  const before = await text(["one", "two", "three"], { seed: 1 });
  const layers = await text(["one", "two", "three"], { seed: 2, initFrom: before.run, model: { layers: 2 } });
  expect(layers.notices[1]).toMatch(/^\d+ parameters that the other run does not have: .*encoder\.rnn/);
  const wide = await text(["one", "two", "three"], { seed: 2, initFrom: before.run, model: { embeddingSize: 7 } });
  expect(wide.notices).toContain(
    "embedding.weight has the shape [7, 7], but [7, 6] in the other run: it keeps its initial values.",
  );
  expect(wide.state.get("output.weight")).toEqual(before.state.get("output.weight"));
  const back = await text(["one", "two", "three"], { seed: 3, initFrom: layers.run });
  expect(back.notices.join("\n")).toMatch(/parameters of the other run not used: /);
  for (const { run } of [before, layers, wide, back]) run.model.dispose();
});

test("a run that begins with other weights is resumed to the same bytes, and leaks nothing", async () => {
  const first = await train({ config: tinyConfig({ epochs: 1 }, { data: task, seed: 1 }) });
  const buffers = memory().buffers;
  const config = tinyConfig({ epochs: 2, batchSize: 4 }, { data: task, seed: 2 });
  const straight = memoryFileSystem();
  (await train({ config, out: "run", fileSystem: straight, initFrom: first })).model.dispose();
  const fileSystem = memoryFileSystem();
  const died = train({
    ...{ config, out: "run", fileSystem, initFrom: first },
    on: (event) => {
      if (event.event === "step" && event.step === 2) throw new Error("died");
    },
  });
  await expect(died).rejects.toThrow("died");
  const notices: string[] = [];
  const on = (event: TrainEvent) => event.event === "notice" && notices.push(event.message);
  (await train({ out: "run", fileSystem, resume: true, initFrom: first, on })).model.dispose();
  expect(notices.join("\n")).toContain("The other run is not used");
  for (const name of ["model", "best", "optimizer"]) {
    const path = `run/${name}.safetensors`;
    expect(await fileSystem.read(path), name).toEqual(await straight.read(path));
  }
  expect(memory().buffers).toBe(buffers);
  first.model.dispose();
});
