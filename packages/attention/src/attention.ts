import { HeedError } from "@heed/core";
import { Dropout, Linear, Module, parameterFrom } from "@heed/nn";
import {
  add,
  cast,
  expandDims,
  formatShape,
  type Legend,
  logicalAnd,
  matchLegend,
  matmul,
  mul,
  type Parameter,
  parseLegend,
  ShapeError,
  sameShape,
  slice,
  type Tensor,
  zeros,
} from "@heed/tensor";
import type { Attended, AttentionMemory, AttentionState } from "./attended.js";
import type { AttentionOptions } from "./attention-options.js";
import { firstValue } from "./first-value.js";
import type { GruDecoded, GruDecoder } from "./gru-decoder.js";
import { meanOfHeads, mergeHeads, splitHeads } from "./heads.js";
import { joinAttended } from "./join-attended.js";
import { type Mask, type MaskNumbers, maskNumbers } from "./mask.js";
import type { Normalizer } from "./normalizer.js";
import { softmax } from "./normalizers/softmax.js";
import { type Positions, positionsOf } from "./positions.js";
import { readScores } from "./read-scores.js";
import { type Scorer, type ScorerSizes, scorerSizes } from "./scorer.js";
import { surroundingsOf } from "./surroundings.js";

/**
 * Attention: weights = normalise(score(query, keys) / temperature), where the mask is true; context = weights · values.
 *
 * The scorer says how query and key are compared; this module owns everything else. Matrices `[in, …]` and vectors `[d]`
 * of the scorer start in U(±1/√in), unless it says otherwise. A scorer with heads gives each its own part of the values,
 * and the context is the heads' contexts side by side.
 *
 * @example
 * const attention = new Attention({ scorer: additive, querySize: 64, keySize: 64, random });
 * const memory = attention.prepare(states, { mask }); // once a sentence
 * const { context, weights } = attention.forward(query, memory);
 */
export class Attention extends Module {
  /** The scorer's parameters, by its own names. */
  readonly scorer: Readonly<Record<string, Parameter>>;
  readonly valueProjection: Linear | null;
  readonly contextProjection: Linear | null;
  readonly dropout: Dropout;
  /** Width of a context. */
  readonly contextSize: number;
  readonly #definition: Scorer;
  readonly #sizes: ScorerSizes;
  readonly #headed: boolean;
  readonly #normalizer: Normalizer;
  readonly #temperature: number;
  readonly #masks: readonly { readonly mask: Mask; readonly numbers: MaskNumbers }[];

