import { wasm } from "@heed/backend-wasm";
import type { Random } from "@heed/core";
import { cpu, type Draw, tanh } from "@heed/tensor";
import { describe, expect, test } from "vitest";
import * as nn from "./index.js";
import { type ModuleChecksOptions, moduleChecks } from "./testing/index.js";

const {
  Conv1d,
  Dropout,
  Embedding,
  GRU,
  GRUCell,
  LayerNorm,
  Linear,
  LSTM,
  LSTMCell,
  Module,
  RMSNorm,
  RNN,
  RNNCell,
  Sequential,
} = nn;

/** A module with the options of its checks. */
interface Certified {
  readonly make: (random: Random) => nn.Module;
  // Each row has its own input type.
  readonly options: ModuleChecksOptions<nn.Module, never>;
}

function certified<M extends nn.Module, I>(
  name: string,
  make: (random: Random) => M,
  options: ModuleChecksOptions<M, I>,
): Certified {
  return { make, options: { ...options, name } as unknown as Certified["options"] };
}

const features = (draw: Draw, rows: number) => draw.randn(rows, 3);
const sequences = (draw: Draw, rows: number) => draw.randn(rows, 4, 3);
/** Sequences with their lengths and first states. */
const padded = (draw: Draw, rows: number) => ({
  x: draw.randn(rows, 4, 3),
  lengths: draw.lengths(4, rows),
  hidden: draw.randn(rows, 2),
  cell: draw.randn(rows, 2),
});
const sizes = { inputSize: 3, hiddenSize: 2 };

const modules: readonly Certified[] = [
  certified("Linear", (random) => new Linear({ inFeatures: 3, outFeatures: 2, random }), { input: features }),
  certified("Linear of sequences", (random) => new Linear({ inFeatures: 3, outFeatures: 5, random }), {
    input: sequences,
  }),
  certified("Linear without bias", (random) => new Linear({ inFeatures: 3, outFeatures: 1, bias: false, random }), {
    input: features,
  }),
  certified("Embedding", (random) => new Embedding({ numEmbeddings: 7, embeddingSize: 3, random }), {
    input: (draw, rows) => draw.ids(7, rows, 5),
  }),
  certified(
    "Embedding with padding",
    (random) => new Embedding({ numEmbeddings: 7, embeddingSize: 3, paddingIndex: 6, random }),
    { input: (draw, rows) => draw.ids(6, rows, 5) },
  ),
  certified("LayerNorm", () => new LayerNorm({ size: 3 }), { input: sequences }),
  certified("RMSNorm", () => new RMSNorm({ size: 3 }), { input: sequences }),
  certified(
    "Conv1d",
    (random) => new Conv1d({ inChannels: 4, outChannels: 6, kernelSize: 2, stride: 2, padding: 1, groups: 2, random }),
    { input: (draw, rows) => draw.randn(rows, 4, 5) },
  ),
  certified(
    "Sequential",
    (random) => {
      const linear = (inFeatures: number, outFeatures: number) => new Linear({ inFeatures, outFeatures, random });
      return new Sequential(linear(3, 5), tanh, new Dropout({ probability: 0.3, random }), linear(5, 2));
    },
    { input: features, random: true },
  ),
  certified("Dropout", (random) => new Dropout({ probability: 0.3, random }), { input: sequences, random: true }),
  certified("Dropout of nothing", (random) => new Dropout({ probability: 0, random }), { input: features }),
  ...(["tanh", "relu"] as const).map((nonlinearity) =>
    certified(`RNN ${nonlinearity}`, (random) => new RNN({ ...sizes, nonlinearity, random }), {
      input: padded,
      forward: (rnn, { x, lengths, hidden }) => rnn.forward(x, { lengths, state: [{ hidden }] }),
    }),
  ),
  certified("GRU", (random) => new GRU({ ...sizes, random }), {
    input: padded,
    forward: (gru, { x, lengths, hidden }) => gru.forward(x, { lengths, state: [{ hidden }] }),
  }),
  certified("LSTM", (random) => new LSTM({ ...sizes, random }), {
    input: padded,
    forward: (lstm, { x, lengths, hidden, cell }) => lstm.forward(x, { lengths, state: [{ hidden, cell }] }),
  }),
  certified("LSTM without biases", (random) => new LSTM({ ...sizes, bias: false, random }), { input: sequences }),
  certified("GRU of two layers", (random) => new GRU({ ...sizes, layers: 2, bidirectional: true, random }), {
    input: padded,
    forward: (gru, { x, lengths }) => gru.forward(x, { lengths }),
  }),
  certified("LSTM with dropout", (random) => new LSTM({ ...sizes, layers: 2, dropout: 0.4, random }), {
    input: sequences,
    random: true,
  }),
  ...(["tanh", "relu"] as const).map((nonlinearity) =>
    certified(`RNNCell ${nonlinearity}`, (random) => new RNNCell({ ...sizes, nonlinearity, random }), {
      input: (draw, rows) => ({ x: draw.randn(rows, 3), hidden: draw.randn(rows, 2) }),
      forward: (cell, { x, hidden }) => cell.forward(x, { hidden }),
    }),
  ),
  certified("GRUCell", (random) => new GRUCell({ ...sizes, random }), {
    input: (draw, rows) => ({ x: draw.randn(rows, 3), hidden: draw.randn(rows, 2) }),
    forward: (gru, { x, hidden }) => gru.forward(x, { hidden }),
  }),
  certified("GRUCell from zeros", (random) => new GRUCell({ ...sizes, random }), {
    input: features,
    unused: ["weight_hh"],
  }),
  certified("LSTMCell", (random) => new LSTMCell({ ...sizes, random }), {
    input: (draw, rows) => ({
      x: draw.randn(rows, 3),
      state: { hidden: draw.randn(rows, 2), cell: draw.randn(rows, 2) },
    }),
    forward: (lstm, { x, state }) => lstm.forward(x, state),
  }),
  certified("GRUCell in two parts", (random) => new GRUCell({ ...sizes, random }), {
    input: (draw, rows) => ({ a: draw.randn(rows, 1), b: draw.randn(rows, 2), hidden: draw.randn(rows, 2) }),
    forward: (gru, { a, b, hidden }) => {
      const [first, second] = gru.projections([1, 2]);
      return gru.step(first(a).add(second(b)), { hidden });
    },
  }),
];

describe.each(modules)("$options.name", ({ make, options }) => {
  const backends = [() => cpu(), () => wasm({ threads: 1 })];
  test.each(moduleChecks(make, { ...options, backends }))("$name", ({ run }) => run());
});

test("every module of this package is certified", () => {
  const abstract = new Set<unknown>([Module, nn.RecurrentCell, nn.RecurrentLayer]);
  const exported = Object.entries<unknown>(nn).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof Module && !abstract.has(value),
  );
  const seed = { integer: () => 1, uniform: () => 0.5, normal: () => 0.5, state: () => [1], restore: () => {} };
  const built = new Set(modules.map(({ make }) => make(seed as unknown as Random).constructor));
  expect(exported.filter(([, value]) => !built.has(value as () => void)).map(([name]) => name)).toEqual([]);
});
