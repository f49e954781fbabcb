/** One extension of each kind, defined as a program outside of the packages does. */
import { defineMask, defineNormalizer, defineScorer } from "@heed/attention";
import { defineTask } from "@heed/datasets";
import { defineMetric } from "@heed/metrics";
import { defineOptimizer, defineSchedule, SGD } from "@heed/nn";
import { BeforeStepModel, beforeStepOptions, withDefaults } from "@heed/seq2seq";
import { cpu, defineBackend, div, exp, lessEqual, matmul, sum, where } from "@heed/tensor";
import { defineTokenizer, whitespaceTokenizer } from "@heed/tokenizers";
import { defineRecipe } from "../src/recipe.js";

export const ownScorer = defineScorer({
  name: "twice-dot",
  shapes: "b q d, b k d -> b q k",
  formula: "2 s · h",
  reference: "a test",
  score: (_, query, keys) => matmul(query, keys, { transposeB: true }).mul(2),
  samples: [{ b: 1, q: 1, k: 1, dq: 2, dk: 2, d: 2 }],
});

const ownNormalizer = defineNormalizer({
  name: "plain-softmax",
  formula: "exp(eⱼ) / Σ exp(e)",
  reference: "a test",
  normalize(scores, mask) {
    const powers = mask ? where(mask, exp(scores), 0) : exp(scores);
    return div(powers, sum(powers, { axis: -1, keepDims: true }).add(1e-9));
  },
});

export const ownMask = defineMask({
  name: "first-keys",
  summary: "the first few keys",
  options: { count: 9 },
  allow: ({ key }, { count }) => lessEqual(key, count! - 1),
});

const ownTokenizer = defineTokenizer<{ least: number }>({
  name: "spaces",
  summary: "tokens between white space",
  maxLength: 20,
  options: {
    least: { type: "integer", minimum: 1, default: 1, meaning: "Smallest number of occurrences of a token." },
  },
  train: (lines, { least }) => ({
    ...whitespaceTokenizer.train(lines, { minFrequency: least }),
    name: "spaces",
  }),
  fromJSON: (json) => whitespaceTokenizer.fromJSON(json),
});

const letters = ["x", "y", "z"];
const digits = ["1", "2", "3"];

export const ownTask = defineTask<{ length: number }>({
  name: "letters-to-digits",
  summary: "letters in, digits out, in reverse order",
  options: { length: { type: "integer", minimum: 1, default: 3, meaning: "Number of letters." } },
  vocabulary: () => ({ source: letters, target: digits }),
  sample(random, { length }) {
    const ranks = Array.from({ length }, () => random.integer(0, 3));
    return {
      source: ranks.map((rank) => letters[rank]!),
      target: ranks.toReversed().map((rank) => digits[rank]!),
      alignment: ranks.map((_, position) => [length - 1 - position, position] as const),
    };
  },
});

const ownOptimizer = defineOptimizer<{ scale: number }>({
  name: "scaled-sgd",
  summary: "gradient descent with a scaled step",
  options: { scale: { type: "number", above: 0, default: 2, meaning: "Factor of the learning rate." } },
  create(parameters, { scale }) {
    const optimizer = new SGD(parameters, { momentum: 0.9 });
    const step = optimizer.step.bind(optimizer);
    optimizer.step = (learningRate) => step(scale * learningRate);
    return optimizer;
  },
});

export const ownSchedule = defineSchedule<{ power: number }>({
  name: "polynomial",
  summary: "falls to 0 as a power",
  options: { power: { type: "number", above: 0, default: 1, meaning: "Exponent." } },
  create:
    ({ learningRate, totalSteps }, { power }) =>
    (step) =>
      learningRate * (1 - (step - 1) / totalSteps) ** power,
});

export const ownMetric = defineMetric({
  name: "length-ratio",
  summary: "tokens written for each token of the references",
  higherIsBetter: false,
  options: {},
  compute: ({ hypothesisTokens, referenceTokens }) => hypothesisTokens.flat().length / referenceTokens.flat().length,
});

export const ownBackend = defineBackend<{ double: boolean }>({
  name: "reference",
  summary: "the reference, under another name",
  automatic: false,
  options: { double: { type: "boolean", default: false, meaning: "Whether to calculate in f64." } },
  fault: async () => undefined,
  load: async ({ double }) => cpu({ precision: double ? "f64" : "f32" }),
});

export const ownRecipe = defineRecipe({
  name: "own",
  summary: "a small model with extensions from outside",
  model: withDefaults(beforeStepOptions, {
    scorer: "twice-dot",
    normalizer: "plain-softmax",
    hiddenSize: 12,
    embeddingSize: 8,
  }),
  data: { task: "letters-to-digits", length: 2, train: 60, validation: 12 },
  training: {
    epochs: 2,
    batchSize: 10,
    optimizer: "scaled-sgd",
    optimizerOptions: { scale: 3 },
    schedule: "polynomial",
  },
  build: (options, context) => new BeforeStepModel(options, context),
});

/** One extension of each kind. */
export const ownExtensions = [
  ...[ownScorer, ownNormalizer, ownMask, ownTokenizer, ownTask],
  ...[ownOptimizer, ownSchedule, ownMetric, ownBackend, ownRecipe],
];
