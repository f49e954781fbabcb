import { withOtherGlobals } from "@heed/core/testing";
import { concat, expand, expandDims, type Tensor, where, zeros } from "@heed/tensor";
import { assertClose, CheckError, toHost } from "@heed/tensor/testing";
import type { AttentionOutput } from "../attention-output.js";
import { pick } from "./pick.js";
import { assertSame, joined } from "./scorer-properties.js";
import { attend, drawInputs, type Inputs, scoredOf, type Trial } from "./scorer-trial.js";

/**
 * Changes one key, then one query, of one sentence at a time. Only the scores of that key, or of that query, may change: a
 * scorer does not see the mask, so that a key which influences others would do so when it is padding, too.
 */
export async function checkInfluence(trial: Trial): Promise<void> {
  const { sample, draw, query, keys, tolerance } = trial;
  const before = await scoresAndWindow(trial, trial);
  const others: readonly (readonly [string, (x: Tensor) => Tensor])[] = [
    ["zeros", (x) => zeros(x.shape)],
    ["large values", (x) => draw.randn(...x.shape).mul(100)],
  ];
  const sentence = sample.b - 1;
  for (const [axis, name, count] of [
    ["key", "keys", sample.k],
    ["query", "query", sample.q],
  ] as const) {
    for (let at = 0; at < count; at++) {
      for (const [change, make] of others) {
        const original = name === "keys" ? keys : query;
        const at3 = [sentence, at] as const;
        const changed = replaceRow(original, at3, make(pick(pick(original, 0, [sentence]), 1, [at])));
        const after = await scoresAndWindow(trial, { ...trial, [name]: changed });
        for (const [what, expected] of Object.entries(before)) {
          const actual = after[what]!;
          const [, , q, k] = expected.shape as [number, number, number, number];
          // The one row or column that may change keeps its old value in the comparison.
          const values = actual.values.map((value, i) => {
            const row = Math.floor(i / k) % q;
            const own = Math.floor(i / (k * q * expected.shape[1]!)) === sentence;
            return own && (axis === "key" ? i % k === at : row === at) ? expected.values[i]! : value;
          });
          assertClose(
            `the ${what} after ${axis} ${at} of sentence ${sentence} became ${change} (the ${what} of other ${axis === "key" ? "keys" : "queries"} must stay)`,
            { shape: expected.shape, values },
            expected,
            tolerance,
          );
        }
      }
    }
  }
}

