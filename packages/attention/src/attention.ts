import { checkOptionKinds, HeedError, optionRules, shownArgument } from "@heed/core";
import { Dropout, Linear, Module, parameterFrom } from "@heed/nn";
import {
  add,
  assertTensor,
  cast,
  expandDims,
  formatShape,
  type Legend,
  matchLegend,
  type Parameter,
  parseLegend,
  ShapeError,
  sameShape,
  slice,
  type Tensor,
  zeros,
} from "@heed/tensor";
import { attend, checkControl, type Scored } from "./attend.js";
import { type AppliedMask, type AttentionOptions, attentionRules } from "./attention-options.js";
import type { AttendOptions, AttentionMemory, AttentionOutput, AttentionState } from "./attention-output.js";
import { chosenNormalizer, chosenScorer } from "./find-by-name.js";
import { meanOfHeads, mergeHeads, splitHeads } from "./heads.js";
import { joinOutputs } from "./join-outputs.js";
import { applyMask, maskOptions } from "./mask.js";
import type { Normalizer } from "./normalizer.js";
import { softmax } from "./normalizers/softmax.js";
import { type Positions, positionsOf } from "./positions.js";
import { readScores } from "./read-scores.js";
import { scoreContext } from "./score-context.js";
import { initialValue, type Scorer, type ScorerSizes, scorerSizes } from "./scorer.js";

/** Options of {@link Attention.prepare}. */
interface PrepareOptions {
  readonly values?: Tensor;
  readonly mask?: Tensor | null;
  readonly lengths?: Tensor | null;
}

const prepareRules = optionRules<PrepareOptions>({ "values?": "any", "mask?": "any", "lengths?": "any" });

/**
 * Attention with any scorer: weights = normalize(score(query, keys) / temperature) where the mask is true,
 * context = weights · values.
 *
 * The scorer compares query and keys; this module does everything else. Matrices `[in, …]` and vectors `[d]` of the scorer
 * start in U(±1/√in), unless the scorer gives another value. Each head of a scorer with heads attends its own part of the
 * values, and the context is the concatenation of the heads' contexts.
 *
 * @example
 * const attention = new Attention({ scorer: additive, querySize: 64, keySize: 64, random });
 * const memory = attention.prepare(states, { mask }); // once a sentence
 * const { context, weights } = attention.forward(query, memory);
 */
export class Attention extends Module {
  /** The scorer's parameters, by the scorer's names. */
  readonly scorer: Readonly<Record<string, Parameter>>;
  readonly valueProjection: Linear | null;
  readonly contextProjection: Linear | null;
  readonly dropout: Dropout;
  /** Size of a context. */
  readonly contextSize: number;
  readonly #definition: Scorer;
  readonly #sizes: ScorerSizes;
  readonly #hasHeads: boolean;
  readonly #normalizer: Normalizer;
  readonly #temperature: number;
  readonly #masks: readonly Required<AppliedMask>[];

