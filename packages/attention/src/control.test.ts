import { Random } from "@heed/core";
import {
  concat,
  cpu,
  Draw,
  matmul,
  mul,
  Parameter,
  slice,
  softmax as softmaxOp,
  sum,
  type Tensor,
  use,
} from "@heed/tensor";
import { assertClose, checkGradients, toHost } from "@heed/tensor/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { Attention } from "./attention.js";
import { makeMask } from "./mask.js";
import { causalMask } from "./masks/causal-mask.js";
import { paddingMask } from "./masks/padding-mask.js";
import { MultiHeadAttention } from "./multi-head-attention.js";
import { builtInScorers, coverage, dot, multiHead } from "./scorers/index.js";

beforeEach(() => use(cpu({ precision: "f64" })));

const [b, q, k, size] = [2, 3, 5, 4];

/** Weights that no attention computes: rows that do not sum to 1. */
const anyWeights = (draw: Draw, heads: number): Tensor => draw.positive(b, heads, q, k);

describe.each(builtInScorers)("control of $name", (scorer) => {
  const build = () => {
    const draw = new Draw(1);
    const attention = new Attention({ scorer, querySize: size, keySize: size, heads: 2, random: new Random(2) });
    const [query, keys, values] = [draw.randn(b, q, size), draw.randn(b, k, size), draw.randn(b, k, size)];
    const lengths = draw.lengths(k, b);
    const mask = makeMask(paddingMask, { keys: k, lengths });
    return { draw, attention, query, keys, values, prepare: () => attention.prepare(keys, { values, mask, lengths }) };
  };

  test("the given weights are used as they are, also where keys are masked", async () => {
    const { draw, attention, query, values, prepare } = build();
    const weights = anyWeights(draw, attention.heads);
    const output = attention.forward(query, prepare(), undefined, { control: { weights } });
    const expected = Array.from({ length: attention.heads }, (_, head) => {
      const width = size / attention.heads;
      const own = slice(weights, { axis: 1, start: head, end: head + 1 }).reshape(b, q, k);
      return matmul(own, slice(values, { axis: 2, start: head * width, end: (head + 1) * width }));
    });
    assertClose("context", await toHost(output.context), await toHost(concat(expected, { axis: 2 })), 1e-12);
    const used = output.heads ?? output.weights.reshape(b, 1, q, k);
    assertClose("weights", await toHost(used), await toHost(weights), 0);
    expect(output.inspection).toBeNull();
  });

  test("giving the computed weights changes nothing, and inspection shows every part", async () => {
    const { attention, query, keys, prepare } = build();
    const plain = attention.forward(query, prepare(), undefined, { inspect: true });
    const { inspection } = plain;
    expect(inspection!.query.shape).toEqual([b, q, size]);
    assertClose("keys", await toHost(inspection!.keys), await toHost(keys), 0);
    expect([inspection!.scores.shape, inspection!.weights.shape]).toEqual([
      [b, attention.heads, q, k],
      [b, attention.heads, q, k],
    ]);
    assertClose("context", await toHost(inspection!.context), await toHost(plain.context), 0);
    const again = attention.normalizer.normalize(inspection!.scores, inspection!.mask);
    assertClose("normalized scores", await toHost(again), await toHost(inspection!.weights), 1e-12);
    const { weights } = inspection!;
    const controlled = attention.forward(query, prepare(), undefined, { control: { weights }, inspect: true });
    assertClose("controlled", await toHost(controlled.context), await toHost(plain.context), 1e-12);
    assertClose("scores", await toHost(controlled.inspection!.scores), await toHost(inspection!.scores), 1e-12);
    for (const part of ["position", "memory"] as const) {
      const [one, other] = [controlled.state[part], plain.state[part]];
      if (one && other) assertClose(part, await toHost(one), await toHost(other), 1e-12);
    }
  });

  test("gradients reach the given weights and the values", async () => {
    const { draw, attention, query, keys } = build();
    const [weights, values] = [new Parameter(anyWeights(draw, attention.heads)), new Parameter(draw.randn(b, k, size))];
    const cotangent = draw.randn(b, q, size);
    const loss = () => {
      const memory = attention.prepare(keys, { values });
      return sum(mul(attention.forward(query, memory, undefined, { control: { weights } }).context, cotangent));
    };
    await checkGradients(loss, { weights, values });
  });
});

test("a scorer that remembers earlier weights sees the given ones", async () => {
  const draw = new Draw(3);
  const attention = new Attention({ scorer: coverage, querySize: size, keySize: size, random: new Random(2) });
  const memory = attention.prepare(draw.randn(b, k, size));
  const weights = anyWeights(draw, 1);
  const { state } = attention.forward(draw.randn(b, q, size), memory, undefined, { control: { weights } });
  const covered = sum(weights.reshape(b, q, k), { axis: 1, keepDims: true });
  assertClose("coverage", await toHost(state.memory!), await toHost(covered), 1e-12);
});

