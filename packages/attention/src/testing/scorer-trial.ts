import { Random } from "@heed/core";
import { Draw, parseLegend, softmax as softmaxOf, type Tensor } from "@heed/tensor";
import { Attention } from "../attention.js";
import type { AttentionOutput } from "../attention-output.js";
import type { Normalizer } from "../normalizer.js";
import { softmax } from "../normalizers/softmax.js";
import { positionsOf } from "../positions.js";
import { readScores } from "../read-scores.js";
import { scoreContext } from "../score-context.js";
import { type Scorer, type ScorerSample, scorerSizes } from "../scorer.js";
import type { Precision } from "./precision.js";

/** What attends, and what is attended. */
export interface Inputs {
  /** `[b, q, dq]`. */
  readonly query: Tensor;
  /** `[b, k, dk]`. */
  readonly keys: Tensor;
  /** `[b, k, dv]`. */
  readonly values: Tensor;
}

/** Everything that one check of a scorer needs. */
export interface Trial extends Inputs, Precision {
  readonly scorer: Scorer;
  readonly sample: ScorerSample;
  readonly attention: Attention;
  /** The memory of a scorer with `remember`, `[b, 1, k]`. */
  readonly memory: Tensor;
  readonly draw: Draw;
}

/** Draws inputs and parameters on the backend in use. */
export function makeTrial(scorer: Scorer, sample: ScorerSample, precision: Precision, normalizer = softmax): Trial {
  const draw = new Draw(5);
  const inputs = drawInputs(draw, sample);
  const memory = softmaxOf(draw.randn(sample.b, 1, sample.k), { axis: -1 });
  const attention = makeAttention(scorer, sample, 3, normalizer);
  return { ...precision, ...inputs, scorer, sample, attention, memory, draw };
}

/** Query, keys and values of the sizes of a sample. */
export function drawInputs({ randn }: Draw, sample: ScorerSample): Inputs {
  const { b, q, k, dq, dk } = sample;
  return { query: randn(b, q, dq), keys: randn(b, k, dk), values: randn(b, k, valueSize(sample)) };
}

/** Two numbers a value, for each head. */
function valueSize({ heads = 1 }: ScorerSample): number {
  return 2 * heads;
}

/** Attention with the scorer, its parameters drawn by the seed. */
export function makeAttention(
  scorer: Scorer,
  sample: ScorerSample,
  seed: number,
  normalizer: Normalizer = softmax,
): Attention {
  const { b: _b, q: _q, k: _k, dq, dk, d, ...options } = sample;
  return new Attention({
    ...options,
    scorer,
    querySize: dq,
    keySize: dk,
    attentionSize: d,
    valueSize: valueSize(sample),
    normalizer,
    random: new Random(seed),
  });
}

/** Whether the scorer has heads. */
export function hasHeads(scorer: Scorer): boolean {
  return parseLegend(scorer.shapes ?? "").outputs[0]!.axes.length === 4;
}

/** Raw scores `[b, q, k]`, or `[b, h, q, k]`, as {@link scoredOf} returns them. */
export function scoresOf(trial: Trial, inputs: ScoreInputs = trial): Tensor {
  return scoredOf(trial, inputs).scores;
}

/** What a scorer looks at. */
export type ScoreInputs = Pick<Trial, "query" | "keys" | "memory">;

/** Raw scores and their window; the queries are the first ones, and all remember the same `memory` `[b, 1, k]`. */
export function scoredOf(
  { scorer, attention, sample }: Trial,
  { query, keys, memory }: ScoreInputs,
): ReturnType<typeof readScores> {
  const positions = positionsOf({ queries: query.shape[1]!, keys: keys.shape[1]! });
  const context = scoreContext(scorer, scorerSizes(sample), positions, memory);
  return readScores(scorer, scorer.score(attention.scorer, query, attention.prepare(keys).prepared, context));
}

/** Attends by all that the trial's attention is made of; the output holds the raw scores, too. */
export function attend(
  { attention }: Pick<Trial, "attention">,
  { query, keys, values }: Inputs,
  { mask = null, lengths = null }: { readonly mask?: Tensor | null; readonly lengths?: Tensor | null } = {},
): AttentionOutput {
  return attention.forward(query, attention.prepare(keys, { values, mask, lengths }), undefined, { inspect: true });
}