  /**
   * @throws ShapeError when the scorer needs query and key to have the same size and they differ, or when the heads do not
   *   divide the values
   * @throws HeedError when an option is unknown or wrong, there is no scorer or normalizer of a name, the temperature is
   *   not above 0, or a mask does not have a given option
   */
  constructor(options: AttentionOptions) {
    super();
    checkOptionKinds("new Attention", [], attentionRules, options);
    const { querySize, keySize, temperature = 1, dropout = 0, random } = options;
    const { attentionSize = querySize, valueSize = keySize, projectValues, projectContext, masks = [] } = options;
    if (!(temperature > 0)) throw new HeedError(`Attention: temperature must be above 0, got ${temperature}.`);
    const { heads = 1, maxKeys = 1, radius = 1 } = options;
    for (const [name, size] of Object.entries({ querySize, keySize, attentionSize, valueSize, heads, maxKeys })) {
      if (Number.isSafeInteger(size) && size >= 1) continue;
      throw new HeedError(`Attention: ${name} must be an integer of at least 1, got ${size}.`);
    }
    if (!(radius >= 0)) throw new HeedError(`Attention: radius must be a number of at least 0, got ${radius}.`);
    const scorer = chosenScorer(options.scorer);
    const legend = parseLegend(scorer.shapes);
    assertSameSize(scorer, legend, querySize, keySize);
    const shapes = [
      [1, 1, querySize],
      [1, 1, keySize],
    ];
    matchLegend(`scorer ${scorer.name}`, legend, "inputs", ["query", "keys"], shapes);
    this.#sizes = scorerSizes({ ...options, dq: querySize, dk: keySize, d: attentionSize });
    this.#hasHeads = legend.outputs[0]!.axes.length === 4;
    const specs = scorer.params?.(this.#sizes) ?? {};
    this.scorer = Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [name, parameterFrom(initialValue(spec, random))]),
    );
    const linear = (inFeatures: number, outFeatures: number | undefined): Linear | null =>
      outFeatures === undefined ? null : new Linear({ inFeatures, outFeatures, bias: false, random });
    const attendedSize = projectValues ?? valueSize;
    this.valueProjection = linear(valueSize, projectValues);
    this.contextProjection = linear(attendedSize, projectContext);
    this.contextSize = projectContext ?? attendedSize;
    if (attendedSize % this.heads !== 0) {
      throw new ShapeError(
        `scorer ${scorer.name}: ${this.heads} heads do not divide values of size ${attendedSize}; choose a number of heads that does.`,
      );
    }
    this.dropout = new Dropout({ probability: dropout, random });
    this.#definition = scorer;
    this.#normalizer = chosenNormalizer(options.normalizer ?? softmax);
    this.#temperature = temperature;
    if (!Array.isArray(masks)) {
      throw new HeedError(`Attention: masks must be a list of masks with their options, got ${shownArgument(masks)}.`);
    }
    this.#masks = masks.map(({ mask, options }) => ({ mask, options: maskOptions(mask, options) }));
  }

  /** The scorer that compares queries and keys. */
  get definition(): Scorer {
    return this.#definition;
  }

  /** Number of heads; 1 for a scorer without heads. */
  get heads(): number {
    return this.#hasHeads ? this.#sizes.heads : 1;
  }

  get normalizer(): Normalizer {
    return this.#normalizer;
  }

  get temperature(): number {
    return this.#temperature;
  }

  /** Masks that depend on positions. */
  get masks(): readonly Required<AppliedMask>[] {
    return this.#masks;
  }

  /**
   * Computes everything that does not depend on the query, such as the projection of the keys.
   *
   * @param keys - `[b, k, dk]`
   * @param options - `values`: `[b, k, dv]`; default: the keys. `mask`: bool, broadcastable to `[b, q, k]`, true = may attend;
   *   default: every key may be attended. `lengths`: number of keys without padding, `[b]`, for scorers and masks that use
   *   positions; default: all
   * @throws ShapeError when keys or values do not have three axes
   */
  prepare(keys: Tensor, options: PrepareOptions = {}): AttentionMemory {
    checkOptionKinds("prepare", ["keys"], prepareRules, options);
    const { values = keys, mask = null, lengths = null } = options ?? {};
    assertTensor("Attention.prepare", "keys", keys);
    assertTensor("Attention.prepare", "values", values);
    if (mask !== null) assertTensor("Attention.prepare", "mask", mask);
    if (lengths !== null) assertTensor("Attention.prepare", "lengths", lengths);
    for (const [name, { shape }] of [["keys", keys] as const, ["values", values] as const]) {
      if (shape.length === 3) continue;
      throw new ShapeError(
        `Attention: ${name} must have three axes, [batch, keys, size], got ${shape.length}: ${formatShape(shape)}.`,
      );
    }
    const projected = this.valueProjection?.forward(values) ?? values;
    return {
      keys,
      prepared: this.#definition.prepare?.(this.scorer, keys, this.#sizes) ?? keys,
      values: this.#hasHeads ? splitHeads(projected, this.heads) : projected,
      mask,
      lengths: lengths && this.#usesPositions ? cast(lengths, { dtype: "f32" }) : null,
    };
  }

  /** Returns the state before the first query: zeros. */
  start(memory: AttentionMemory): AttentionState {
    assertTensor("Attention", "memory.values", memory?.values);
    const { values } = memory;
    const [b, k] = [values.shape[0]!, values.shape.at(-2)!];
    return {
      position: this.#usesPositions ? zeros([b, 1], values.backend) : null,
      memory: this.#definition.remember ? zeros([b, 1, k], values.backend) : null,
    };
  }

  /**
   * @param query - `[b, q, dq]`; two axes, `[b, dq]`, count as one query
   * @param state - the state after the earlier queries; default: {@link start}
   * @param options.control - weights that replace the computed ones
   * @param options.inspect - also returns query, keys, scores, mask, weights and context
   * @throws ShapeError when the query has other axes, when the scorer returns another shape than its legend says, or when
   *   the control does not fit
   */
  forward(
    query: Tensor,
    memory: AttentionMemory,
    state: AttentionState = this.start(memory),
    options: AttendOptions = {},
  ): AttentionOutput {
    assertTensor("Attention.forward", "query", query);
    assertTensor("Attention.forward", "memory.values", memory?.values);
    const queries = query.shape.length === 2 ? query.reshape(query.shape[0]!, 1, query.shape[1]!) : query;
    if (queries.shape.length !== 3) {
      throw new ShapeError(
        `Attention: the query must be [batch, queries, size] or [batch, size], got ${formatShape(query.shape)}.`,
      );
    }
    const q = queries.shape[1]!;
    if (!this.#definition.remember || q === 1) return this.#attend(queries, memory, state, options);
    const { control } = options;
    const { mask } = memory;
    const [b, k] = [queries.shape[0]!, memory.values.shape.at(-2)!];
    if (control) checkControl(control, this.#hasHeads ? [b, this.heads, q, k] : [b, q, k]);
    const steps: AttentionOutput[] = [];
    for (let i = 0; i < q; i++) {
      const one = (x: Tensor, axis: number): Tensor => slice(x, { axis, start: i, end: i + 1 });
      const own = control ? { ...options, control: { ...control, weights: one(control.weights, 2) } } : options;
      const queryAxis = (mask?.shape.length ?? 0) - 2;
      const hasQueries = mask !== null && queryAxis >= 0 && mask.shape[queryAxis]! > 1;
      const seen = hasQueries ? { ...memory, mask: one(mask, queryAxis) } : memory;
      steps.push(this.#attend(one(queries, 1), seen, steps.at(-1)?.state ?? state, own));
    }
    return joinOutputs(steps);
  }

  /** @param query - `[b, q, dq]` */
  #attend(query: Tensor, memory: AttentionMemory, state: AttentionState, options: AttendOptions): AttentionOutput {
    const [b, q] = query.shape as [number, number];
    const k = memory.values.shape.at(-2)!;
    const positions = positionsOf({
      queries: q,
      keys: k,
      lengths: memory.lengths,
      start: state.position ?? 0,
      backend: query.backend,
    });
    const shape = this.#hasHeads ? [b, this.heads, q, k] : [b, q, k];
    const attended = attend({
      ...options,
      shape,
      score: () => this.#score(query, memory, positions, state, shape),
      values: memory.values,
      masks: [memory.mask, ...this.#masks.map(({ mask, options }) => applyMask(mask, positions, options, [q, k]))],
      normalizer: this.#normalizer,
      temperature: this.#temperature,
      dropout: this.dropout,
    });
    const merged = this.#hasHeads ? mergeHeads(attended.context) : attended.context; // b q dv
    const context = this.contextProjection?.forward(merged) ?? merged;
    const weights = this.#hasHeads ? meanOfHeads(attended.weights) : attended.weights; // b q k
    const withHeads = (x: Tensor): Tensor => x.reshape(b, this.heads, q, k);
    return {
      context,
      weights,
      heads: this.#hasHeads ? attended.weights : null,
      state: {
        position: state.position && add(state.position, q),
        memory: state.memory && this.#remember(state.memory, weights),
      },
      inspection: options.inspect
        ? {
            query,
            keys: memory.keys,
            scores: withHeads(attended.scores!),
            mask: attended.mask && alignHeads(attended.mask),
            weights: withHeads(attended.weights),
            context,
          }
        : null,
    };
  }

  /** The raw scores of the queries, and their window. */
  #score(
    query: Tensor,
    { prepared }: AttentionMemory,
    positions: Positions,
    state: AttentionState,
    expected: readonly number[],
  ): Scored {
    const context = scoreContext(this.#definition, this.#sizes, positions, state.memory);
    const scored = readScores(this.#definition, this.#definition.score(this.scorer, query, prepared, context));
    if (sameShape(scored.scores.shape, expected)) return scored;
    throw new ShapeError(
      `scorer ${this.#definition.name}: score must return [b, ${this.#hasHeads ? "h, " : ""}q, k] = ${formatShape(expected)}, got ${formatShape(scored.scores.shape)}.`,
    );
  }

  #remember(memory: Tensor, weights: Tensor): Tensor {
    const after = this.#definition.remember!(memory, weights);
    if (sameShape(after.shape, memory.shape)) return after;
    throw new ShapeError(
      `scorer ${this.#definition.name}: remember must return [b, 1, k] = ${formatShape(memory.shape)}, got ${formatShape(after.shape)}.`,
    );
  }

  get #usesPositions(): boolean {
    return this.#definition.positional === true || this.#masks.length > 0;
  }
}

/** Adds the axis for heads to a mask `[b, q, k]`. */
function alignHeads(mask: Tensor): Tensor {
  return mask.shape.length === 3 ? expandDims(mask, { axis: 1 }) : mask;
}

/** Reports a size mismatch with what to do about it, which the legend's own message cannot say. */
function assertSameSize(scorer: Scorer, legend: Legend, querySize: number, keySize: number): void {
  const [query, key] = legend.inputs.map(({ axes }) => axes.at(-1)?.name);
  if (query === undefined || query !== key || querySize === keySize) return;
  throw new ShapeError(
    `scorer ${scorer.name} needs queries and keys of the same size, got ${querySize} and ${keySize}. Give both the same size (a bidirectional encoder doubles that of the keys), or choose a scorer that projects them, such as general.`,
  );
}
