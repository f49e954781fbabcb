import { assertSame, CheckError } from "@heed/core/testing";
import { generate, greedy, type Seq2SeqModel, type State } from "@heed/seq2seq";
import {
  cpu,
  exp,
  gather,
  mean,
  memory,
  mul,
  neg,
  noGrad,
  notEqual,
  scope,
  sum,
  treeLeaves,
  treeTake,
  where,
} from "@heed/tensor";
import { assertClose, type HostTensor, toHost } from "@heed/tensor/testing";
import {
  assertFinite,
  assertGradients,
  batchOf,
  forward,
  gradientsOf,
  ints,
  lossOf,
  makeRecipeTrial,
  type Pair,
  pairs,
  part,
  type RecipeTrial,
  sourceOf,
} from "./recipe-trial.js";

const rows = pairs.length;

export async function checkSteps({ build }: RecipeTrial): Promise<void> {
  const model = build();
  const batch = batchOf(pairs);
  const encoded = model.encode(batch);
  const whole = model.decode(encoded, batch.decoderInput);
  const [logits, weights] = [await toHost(whole.logits), whole.weights && (await toHost(whole.weights))];
  assertSame("the shape of the logits, [batch, target, tokens]", logits.shape, [rows, 5, 11]);
  if (weights) assertSame("the shape of the weights, [batch, target, source]", weights.shape, [rows, 5, 4]);
  const ids = await batch.decoderInput.data();
  let state: State = encoded.initial;
  for (let t = 0; t < 5; t++) {
    const step = model.step(encoded, ints(pairs.map((_, row) => ids[row * 5 + t]!)), state);
    state = step.state;
    assertClose(`logits of step ${t}, against teacher forcing`, await toHost(step.logits), stepOf(logits, t), 1e-10);
    assertSame(`whether step ${t} returns weights, as teacher forcing does`, step.weights !== null, weights !== null);
    if (weights)
      assertClose(
        `weights of step ${t}, against teacher forcing`,
        await toHost(step.weights!),
        stepOf(weights, t),
        1e-10,
      );
  }
}

/** Step t of `[b, t, …]`. */
function stepOf({ shape, values }: HostTensor, t: number): HostTensor {
  const [b, steps, width] = shape as [number, number, number];
  const all = Array.from({ length: b }, (_, row) =>
    Array.from({ length: width }, (_, i) => values[(row * steps + t) * width + i]!),
  );
  return { shape: [b, width], values: all.flat() };
}

/** Many sentences of different lengths: more than 16, where kernels treat the rest on its own. */
const manyPairs: readonly Pair[] = Array.from({ length: 19 }, (_, i) => ({
  source: Array.from({ length: 1 + (i % 4) }, (_, j) => 3 + ((i + j) % 8)),
  target: Array.from({ length: 1 + ((i * 3) % 4) }, (_, j) => 3 + ((i * j) % 8)),
}));

export async function checkAlone({ build }: RecipeTrial): Promise<void> {
  const model = build();
  for (const batch of [pairs, manyPairs]) {
    const together = await forward(model, batchOf(batch));
    for (const [row, pair] of batch.entries()) {
      const alone = await forward(model, batchOf([pair]));
      const [s, t] = [pair.source.length, pair.target.length + 1];
      const what = `of sentence ${row} of ${batch.length}, against the same sentence alone`;
      assertClose(`logits ${what}`, part(together.logits, row, t), alone.logits, 1e-10);
      if (together.weights && alone.weights) {
        assertClose(`weights ${what}`, part(together.weights, row, t, s), alone.weights, 1e-10);
        const all = part(together.weights, row, t).values;
        const width = together.weights.shape[2]!;
        const padding = Array.from(all).filter((_, i) => i % width >= s);
        if (padding.some((weight) => weight !== 0))
          throw new CheckError(`the weights of sentence ${row} at padding must be 0.`);
      }
    }
  }
}

export async function checkPadding({ build, options }: RecipeTrial): Promise<void> {
  const model = build();
  const expected = await lossOf(model, batchOf(pairs));
  const { maxPositions } = options as { maxPositions?: number };
  if (maxPositions === undefined || maxPositions > 8) {
    for (const spec of [{ extraSource: 3 }, { extraTarget: 2 }, { extraSource: 1, extraTarget: 3 }]) {
      const loss = await lossOf(model, batchOf(pairs, spec));
      if (Math.abs(loss - expected) > 1e-8)
        throw new CheckError(`the loss with more padding ${JSON.stringify(spec)} must be ${expected}, got ${loss}.`);
    }
  }
  // What stands in the padding of the source does not matter.
  const batch = batchOf(pairs);
  const filled = ints(pairs.map(({ source }) => Array.from({ length: 4 }, (_, i) => source[i] ?? 9)));
  const loss = await lossOf(model, { ...batch, ids: filled });
  if (Math.abs(loss - expected) > 1e-8)
    throw new CheckError(
      `the loss with words in place of the source's padding must be ${expected}, got ${loss}: use the lengths.`,
    );
}