interface Host {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** The raw scores, and the window where there is one, as `[b, h, q, k]`. */
async function scoresAndWindow(trial: Trial, inputs: Trial): Promise<Record<string, Host>> {
  const { scores, window } = scoredOf(trial, inputs);
  const withHeads = (x: Tensor): Tensor => (x.shape.length === 3 ? expandDims(x, { axis: 1 }) : x);
  const shape = withHeads(scores).shape;
  const read = async (x: Tensor): Promise<Host> => ({ shape, values: [...(await x.data())] });
  const made = { scores: await read(withHeads(scores)) };
  return window ? { ...made, window: await read(expand(withHeads(window), { shape })) } : made;
}

function replaceRow(x: Tensor, [sentence, at]: readonly [number, number], row: Tensor): Tensor {
  const put = (rows: Tensor, axis: 0 | 1, index: number, value: Tensor): Tensor =>
    concat(
      Array.from({ length: rows.shape[axis]! }, (_, i) => (i === index ? value : pick(rows, axis, [i]))),
      { axis },
    );
  return put(x, 0, sentence, put(pick(x, 0, [sentence]), 1, at, row));
}

/**
 * Calls that must not see each other: the same call again, other sentences between them, each sentence alone, and two
 * batches of sentences whose queries take turns.
 */
export async function checkAlone(trial: Trial): Promise<void> {
  const { attention, sample, tolerance, draw } = trial;
  const parameters = await attention.stateDict();
  const others = drawInputs(draw, sample);
  const [first, other, again] = [attend(trial, trial), attend(trial, others), attend(trial, trial)];
  await assertSame("of a second call with the same input", again, first, 0);
  const elsewhere = withOtherGlobals(() => attend(trial, trial));
  await assertSame("of a call with another clock and other values of Math.random", elsewhere, first, 0);
  for (let call = 3; call <= 12; call++) await assertSame(`of call ${call}`, attend(trial, trial), first, 0);
  const both = (a: Tensor, b: Tensor): Tensor => concat([a, b], { axis: 0 });
  const all = {
    query: both(trial.query, others.query),
    keys: both(trial.keys, others.keys),
    values: both(trial.values, others.values),
  };
  const together = attend(trial, all);
  const what = "of two batches after each other, against both at once";
  await assertSame(what, joined([first, other], 0), together, tolerance);
  const rawScores = concat(
    [first, other].map(({ inspection }) => inspection!.scores),
    { axis: 0 },
  );
  assertClose(`the scores ${what}`, await toHost(rawScores), await toHost(together.inspection!.scores), tolerance);
  await assertTurns(trial, [trial, others], [first, other]);
  for (const [name, { data: after }] of await attention.stateDict()) {
    const before = parameters.get(name)!.data;
    if (after.some((value, i) => value !== before[i]))
      throw new CheckError(`the parameter ${name} is another one after a call. A scorer must not change parameters.`);
  }
}

/** Prepares two batches first, then attends to them in turn, one query at a time. */
async function assertTurns(
  { attention, sample, tolerance }: Trial,
  inputs: readonly Inputs[],
  expected: readonly AttentionOutput[],
): Promise<void> {
  const memories = inputs.map(({ keys, values }) => attention.prepare(keys, { values }));
  const steps: AttentionOutput[][] = inputs.map(() => []);
  for (let i = 0; i < sample.q; i++) {
    for (const [batch, { query }] of inputs.entries())
      steps[batch]!.push(attention.forward(pick(query, 1, [i]), memories[batch]!, steps[batch]!.at(-1)?.state));
  }
  for (const [batch, own] of steps.entries())
    await assertSame("of two batches that take turns", joined(own, 1), expected[batch]!, tolerance);
}

/** A memory is `[b, 1, k]`, stays finite, and is computed for each sentence alone, whatever the padding. */
export async function checkMemory(trial: Trial): Promise<void> {
  const { scorer, sample, draw, tolerance, memory } = trial;
  const remember = scorer.remember!;
  const { b, k } = sample;
  const weights = attend(trial, trial).weights;
  const own = pick(weights, 1, [0]);
  const after = remember(memory, own);
  if (after.dtype !== "f32" || after.shape.join() !== [b, 1, k].join())
    throw new CheckError(
      `the memory is ${after.dtype} [${after.shape.join(", ")}] instead of f32 [b, 1, k] = [${b}, 1, ${k}].`,
    );
  assertClose("the memory of a second call", await toHost(remember(memory, own)), await toHost(after), 0);
  const alone = Array.from({ length: b }, (_, i) => remember(pick(memory, 0, [i]), pick(own, 0, [i])));
  assertClose(
    "the memory of one sentence at a time",
    await toHost(concat(alone, { axis: 0 })),
    await toHost(after),
    tolerance,
  );
  const padding = zeros([b, 1, 3]);
  const padded = remember(concat([memory, padding], { axis: 2 }), concat([own, padding], { axis: 2 }));
  assertClose(
    "the memory with 3 keys of padding",
    await toHost(
      pick(
        padded,
        2,
        Array.from({ length: k }, (_, i) => i),
      ),
    ),
    await toHost(after),
    tolerance,
  );
  let state: Tensor = zeros([b, 1, k]);
  for (let step = 0; step < 60; step++) state = remember(state, own);
  const values = await state.data();
  const index = values.findIndex((value) => !(Math.abs(value) < 1e6));
  if (index >= 0)
    throw new CheckError(
      `the memory after 60 queries: element ${index} is ${values[index]}; it must stay finite and below 1e6.`,
    );
  const inFirst = where(draw.nothing(b, 1, k), own, own);
  assertClose("the memory of the same weights", await toHost(remember(memory, inFirst)), await toHost(after), 0);
}