  /**
   * @throws ShapeError when the scorer needs query and key to have the same width and they have not, or heads do not
   *   divide the values
   * @throws HeedError when the temperature is not above 0, or a mask lacks a number that it is given
   */
  constructor(options: AttentionOptions) {
    super();
    const { scorer, querySize, keySize, normalizer = softmax, temperature = 1, dropout = 0, random } = options;
    const { attentionSize = querySize, valueSize = keySize, projectValues, projectContext, masks = [] } = options;
    if (!(temperature > 0)) throw new HeedError(`Attention: the temperature must be above 0; got ${temperature}.`);
    const legend = parseLegend(scorer.shapes);
    assertOneWidth(scorer, legend, querySize, keySize);
    const widths = [
      [1, 1, querySize],
      [1, 1, keySize],
    ];
    matchLegend(`scorer ${scorer.name}`, legend, "inputs", ["query", "keys"], widths);
    this.#sizes = scorerSizes({ ...options, dq: querySize, dk: keySize, d: attentionSize });
    this.#headed = legend.outputs[0]!.axes.length === 4;
    const specs = scorer.params?.(this.#sizes) ?? {};
    this.scorer = Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [name, parameterFrom(firstValue(spec, random))]),
    );
    const linear = (inFeatures: number, outFeatures: number | undefined): Linear | null =>
      outFeatures === undefined ? null : new Linear({ inFeatures, outFeatures, bias: false, random });
    const attendedSize = projectValues ?? valueSize;
    this.valueProjection = linear(valueSize, projectValues);
    this.contextProjection = linear(attendedSize, projectContext);
    this.contextSize = projectContext ?? attendedSize;
    if (this.#headed && attendedSize % this.#sizes.heads !== 0) {
      throw new ShapeError(
        `scorer ${scorer.name}: ${this.#sizes.heads} heads do not divide values of width ${attendedSize}; choose a number of heads that does.`,
      );
    }
    this.dropout = new Dropout({ probability: dropout, random });
    this.#definition = scorer;
    this.#normalizer = normalizer;
    this.#temperature = temperature;
    this.#masks = masks.map(({ mask, numbers }) => ({ mask, numbers: maskNumbers(mask, numbers) }));
  }

  /**
   * What can be done before any query is known, such as projecting the keys.
   *
   * @param keys - `[b, k, dk]`
   * @param values - `[b, k, dv]`; by default the keys
   * @param mask - bool, broadcastable to `[b, q, k]`, true = may attend; by default everything may be attended
   * @param lengths - how many keys are no padding, `[b]`, for scorers and masks that look at positions; by default all
   * @throws ShapeError when keys or values do not have three axes
   */
  prepare(
    keys: Tensor,
    {
      values = keys,
      mask = null,
      lengths = null,
    }: { readonly values?: Tensor; readonly mask?: Tensor | null; readonly lengths?: Tensor | null } = {},
  ): AttentionMemory {
    for (const [name, { shape }] of [["keys", keys] as const, ["values", values] as const]) {
      if (shape.length === 3) continue;
      throw new ShapeError(
        `Attention: ${name} must have three axes, [batch, keys, width], but have ${shape.length}: ${formatShape(shape)}.`,
      );
    }
    const projected = this.valueProjection?.forward(values) ?? values;
    return {
      prepared: this.#definition.prepare?.(this.scorer, keys, this.#sizes) ?? keys,
      values: this.#headed ? splitHeads(projected, this.#sizes.heads) : projected,
      mask,
      lengths: lengths && this.#looksAtPositions ? cast(lengths, { dtype: "f32" }) : null,
    };
  }

  /** What is remembered before the first query: one tensor `[b, …]` a thing, often none. */
  start({ values }: AttentionMemory): AttentionState {
    const [b, k] = [values.shape[0]!, values.shape.at(-2)!];
    return [
      ...(this.#looksAtPositions ? [zeros([b, 1], values.backend)] : []),
      ...(this.#definition.remember ? [zeros([b, 1, k], values.backend)] : []),
    ];
  }

  /** How many tensors {@link start} gives. */
  get stateCount(): number {
    return (this.#looksAtPositions ? 1 : 0) + (this.#definition.remember ? 1 : 0);
  }

  /**
   * @param query - `[b, q, dq]`; two axes, `[b, dq]`, count as one step
   * @param state - what the queries before left; by default these are the first
   * @throws ShapeError when the query fits neither, or the scorer returns something other than its legend says
   */
  forward(query: Tensor, memory: AttentionMemory, state: AttentionState = this.start(memory)): Attended {
    const queries = query.shape.length === 2 ? query.reshape(query.shape[0]!, 1, query.shape[1]!) : query;
    if (queries.shape.length !== 3) {
      throw new ShapeError(`Attention: the query must be [b, q, dq] or [b, dq], but is ${formatShape(query.shape)}.`);
    }
    const q = queries.shape[1]!;
    if (!this.#definition.remember || q === 1) return this.#attend(queries, memory, state);
    const steps: Attended[] = [];
    for (let i = 0; i < q; i++) {
      const one = slice(queries, { axis: 1, start: i, end: i + 1 });
      steps.push(this.#attend(one, memory, steps.at(-1)?.state ?? state));
    }
    return joinAttended(steps);
  }

  /**
   * All steps of a GRU decoder in one operation, where the scorer has one, nothing but softmax stands between scores and
   * context, and nothing is remembered from step to step; else `null`, and the steps are to be taken one by one.
   */
  decodeGru(decoder: GruDecoder): GruDecoded | null {
    const drops = this.training && this.dropout.probability > 0;
    const plain = this.#normalizer === softmax && this.#temperature === 1 && this.#masks.length === 0;
    if (!plain || drops || this.contextProjection || this.#headed || this.stateCount > 0) return null;
    return this.#definition.decodeGru?.(this.scorer, decoder) ?? null;
  }

  /** @param query - `[b, q, dq]` */
  #attend(query: Tensor, memory: AttentionMemory, state: AttentionState): Attended {
    const [b, q] = query.shape as [number, number];
    const { prepared, values } = memory;
    const k = values.shape.at(-2)!;
    const counted = this.#looksAtPositions ? state[0]! : null;
    const positions = positionsOf({
      queries: q,
      keys: k,
      lengths: memory.lengths,
      start: counted ?? 0,
      backend: query.backend,
    });
    const remembered = this.#definition.remember ? state.at(-1)! : null;
    const surroundings = surroundingsOf(this.#definition, this.#sizes, positions, remembered);
    const scored = this.#definition.score(this.scorer, query, prepared, surroundings);
    const { scores, window } = readScores(this.#definition, scored);
    const heads = this.#headed ? [this.#sizes.heads] : [];
    const expected = [b, ...heads, q, k];
    if (!sameShape(scores.shape, expected)) {
      throw new ShapeError(
        `scorer ${this.#definition.name}: the scores are ${formatShape(scores.shape)} instead of [b, ${this.#headed ? "h, " : ""}q, k] = ${formatShape(expected)}.`,
      );
    }
    const tempered = this.#temperature === 1 ? scores : mul(scores, 1 / this.#temperature);
    const all = this.#normalizer.normalize(tempered, this.#maskFor(memory.mask, window, positions));
    const attended = matmul(this.dropout.forward(all), values); // b q dv, or b h q dv/h
    const context = this.#headed ? mergeHeads(attended) : attended;
    const weights = this.#headed ? meanOfHeads(all) : all;
    return {
      context: this.contextProjection?.forward(context) ?? context,
      weights,
      heads: this.#headed ? all : null,
      state: [...(counted ? [add(counted, q)] : []), ...(remembered ? [this.#remember(remembered, weights)] : [])],
    };
  }

  #remember(memory: Tensor, weights: Tensor): Tensor {
    const after = this.#definition.remember!(memory, weights);
    if (sameShape(after.shape, memory.shape)) return after;
    throw new ShapeError(
      `scorer ${this.#definition.name}: what it remembers is ${formatShape(after.shape)} instead of [b, 1, k] = ${formatShape(memory.shape)}.`,
    );
  }

  /** Everything that must be true, with an axis for heads where there are some; `null`: no rule at all. */
  #maskFor(given: Tensor | null, window: Tensor | null, positions: Positions): Tensor | null {
    const rules = [given, window].filter((rule) => rule !== null);
    for (const { mask, numbers } of this.#masks) rules.push(mask.allow(positions, numbers));
    if (rules.length === 0) return null;
    // A rule for all heads gets their axis first: beside one for each head, its sentences would be taken for heads.
    const aligned = rules.map((rule) =>
      this.#headed && rule.shape.length === 3 ? expandDims(rule, { axis: 1 }) : rule,
    );
    return aligned.reduce((all, rule) => logicalAnd(all, rule));
  }

  get #looksAtPositions(): boolean {
    return this.#definition.positional === true || this.#masks.length > 0;
  }
}

/** What is to be done where widths differ is worth more than the axis at which they do. */
function assertOneWidth(scorer: Scorer, legend: Legend, querySize: number, keySize: number): void {
  const [query, key] = legend.inputs.map(({ axes }) => axes.at(-1)?.name);
  if (query === undefined || query !== key || querySize === keySize) return;
  throw new ShapeError(
    `scorer ${scorer.name} compares queries and keys of one width, but a query has ${querySize} and a key ${keySize}: give both the same (an encoder in both directions doubles a key), or choose a scorer that projects them, such as general.`,
  );
}