export async function checkLoss({ build }: RecipeTrial): Promise<void> {
  const model = build();
  const batch = batchOf(pairs);
  const encoded = model.encode(batch);
  const output = model.decode(encoded, batch.decoderInput);
  const logProbs = model.logProbs(output, encoded);
  const sums = await sum(exp(logProbs), { axis: -1 }).data();
  const wrong = sums.findIndex((total) => Math.abs(total - 1) > 1e-9);
  if (wrong >= 0)
    throw new CheckError(`the probabilities of target position ${wrong} must sum to 1, got ${sums[wrong]}.`);
  const indices = batch.target.reshape(rows, 5, 1);
  const chosen = neg(gather(logProbs, indices, { axis: -1 }));
  const expected = await sum(where(notEqual(indices, 0), chosen, 0)).item();
  const { total, tokens, terms } = model.loss(batch);
  assertSame("the number of target tokens of the loss", tokens, batch.tokenCount);
  const crossEntropy = await (terms.crossEntropy ?? total).item();
  if (Math.abs(crossEntropy - expected) > 1e-8) {
    throw new CheckError(
      `the cross-entropy, summed over target tokens without padding, must be ${expected}, got ${crossEntropy}.`,
    );
  }
  const separate = await Promise.all(pairs.map((pair) => lossOf(model, batchOf([pair]))));
  const added = separate.reduce((a, b) => a + b);
  if (Math.abs(added - (await total.item())) > 1e-8)
    throw new CheckError(`the loss must be the sum of the sentences' losses, ${added}, got ${await total.item()}.`);
}

export async function checkMaps({ build, given }: RecipeTrial): Promise<void> {
  const model = build();
  const batch = batchOf(pairs);
  const encoded = model.encode(batch);
  const { weights, maps } = model.decode(encoded, batch.decoderInput);
  const all = [...encoded.maps, ...maps];
  for (const kind of ["cross", "encoder", "decoder"]) {
    const layers = all.filter((map) => map.kind === kind).map(({ layer }) => layer);
    assertSame(`the layers of the ${kind} maps`, layers, [...layers.keys()]);
  }
  assertSame(
    "whether there are cross maps, as there are weights",
    maps.some(({ kind }) => kind === "cross"),
    weights !== null,
  );
  for (const { kind, weights: map } of all) {
    const [queries, keys] = { cross: [5, 4], encoder: [4, 4], decoder: [5, 5] }[kind];
    assertSame(`the shape of a ${kind} map, [batch, heads, queries, keys]`, map.shape, [
      rows,
      map.shape[1],
      queries,
      keys,
    ]);
  }
  if (!weights) return;
  const last = maps.findLast(({ kind }) => kind === "cross")!;
  assertClose(
    "the weights, against the mean over the heads of the last map",
    await toHost(weights),
    await toHost(mean(last.weights, { axis: 1 })),
    1e-10,
  );
  if (given.sumsToOne === false) return;
  const sums = await sum(weights, { axis: -1 }).data();
  if (sums.some((total) => Math.abs(total - 1) > 1e-9))
    throw new CheckError(
      `the weights of each target step must sum to 1, got ${[...sums].join(", ")}. Declare \`sumsToOne: false\` if that is intended.`,
    );
}

export async function checkReorder({ build }: RecipeTrial): Promise<void> {
  const model = build();
  const encoded = model.encode(sourceOf(pairs));
  const first = model.step(encoded, ints([1, 1, 1]), encoded.initial);
  for (const [what, tree] of Object.entries({
    encoding: encoded,
    "first state": encoded.initial,
    "state after a step": first.state,
  })) {
    const wrong = treeLeaves(tree).find(({ shape }) => shape[0] !== rows);
    if (wrong)
      throw new CheckError(
        `each tensor of the ${what} must have the batch as its first axis, got [${wrong.shape.join(", ")}] for ${rows} sentences.`,
      );
  }
  const order = ints([2, 0, 0, 1]);
  const ids = ints([3, 4, 5]);
  const plain = model.step(encoded, ids, first.state);
  const reordered = model.step(treeTake(encoded, order), treeTake(ids, order), treeTake(first.state, order));
  assertClose(
    "logits of reordered states",
    await toHost(reordered.logits),
    await toHost(treeTake(plain.logits, order)),
    1e-10,
  );
  // States are values: a step changes neither its state nor the encoding.
  const again = model.step(encoded, ids, first.state);
  assertClose("logits of the same step again", await toHost(again.logits), await toHost(plain.logits), 0);
}

