import { Random } from "@heed/core";
import {
  concat,
  cpu,
  mul,
  randomNormal,
  ShapeError,
  slice,
  sum,
  type Tensor,
  tensor,
  unstack,
  use,
  zeros,
} from "@heed/tensor";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { GRU, LSTM, type RecurrentKind, RNN, recurrentCell, recurrentKinds, recurrentLayer } from "../index.js";

const kind = fc.constantFrom(...recurrentKinds);

beforeEach(async () => {
  await use(cpu({ precision: "f64" }));
});

function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i]!, 12);
}

describe("padded batches", () => {
  it("give each sequence what it gets alone: outputs, states and gradients, whatever stands in the padding", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          kind,
          layers: fc.integer({ min: 1, max: 2 }),
          bidirectional: fc.boolean(),
          bias: fc.boolean(),
          lengths: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
          padding: fc.integer({ min: 0, max: 2 }),
          seed: fc.nat(),
        }),
        async ({ kind, lengths, padding, seed, ...options }) => {
          const random = new Random(seed);
          const layer = recurrentLayer(kind, { inputSize: 2, hiddenSize: 3, random, ...options });
          const longest = Math.max(...lengths) + padding;
          const x = randomNormal([lengths.length, longest, 2], random);
          const cotangent = randomNormal([lengths.length, longest, layer.outputSize], random);
          const batch = layer.forward(x, { lengths: tensor(Int32Array.from(lengths)) });
          sum(mul(batch.outputs, cotangent)).backward();
          const gradients = await Promise.all(Array.from(layer.parameters().values(), ({ grad }) => grad!.data()));
          layer.zeroGrad();

          for (const [index, length] of lengths.entries()) {
            const own = (tensor: Tensor) => slice(tensor, { axis: 0, start: index, end: index + 1 });
            const head = (tensor: Tensor) => slice(own(tensor), { axis: 1, start: 0, end: length });
            const alone = layer.forward(head(x));
            sum(mul(alone.outputs, head(cotangent))).backward();
            expectSame(await head(batch.outputs).data(), await alone.outputs.data());
            const rest = await slice(own(batch.outputs), { axis: 1, start: length, end: longest }).data();
            expectSame(rest, new Float64Array(rest.length));
            for (const [position, state] of alone.state.entries()) {
              expectSame(await own(batch.state[position]!.hidden).data(), await state.hidden.data());
              if (state.cell) expectSame(await own(batch.state[position]!.cell!).data(), await state.cell.data());
            }
          }
          for (const [index, { grad }] of [...layer.parameters().values()].entries()) {
            expectSame(await grad!.data(), gradients[index]!);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("layers", () => {
  it.each(recurrentKinds)("%s: a sequence in two pieces is the same as in one", async (kind) => {
    const random = new Random(1);
    const layer = recurrentLayer(kind, { inputSize: 2, hiddenSize: 3, layers: 2, random });
    const x = randomNormal([2, 5, 2], random);
    const whole = layer.forward(x);
    const first = layer.forward(slice(x, { axis: 1, start: 0, end: 2 }));
    const second = layer.forward(slice(x, { axis: 1, start: 2, end: 5 }), { state: first.state });
    expectSame(await concat([first.outputs, second.outputs], { axis: 1 }).data(), await whole.outputs.data());
    expectSame(await second.state[1]!.hidden.data(), await whole.state[1]!.hidden.data());
  });

  it("drop entries between layers, in training alone", async () => {
    const make = (dropout: number) =>
      new GRU({ inputSize: 2, hiddenSize: 8, layers: 2, dropout, random: new Random(1) });
    const x = randomNormal([2, 3, 2], new Random(2));
    const [plain, dropping] = [make(0), make(0.5)];
    const expected = await plain.forward(x).outputs.data();
    const once = await dropping.forward(x).outputs.data();
    expect(once).not.toEqual(expected);
    expect(await dropping.forward(x).outputs.data()).not.toEqual(once);
    expect(await dropping.eval().forward(x).outputs.data()).toEqual(expected);
    // Below the last layer, not behind it.
    expect(Array.from(once)).not.toContain(0);
  });

  it("start in U(±1/√h), as PyTorch's do", async () => {
    const layer = new LSTM({ inputSize: 9, hiddenSize: 25, bidirectional: true, layers: 2, random: new Random(1) });
    for (const [name, parameter] of layer.parameters()) {
      const values = Array.from(await parameter.data());
      expect(Math.max(...values.map(Math.abs)), name).toBeLessThanOrEqual(0.2);
      expect(Math.max(...values), name).toBeGreaterThan(0.18);
      expect(Math.min(...values), name).toBeLessThan(-0.18);
    }
    expect(layer.weight_ih_l1_reverse?.shape).toEqual([100, 50]);
    expect(layer.outputSize).toBe(50);
  });

  it("go without biases", () => {
    const layer = new RNN({ inputSize: 2, hiddenSize: 3, bias: false, random: new Random(1) });
    expect([...layer.parameters().keys()]).toEqual(["weight_ih_l0", "weight_hh_l0"]);
    expect(layer.forward(zeros([1, 2, 2])).outputs.shape).toEqual([1, 2, 3]);
  });

  it("say what does not fit", () => {
    const random = new Random(1);
    const options = { inputSize: 2, hiddenSize: 3, layers: 2, random };
    const layer = new GRU(options);
    expect(() => layer.forward(zeros([1, 4, 5]))).toThrow(ShapeError);
    expect(() => layer.forward(zeros([1, 4]))).toThrow(ShapeError);
    expect(() => layer.forward(zeros([1, 4, 2]), { state: [{ hidden: zeros([1, 3]) }] })).toThrow(
      "GRU: 2 layers in 1 directions need 2 states, but 1 came",
    );
    const state = layer.initialState(1);
    expect(() => new LSTM(options).forward(zeros([1, 4, 2]), { state })).toThrow("needs `hidden` and `cell`");
    expect(() => new GRU({ ...options, hiddenSize: 0 })).toThrow("GRU: hiddenSize");
    expect(() => new GRU({ ...options, dropout: 1 })).toThrow("GRU: dropout is a probability");
  });
});

describe("cells", () => {
  it.each(recurrentKinds)("%s: step by step is the same as the layer, from projections made at once", async (kind) => {
    const random = new Random(1);
    const options = { inputSize: 5, hiddenSize: 3, random };
    const [layer, cell] = [recurrentLayer(kind, options), recurrentCell(kind, options)];
    const state = await layer.stateDict();
    cell.loadStateDict(new Map(Array.from(state, ([name, value]) => [name.replace("_l0", ""), value])));
    const x = randomNormal([2, 4, 5], random);
    const [left, right] = cell.projections([2, 3]);
    const gates = unstack(cell.project(x), { axis: 1 });
    const leftGates = unstack(left(slice(x, { axis: 2, start: 0, end: 2 })), { axis: 1 });
    const rightParts = unstack(slice(x, { axis: 2, start: 2, end: 5 }), { axis: 1 });
    const inputs = unstack(x, { axis: 1 });
    const outputs = unstack(layer.forward(x).outputs, { axis: 1 });
    let [whole, parts, direct] = [cell.initialState(2), cell.initialState(2), cell.forward(inputs[0]!)];
    for (const [t, expected] of outputs.entries()) {
      whole = cell.step(gates[t]!, whole);
      parts = cell.step(leftGates[t]!.add(right(rightParts[t]!)), parts);
      if (t > 0) direct = cell.forward(inputs[t]!, direct);
      for (const state of [whole, parts, direct]) expectSame(await state.hidden.data(), await expected.data());
    }
    expect(whole.cell !== undefined).toBe(kind === "lstm");
  });

  it("start in U(±1/√h), as PyTorch's do", async () => {
    for (const [name, parameter] of recurrentCell("gru", {
      inputSize: 4,
      hiddenSize: 25,
      random: new Random(1),
    }).parameters()) {
      const values = Array.from(await parameter.data());
      expect(Math.max(...values.map(Math.abs)), name).toBeLessThanOrEqual(0.2);
      expect(Math.max(...values), name).toBeGreaterThan(0.18);
    }
  });

  it("say what does not fit", () => {
    const options = { inputSize: 5, hiddenSize: 3, random: new Random(1) };
    const lstm = recurrentCell("lstm", options);
    expect(() => lstm.projections([2, 2])).toThrow("LSTMCell: parts of [2, 2] make 4, but the input size is 5");
    expect(() => lstm.forward(zeros([1, 5]), { hidden: zeros([1, 3]) })).toThrow("comes from an RNN or a GRU");
    expect(() => recurrentCell("gru", { ...options, nonlinearity: "relu" })).toThrow('is for "rnn" alone');
    expect(() => recurrentLayer("transformer" as RecurrentKind, options)).toThrow("choose one of rnn, gru, lstm");
    const nonlinearity = "sigmoid" as "tanh";
    expect(() => recurrentLayer("rnn", { ...options, nonlinearity })).toThrow(
      'nonlinearity must be one of "tanh", "relu", got "sigmoid"',
    );
  });
});
