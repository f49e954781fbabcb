import { tensor } from "@heed/tensor";
import { uploadBatch } from "../src/batch.js";
import { AfterStepModel } from "../src/models/after-step-model.js";
import { BeforeStepModel } from "../src/models/before-step-model.js";
import { FixedContextModel } from "../src/models/fixed-context-model.js";
import { LuongModel } from "../src/models/luong-model.js";
import { PointerGeneratorModel } from "../src/models/pointer-generator-model.js";
import type { Seq2SeqModel } from "../src/models/seq2seq-model.js";
import { TransformerModel } from "../src/models/transformer-model.js";
import { generate } from "../src/search/generate.js";
import type { GenerateOptions } from "../src/search/generate-options.js";
import type { Hypothesis } from "../src/search/hypothesis.js";
import { score } from "../src/search/score.js";
import type { ScoredSentence } from "../src/search/score-batch.js";
import type { Search } from "../src/search/search.js";
import { sourceOf, testContext } from "./test-context.js";

const sizes = { embeddingSize: 4, hiddenSize: 6 };

/** Small models of every kind, by name. */
export const searchModels = {
  "before-step": () => new BeforeStepModel(sizes, testContext()),
  coverage: () => new BeforeStepModel({ ...sizes, scorer: "coverage" }, testContext()),
  "two layers of LSTM": () => new AfterStepModel({ ...sizes, cell: "lstm", layers: 2 }, testContext()),
  luong: () => new LuongModel(sizes, testContext()),
  "pointer-generator": () => new PointerGeneratorModel(sizes, testContext()),
  "fixed context": () => new FixedContextModel(sizes, testContext()),
  transformer: () => new TransformerModel({ hiddenSize: 8, heads: 2, feedForwardSize: 8, dropout: 0 }, testContext()),
} satisfies Record<string, () => Seq2SeqModel>;

/** Scales all parameters, so that probabilities are uneven and different searches find different sentences. */
export async function peaked(model: Seq2SeqModel, factor = 6): Promise<Seq2SeqModel> {
  for (const parameter of model.parameters().values()) {
    const values = Float32Array.from(await parameter.data(), (x) => x * factor);
    parameter.assign(tensor(values, { shape: parameter.shape }));
  }
  return model;
}

/** Two source sentences of different lengths. */
export const twoSources = () =>
  sourceOf(
    [
      [3, 4, 5, 3],
      [5, 3, 0, 0],
    ],
    [4, 2],
  );

/** Searches for the targets of {@link twoSources}. */
export async function findBoth(
  model: Seq2SeqModel | Seq2SeqModel[],
  search: Search,
  options: Partial<GenerateOptions> = {},
): Promise<(readonly Hypothesis[])[]> {
  const results = await generate(model, twoSources(), search, { maxLength: 8, ...options });
  return results.map(({ hypotheses }) => hypotheses);
}

/** Scores targets of the first of {@link twoSources}. */
export function scoreFirst(
  model: Seq2SeqModel | Seq2SeqModel[],
  targets: readonly (readonly number[])[],
): Promise<ScoredSentence[]> {
  const t = Math.max(...targets.map(({ length }) => length));
  const b = targets.length;
  const rows = (of: (target: readonly number[], i: number) => number): Int32Array =>
    Int32Array.from(targets.flatMap((target) => Array.from({ length: t }, (_, i) => of(target, i))));
  const batch = uploadBatch({
    ...{ b, s: 4, t, tokens: b * t },
    source: Int32Array.from(targets.flatMap(() => [3, 4, 5, 3])),
    sourceLengths: new Int32Array(b).fill(4),
    decoderInput: rows((target, i) => (i === 0 ? 1 : (target[i - 1] ?? 0))),
    target: rows((target, i) => target[i] ?? 0),
  });
  return score(model, batch);
}

/** The ids of hypotheses. */
export const idsOf = (hypotheses: readonly Hypothesis[]): (readonly number[])[] => hypotheses.map((each) => each.ids);
