import { builtInNormalizers, builtInScorers } from "@heed/attention";
import type { AnyRecipe } from "../src/recipe.js";
import { builtInRecipes } from "../src/recipes/index.js";

/** A recipe with options, as small as they come. */
export interface Variant {
  readonly recipe: AnyRecipe;
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether its gradients are compared with central differences: once for each path through the models' own code. */
  readonly differentiated: boolean;
  /** Whether the weights of a target step sum to 1. */
  readonly sumsToOne: boolean;
}

const sizes = { embeddingSize: 2, hiddenSize: 3, heads: 1, feedForwardSize: 3, dropout: 0 };

/** Options that make a recipe small. */
export function smallOptions({ model }: AnyRecipe): Readonly<Record<string, unknown>> {
  const known = Object.keys((model as unknown as { shape: object }).shape);
  return Object.fromEntries(Object.entries(sizes).filter(([key]) => known.includes(key)));
}

type Options = Record<string, unknown>;
/** Options whose gradients are compared, and others. */
const paths: Readonly<Record<string, { readonly differentiated: Options[]; readonly others?: Options[] }>> = {
  "fixed-context": {
    differentiated: [{}, { cell: "lstm", layers: 2, bidirectional: true, hiddenSize: 2 }],
    others: [
      { cell: "rnn" },
      { tieOutput: true, embeddingSize: 3 },
      { layers: 3, residual: true, bidirectional: true },
    ],
  },
  "dot-rnn": {
    differentiated: [{}, { scorer: "additive", combine: "add", bidirectional: true, cell: "gru", attentionSize: 2 }],
    others: [{ scorer: "cosine" }, { cell: "lstm", layers: 2 }, { combine: "add" }, { scorer: "scaled-dot" }],
  },
  bahdanau: {
    differentiated: [{}, { cell: "lstm", layers: 2, hiddenSize: 2 }, { output: "readout" }, { combine: "add" }],
    others: [
      { cell: "rnn" },
      { bidirectional: true },
      { cell: "lstm", bidirectional: true, layers: 2 },
      { combine: "add", bidirectional: true },
      { scorer: "additive", attentionSize: 5 },
      { temperature: 2 },
      { masks: { window: { radius: 1 } } },
      { masks: { causal: {} } },
      { shareEmbedding: true, tieOutput: true, output: "readout" },
      { output: "tanh", readoutSize: 2, tieOutput: true },
      { output: "linear", readoutSize: 4 },
      { layers: 3, residual: true },
    ],
  },
  copy: { differentiated: [], others: [{}] },
  dates: { differentiated: [], others: [{}] },
  romanize: { differentiated: [], others: [{}] },
  numerals: { differentiated: [], others: [{}] },
  add: { differentiated: [], others: [{}] },
  luong: {
    differentiated: [{}, { inputFeeding: true, cell: "lstm", layers: 2, hiddenSize: 2 }],
    others: [
      { inputFeeding: true },
      { inputFeeding: true, layers: 3, residual: true, tieOutput: true },
      { inputFeeding: true, combine: "add", bidirectional: true },
      { cell: "lstm", layers: 2 },
      { scorer: "dot" },
      { scorer: "concat" },
      { masks: { window: { radius: 2 } } },
    ],
  },
  "pointer-generator": {
    differentiated: [
      { hiddenSize: 2 },
      {
        cell: "gru",
        layers: 2,
        scorer: "additive",
        bidirectional: false,
        residual: true,
        shareEmbedding: true,
        tieOutput: true,
      },
    ],
    others: [
      { coverageLoss: 0, combine: "add" },
      { scorer: "multi-head", hiddenSize: 4, heads: 2 },
    ],
  },
  "scaled-qkv": { differentiated: [], others: [{}, { cell: "lstm", layers: 2 }] },
  "multi-head": {
    differentiated: [
      { hiddenSize: 4, heads: 2 },
      { hiddenSize: 2, heads: 1, encoder: "self-attention", cell: "lstm" },
    ],
    others: [
      { hiddenSize: 4, heads: 4, bidirectional: true, combine: "add" },
      { hiddenSize: 4, heads: 2, encoder: "self-attention", layers: 2 },
    ],
  },
  transformer: {
    differentiated: [
      { hiddenSize: 4, heads: 2, layers: 1 },
      {
        hiddenSize: 3,
        heads: 1,
        norm: "post",
        activation: "gelu",
        positions: "learned",
        maxPositions: 5,
        shareEmbedding: true,
        tieOutput: true,
      },
    ],
    others: [
      { hiddenSize: 4, heads: 2, layers: 3 },
      { hiddenSize: 8, heads: 4, norm: "post" },
    ],
  },
};

/** Recipes in which every scorer is tried: attention before the step, after it at once, and after it step by step. */
const hosts: readonly (readonly [recipe: string, options: Options])[] = [
  ["bahdanau", {}],
  ["dot-rnn", {}],
  ["luong", { inputFeeding: true }],
];

function variant(
  name: string,
  options: Options,
  { differentiated = false, sumsToOne = true }: Partial<Variant> = {},
): Variant {
  const recipe = builtInRecipes.find((candidate) => candidate.name === name);
  if (!recipe) throw new Error(`no recipe is called ${name}`);
  return { recipe, options: { ...smallOptions(recipe), ...options }, differentiated, sumsToOne };
}

/** Every recipe with options that change what is computed; every scorer and normaliser where it is at home. */
export function variants(): Variant[] {
  const ofPaths = builtInRecipes.flatMap(({ name }) => {
    const { differentiated, others = [] } = paths[name] ?? { differentiated: [{}] };
    return [
      ...differentiated.map((options) => variant(name, options, { differentiated: true })),
      ...others.map((options) => variant(name, options, { sumsToOne: !("masks" in options) })),
    ];
  });
  const ofScorers = hosts.flatMap(([name, options]) =>
    builtInScorers.map((scorer) =>
      variant(name, { ...options, scorer: scorer.name, hiddenSize: 4, heads: 2, radius: 1 }),
    ),
  );
  // What looks back carries gradients from step to step.
  const looksBack = variant("luong", { inputFeeding: true, scorer: "coverage" }, { differentiated: true });
  const ofNormalizers = builtInNormalizers.flatMap(({ name, sumsToOne = true }) =>
    ["bahdanau", "luong"].map((recipe) => variant(recipe, { normalizer: name }, { sumsToOne })),
  );
  return [...ofPaths, ...ofScorers, looksBack, ...ofNormalizers];
}
