import { HeedError } from "@heed/core";
import {
  add,
  gather,
  isParameter,
  logSumExp,
  noGrad,
  scope,
  stack,
  sub,
  type Tensor,
  tensor,
  topK,
  treeLeaves,
  treeTake,
} from "@heed/tensor";
import type { SourceBatch } from "../batch.js";
import type { DecoderStep, Encoded, Seq2SeqModel, State } from "../models/seq2seq-model.js";

/** What one step of a search needs. A row is a beginning of a target sentence. */
export interface StepRequest {
  /** The last token of each row. */
  readonly ids: Int32Array;
  /** The row of the step before that each row continues; `null`: the same rows. */
  readonly parents: Int32Array | null;
  /** Number of the most probable tokens of each row. */
  readonly top: number;
  /** Further tokens, the same number for each row, row by row; `null`: none. */
  readonly wanted: Int32Array | null;
  /** Whether the log-probabilities of all tokens are needed. */
  readonly full: boolean;
}

type Floats = Float32Array | Float64Array;

/** The result of a step on the host. */
export interface StepResult {
  /** Number of tokens, v. */
  readonly size: number;
  /** Log-probabilities of the most probable tokens, the best first, `[rows, top]`, and their ids. */
  readonly top: { readonly logProbs: Floats; readonly ids: Int32Array; readonly perRow: number } | null;
  /** Log-probabilities of the further tokens. */
  readonly wanted: Floats | null;
  readonly wantedPerRow: number;
  /** `[rows, v]`. */
  readonly full: Floats | null;
  /** Attention, the mean of the models that have one, `[rows, s]`. */
  readonly weights: Floats | null;
  /** Number of source positions with padding, s. */
  readonly sourceSize: number;
}

interface Member {
  readonly model: Seq2SeqModel;
  readonly encoded: Encoded;
  readonly state: State;
}

/**
 * Models that decode together: their probabilities are averaged at each step. It owns the encodings and states, and must be
 * disposed.
 */
export class Ensemble {
  readonly #models: readonly Seq2SeqModel[];
  readonly #source: SourceBatch;
  #members: readonly Member[];
  #owned: readonly Tensor[] = [];
  /** Runs synchronous work in evaluation mode without gradients. Other work on the models may run between two calls. */
  readonly #run: <T>(work: () => T) => T;