export async function checkControl({ build }: RecipeTrial): Promise<void> {
  const model = build();
  const encoded = model.encode(sourceOf(pairs));
  const { state } = model.step(encoded, ints([1, 1, 1]), encoded.initial);
  const ids = ints([3, 4, 5]);
  const plain = model.step(encoded, ids, state);
  const { layers, ...inspected } = model.inspect(encoded, ids, state);
  assertClose("logits of an inspected step", await toHost(inspected.logits), await toHost(plain.logits), 1e-10);
  assertSame("whether inspect() returns layers, as steps have weights", layers.length > 0, plain.weights !== null);
  const beyond = [
    ...layers.map(() => null),
    ...Array.from({ length: 3 }, () => null),
    { weights: mul(encoded.states, 1) },
  ];
  for (const method of ["step", "inspect"] as const) {
    let refused = false;
    try {
      model[method](encoded, ids, state, { layers: beyond });
    } catch {
      refused = true;
    }
    if (!refused)
      throw new CheckError(`${method}() must refuse a control for a layer that does not exist; call checkControl().`);
  }
  if (layers.length === 0) return;
  for (const { scores, weights } of layers) {
    for (const each of [scores, weights])
      assertSame("the shape of scores and weights, [batch, heads, 1, source]", each.shape, [
        rows,
        weights.shape[1],
        1,
        4,
      ]);
  }
  const same = model.step(encoded, ids, state, { layers: layers.map(({ weights }) => ({ weights })) });
  assertClose(
    "logits of a step that is given its own weights",
    await toHost(same.logits),
    await toHost(plain.logits),
    1e-10,
  );
  for (const [i, leaf] of treeLeaves(same.state).entries())
    assertClose(
      "the state of a step that is given its own weights",
      await toHost(leaf),
      await toHost(treeLeaves(plain.state)[i]!),
      1e-10,
    );
  const others = layers.map(({ weights }) => ({ weights: weights.mul(0).add(1) }));
  const other = model.step(encoded, ids, state, { layers: others });
  assertClose(
    "the weights of a step that is given other weights",
    await toHost(other.weights!),
    { shape: [rows, 4], values: new Float64Array(4 * rows).fill(1) },
    1e-10,
  );
  const [a, b] = [await other.logits.data(), await plain.logits.data()];
  if (a.every((value, i) => value === b[i]))
    throw new CheckError("the logits do not depend on the weights of the step. Use the weights of `control`.");
}

export async function checkGreedy({ build, given }: RecipeTrial): Promise<void> {
  const model = build();
  const inputs = sourceOf(pairs);
  const before = memory().buffers;
  const decoded = await generate(model, inputs, greedy(), { maxLength: 5 });
  const left = memory().buffers - before;
  if (left !== 0) throw new CheckError(`${left} buffers are still alive after greedy decoding.`);
  for (const [row, { hypotheses }] of decoded.entries()) {
    const { ids, weights } = hypotheses[0]!;
    const [alone] = await generate(model, sourceOf([pairs[row]!]), greedy(), { maxLength: 5 });
    const expected = alone!.hypotheses[0]!.ids;
    assertSame(`the decoded ids of sentence ${row}, against the same sentence alone`, ids, expected);
    if (!weights) continue;
    for (const step of weights) {
      assertSame("the number of weights of a decoded token", step.length, pairs[row]!.source.length);
      const total = step.reduce((a, b) => a + b);
      if (given.sumsToOne !== false && Math.abs(total - 1) > 1e-9)
        throw new CheckError(`the weights of a decoded token must sum to 1, got ${total}.`);
    }
  }
}

export async function checkPrecision(trial: RecipeTrial): Promise<void> {
  const model = trial.build();
  const state = await model.stateDict();
  const results = async (of: Seq2SeqModel) => {
    const { logits, weights } = await forward(of, batchOf(manyPairs));
    return { logits, weights, gradients: gradientsOf(of, () => of.loss(batchOf(manyPairs)).total) };
  };
  const expected = await results(model);
  for (const start of trial.given.backends ?? [() => cpu()]) {
    const backend = await start();
    const small = await makeRecipeTrial(trial.recipe, trial.given, backend);
    const other = small.build();
    other.loadStateDict(state);
    const actual = await results(other);
    const what = `on ${backend.name}, against f64`;
    assertClose(`logits ${what}`, actual.logits, expected.logits, 1e-4);
    if (expected.weights && actual.weights) assertClose(`weights ${what}`, actual.weights, expected.weights, 1e-4);
    await assertGradients(what, actual.gradients, expected.gradients, 1e-3);
    // Large parameters saturate; they do not overflow.
    for (const factor of [30, 0]) {
      scope(() =>
        noGrad(() => {
          for (const parameter of other.parameters().values()) parameter.assign(mul(parameter, factor));
        }),
      );
      const { logits } = await forward(other, batchOf(pairs));
      assertFinite(`logits on ${backend.name} with parameters × ${factor}`, logits);
    }
  }
}