test("only the named heads are controlled, after dropout", async () => {
  const draw = new Draw(4);
  const options = { scorer: multiHead, querySize: size, keySize: size, heads: 2, random: new Random(2) };
  const [plain, dropping] = [new Attention(options), new Attention({ ...options, dropout: 0.9 })];
  dropping.loadStateDict(await plain.stateDict());
  const [query, keys, weights] = [draw.randn(b, q, size), draw.randn(b, k, size), anyWeights(draw, 2)];
  const control = { weights, heads: [1] };
  const output = plain.forward(query, plain.prepare(keys), undefined, { control });
  const free = plain.forward(query, plain.prepare(keys));
  const head = async (x: Tensor, index: number) => toHost(slice(x, { axis: 1, start: index, end: index + 1 }));
  assertClose("head 0", await head(output.heads!, 0), await head(free.heads!, 0), 0);
  assertClose("head 1", await head(output.heads!, 1), await head(weights, 1), 0);
  const dropped = dropping.forward(query, dropping.prepare(keys), undefined, { control });
  const context = async (x: Tensor) => toHost(slice(x, { axis: 2, start: 2, end: 4 }));
  assertClose("context of head 1", await context(dropped.context), await context(output.context), 1e-12);
  expect(await dropped.context.data()).not.toEqual(await output.context.data());
});

test("MultiHeadAttention is controlled and inspected in the same way", async () => {
  const draw = new Draw(5);
  const attention = new MultiHeadAttention({ size: 4, heads: 2, random: new Random(1) });
  const x = draw.randn(b, q, size);
  const memory = attention.prepare(draw.randn(b, k, size), { mask: draw.mask(b, 1, k) });
  const plain = attention.forward(x, memory);
  const inspected = attention.forward(x, memory, { inspect: true });
  assertClose("context", await toHost(inspected.context), await toHost(plain.context), 1e-12);
  const { scores, mask, weights, query, keys } = inspected.inspection!;
  expect([query.shape, keys.shape, scores.shape, mask!.shape]).toEqual([
    [b, 2, q, 2],
    [b, 2, k, 2],
    [b, 2, q, k],
    [b, 1, 1, k],
  ]);
  assertClose("weights", await toHost(weights), await toHost(plain.weights), 1e-12);
  const same = attention.forward(x, memory, { control: { weights: plain.weights } });
  assertClose("same weights", await toHost(same.context), await toHost(plain.context), 1e-12);
  const given = softmaxOp(draw.randn(b, 2, q, k), { axis: -1 });
  const [all, one] = [undefined, [0]].map((heads) =>
    attention.forward(x, memory, { control: { weights: given, heads } }),
  );
  assertClose("all heads", await toHost(all!.weights), await toHost(given), 0);
  const first = slice(given, { axis: 1, start: 0, end: 1 });
  const second = slice(plain.weights, { axis: 1, start: 1, end: 2 });
  assertClose("one head", await toHost(one!.weights), await toHost(concat([first, second], { axis: 1 })), 1e-12);
});

test("weights of another shape and heads that do not exist are refused", () => {
  const draw = new Draw(6);
  const attention = new Attention({
    scorer: multiHead,
    querySize: size,
    keySize: size,
    heads: 2,
    random: new Random(2),
  });
  const memory = attention.prepare(draw.randn(b, k, size));
  const control = (weights: Tensor, heads?: number[]) => () =>
    attention.forward(draw.randn(b, q, size), memory, undefined, { control: { weights, heads } });
  expect(control(draw.randn(b, 1, q, k))).toThrow(
    "control.weights must be [batch, heads, queries, keys] = [2, 2, 3, 5], got [2, 1, 3, 5].",
  );
  expect(control(draw.randn(b, 2, q, k), [2])).toThrow("control.heads must be integers in 0 … 1, got 2.");
});

describe.each([dot, coverage, multiHead])("$name, whether or not it looks back", (scorer) => {
  const draw = new Draw(8);
  const build = () => new Attention({ scorer, querySize: size, keySize: size, heads: 2, random: new Random(2) });

  test("an empty list of heads replaces nothing", async () => {
    const attention = build();
    const [query, memory] = [draw.randn(b, q, size), attention.prepare(draw.randn(b, k, size))];
    const control = { weights: anyWeights(draw, attention.heads), heads: [] };
    const output = attention.forward(query, memory, undefined, { control });
    const plain = attention.forward(query, memory);
    expect([output.context.shape, output.weights.shape]).toEqual([plain.context.shape, plain.weights.shape]);
    assertClose("context", await toHost(output.context), await toHost(plain.context), 1e-12);
  });

  test("weights for another number of queries are refused, with the shapes of the caller", () => {
    const attention = build();
    const memory = attention.prepare(draw.randn(b, k, size));
    const weights = draw.positive(b, attention.heads, q + 2, k);
    const forward = () => attention.forward(draw.randn(b, q, size), memory, undefined, { control: { weights } });
    expect(forward).toThrow(`= [2, ${attention.heads}, 3, 5], got [2, ${attention.heads}, 5, 5]`);
  });

  test("a mask may differ between queries", async () => {
    const attention = build();
    const [query, keys] = [draw.randn(b, q, size), draw.randn(b, k, size)];
    const mask = makeMask(causalMask, { queries: q, keys: k });
    const together = attention.forward(query, attention.prepare(keys, { mask }));
    const weights = await together.weights.data();
    for (const [i, weight] of weights.entries()) {
      const [at, key] = [Math.floor(i / k) % q, i % k];
      if (key > at) expect(weight).toBe(0);
      else expect(weight).toBeGreaterThan(0);
    }
  });
});