  /** @throws HeedError when there is no model, or the target vocabularies differ */
  constructor(models: readonly Seq2SeqModel[], source: SourceBatch) {
    checkVocabularies("generate", models);
    this.#models = models;
    this.#source = source;
    const inEvaluation = models.map((model) => model.evaluator());
    this.#run = (work) =>
      inEvaluation.reduce<() => ReturnType<typeof work>>(
        (inner, wrap) => () => wrap(inner),
        () => scope(() => noGrad(work)),
      )();
    this.#members = this.#run(() =>
      models.map((model) => {
        const encoded = model.encode(source);
        return { model, encoded, state: encoded.initial };
      }),
    );
    this.#own([]);
  }

  /** Computes the next token of each row. */
  async step(request: StepRequest): Promise<StepResult> {
    const { members, outputs, size } = this.#run(() => this.#compute(request));
    this.#members = members;
    const results = Object.values(outputs).filter((output) => output !== null);
    this.#own(results);
    const [logProbs, ids, wanted, full, weights] = await Promise.all([
      outputs.topLogProbs?.data(),
      outputs.topIds?.data(),
      outputs.wanted?.data(),
      outputs.full?.data(),
      outputs.weights?.data(),
    ]);
    return {
      size,
      top:
        logProbs && ids
          ? { logProbs: logProbs as Floats, ids: ids as Int32Array, perRow: ids.length / request.ids.length }
          : null,
      wanted: (wanted as Floats | undefined) ?? null,
      wantedPerRow: (request.wanted?.length ?? 0) / request.ids.length,
      sourceSize: (weights?.length ?? 0) / request.ids.length,
      full: (full as Floats | undefined) ?? null,
      weights: (weights as Floats | undefined) ?? null,
    };
  }

  /** Frees everything that it made. */
  dispose(): void {
    for (const tensor of this.#owned) tensor.dispose();
    for (const model of this.#models) model.releaseCache();
  }

  #compute({ ids, parents, top, wanted, full }: StepRequest) {
    const { backend } = this.#members[0]!.encoded.states;
    const upload = (values: Int32Array, shape: readonly number[]): Tensor => tensor(values, { shape, backend });
    const rows = parents && upload(parents, [parents.length]);
    const before = rows ? this.#members.map((member) => takeRows(member, rows)) : this.#members;
    const inputs = upload(ids, [ids.length]);
    const steps = before.map(({ model, encoded, state }) => {
      const step = model.step(encoded, model.decoderIds(inputs, encoded.source), state);
      return { model, encoded, step };
    });
    const { values, shift } = scores(steps);
    const size = values.shape[1]!;
    const logProbsOf = (chosen: Tensor): Tensor => (shift ? sub(chosen, shift) : chosen);
    const [best, topIds] = top > 0 ? topK(values, { k: Math.min(top, size) }) : [null, null];
    const wantedIds = wanted && upload(wanted, [ids.length, wanted.length / ids.length]);
    return {
      members: before.map((member, i) => ({ ...member, state: steps[i]!.step.state })),
      size,
      outputs: {
        topLogProbs: best && logProbsOf(best),
        topIds,
        wanted: wantedIds && logProbsOf(gather(values, wantedIds, { axis: -1 })),
        full: full ? logProbsOf(values) : null,
        weights: averageWeights(steps.map(({ step }) => step.weights)),
      },
    };
  }

  /** Frees what neither the members nor the results of the last step hold. */
  #own(results: readonly Tensor[]): void {
    const others = new Set(treeLeaves(this.#source));
    const held = treeLeaves(this.#members.map(({ encoded, state }) => [encoded, state]));
    const alive = new Set([...held, ...results].filter((leaf) => !isParameter(leaf) && !others.has(leaf)));
    for (const tensor of this.#owned) if (!alive.has(tensor)) tensor.dispose();
    this.#owned = [...alive];
  }
}

interface MemberStep {
  readonly model: Seq2SeqModel;
  readonly encoded: Encoded;
  readonly step: DecoderStep;
}

/**
 * Returns `values` `[rows, v]` and `shift` `[rows, 1]`: the log-probabilities are `values` − `shift`. Without a shift, they are the values.
 * The logits of a single model need no copy for all tokens.
 */
function scores(steps: readonly MemberStep[]): { values: Tensor; shift: Tensor | null } {
  const [first] = steps;
  if (steps.length === 1 && first!.model.normalizesLogits) {
    const values = first!.step.logits;
    return { values, shift: logSumExp(values, { axis: -1, keepDims: true }) };
  }
  const each = steps.map(({ model, encoded, step }) => model.logProbs(step, encoded));
  return { values: averageLogProbs(each), shift: null };
}

/** Selects rows of an encoding and a state. */
function takeRows({ model, encoded, state }: Member, rows: Tensor): Member {
  // The encoder's own attention is not needed for decoding.
  return { model, ...treeTake({ encoded: { ...encoded, maps: [] }, state }, rows) };
}

/** The logarithm of the mean of probabilities. @param logProbs - each `[..., v]` */
export function averageLogProbs(logProbs: readonly Tensor[]): Tensor {
  if (logProbs.length === 1) return logProbs[0]!;
  return sub(logSumExp(stack(logProbs, { axis: 0 }), { axis: 0 }), Math.log(logProbs.length));
}

/** The mean of the attention of the models that have one; `null` when none has. */
export function averageWeights(weights: readonly (Tensor | null)[]): Tensor | null {
  const given = weights.filter((each) => each !== null);
  if (given.length <= 1) return given[0] ?? null;
  return given.reduce((sum, each) => add(sum, each)).div(given.length);
}

/** @throws HeedError when there is no model, or the target vocabularies differ */
export function checkVocabularies(owner: string, models: readonly Seq2SeqModel[]): void {
  const [first] = models;
  if (!first) throw new HeedError(`${owner}: expected at least one model, got none.`);
  for (const [i, { target }] of models.entries()) {
    const differs = (["size", "padId", "sosId", "eosId", "unkId"] as const).find(
      (key) => target[key] !== first.target[key],
    );
    if (differs === undefined) continue;
    throw new HeedError(
      `${owner}: all models of an ensemble need the same target vocabulary, but ${differs} is ${first.target[differs]} in model 1 and ${target[differs]} in model ${i + 1}. Train them with the same tokenizers.`,
    );
  }
}
