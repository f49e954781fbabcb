import { Random } from "@heed/core";
import type { Batch, BuildContext, DecoderOutput, Seq2SeqModel, SourceBatch, VocabularySpec } from "@heed/seq2seq";
import { type Backend, cpu, noGrad, scope, type Tensor, tensor, use, valueAndGrad } from "@heed/tensor";
import { assertClose, CheckError, type HostTensor, toHost } from "@heed/tensor/testing";
import { schemaShape } from "../config/schema-keys.js";
import type { AnyRecipe } from "../recipe.js";

/** How a recipe is built and what its author promises. */
export interface RecipeChecksOptions {
  /** Options of the model that make it small, and without dropout; default: small values of the usual options. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Whether gradients are compared with central differences, which is slow for large models; default true. */
  readonly centralDifferences?: boolean;
  /** Whether the attention weights of a target step sum to 1; default true. */
  readonly sumsToOne?: boolean;
  /** Names of parameters that have no effect by design; default: none. */
  readonly unused?: readonly string[];
  /** Backends on which the results must agree with the reference in f64; default: the reference backend in f32. */
  readonly backends?: readonly (() => Backend | Promise<Backend>)[];
}

/** A recipe on the backend in use. */
export interface RecipeTrial {
  readonly recipe: AnyRecipe;
  readonly options: Readonly<Record<string, unknown>>;
  readonly given: RecipeChecksOptions;
  /** Builds the model; the context differs from {@link testContext} where it is given. */
  build(change?: Partial<BuildContext>, options?: Readonly<Record<string, unknown>>): Seq2SeqModel;
}

const small = { embeddingSize: 2, hiddenSize: 4, heads: 1, feedForwardSize: 3, dropout: 0 };

/** Uses a backend, by default the reference backend in f64. */
export async function makeRecipeTrial(
  recipe: AnyRecipe,
  given: RecipeChecksOptions,
  backend: Backend = cpu({ precision: "f64" }),
): Promise<RecipeTrial> {
  await use(backend);
  const known = Object.keys(schemaShape(recipe.model));
  const sizes = Object.fromEntries(Object.entries(small).filter(([key]) => known.includes(key)));
  const options = { ...sizes, ...given.options };
  const build: RecipeTrial["build"] = (change = {}, more = {}) =>
    recipe.build({ ...options, ...more }, { ...testContext(), ...change });
  return { recipe, options, given, build };
}

/** Eleven tokens, a size that no other axis of a small model has; the ids 3 to 10 are words. */
export const plainVocabulary: VocabularySpec = { size: 11, padId: 0, sosId: 1, eosId: 2 };

/** What a model is built from. */
function testContext(seed = 1): BuildContext {
  return { source: plainVocabulary, target: plainVocabulary, sharedVocabulary: true, random: new Random(seed) };
}

/** A sentence and its translation, in words. */
export interface Pair {
  readonly source: readonly number[];
  readonly target: readonly number[];
}

/** Pairs of different lengths. */
export const pairs: readonly Pair[] = [
  { source: [3, 4, 5, 6], target: [3, 4, 5, 6] },
  { source: [7, 8], target: [7, 8, 9] },
  { source: [5], target: [5] },
];

/** Pairs of one length, without padding. */
export const evenPairs: readonly Pair[] = [
  { source: [7, 8], target: [7] },
  { source: [5, 10], target: [9] },
];

/** An i32 tensor. */
export function ints(values: number[] | number[][]): Tensor {
  return tensor(values, { dtype: "i32" });
}

/** The special ids of both sides, and the width of a batch beyond its longest sentences. */
export interface BatchSpec {
  readonly source?: VocabularySpec;
  readonly target?: VocabularySpec;
  readonly extraSource?: number;
  readonly extraTarget?: number;
}

/** Uploads sources, padded. */
export function sourceOf(
  of: readonly Pair[],
  { source = plainVocabulary, extraSource = 0 }: BatchSpec = {},
): SourceBatch {
  const width = Math.max(...of.map((pair) => pair.source.length)) + extraSource;
  return {
    ids: ints(of.map((pair) => padded(pair.source, width, source.padId))),
    lengths: ints(of.map((pair) => pair.source.length)),
  };
}

/** Uploads pairs: `<sos>` before each target, `<eos>` after it, and padding. */
export function batchOf(of: readonly Pair[], spec: BatchSpec = {}): Batch {
  const { target = plainVocabulary, extraTarget = 0 } = spec;
  const width = Math.max(...of.map((pair) => pair.target.length)) + 1 + extraTarget;
  return {
    ...sourceOf(of, spec),
    decoderInput: ints(of.map((pair) => padded([target.sosId, ...pair.target], width, target.padId))),
    target: ints(of.map((pair) => padded([...pair.target, target.eosId], width, target.padId))),
    tokenCount: of.reduce((sum, pair) => sum + pair.target.length + 1, 0),
  };
}

const padded = (ids: readonly number[], width: number, padId: number): number[] =>
  Array.from({ length: width }, (_, i) => ids[i] ?? padId);

/** The logits and weights of teacher forcing. */
export async function forward(
  model: Seq2SeqModel,
  batch: Batch,
): Promise<{ logits: HostTensor; weights: HostTensor | null }> {
  const { logits, weights } = scope(() =>
    noGrad((): Pick<DecoderOutput, "logits" | "weights"> => {
      const output = model.forward(batch);
      return { logits: output.logits, weights: output.weights };
    }),
  );
  return { logits: await toHost(logits), weights: weights && (await toHost(weights)) };
}

/** The loss of a batch, in nats. */
export async function lossOf(model: Seq2SeqModel, batch: Batch): Promise<number> {
  return await scope(() => noGrad(() => model.loss(batch).total)).item();
}

/** Gradients of a scalar for all parameters, by name; null where there is none. */
export function gradientsOf(model: Seq2SeqModel, scalar: () => Tensor): Record<string, Tensor | null> {
  const parameters = [...model.parameters()];
  const { gradients } = scope(() =>
    valueAndGrad(
      scalar,
      parameters.map(([, parameter]) => parameter),
    ),
  );
  return Object.fromEntries(parameters.map(([name], i) => [name, gradients[i] ?? null]));
}

/** Compares gradients by name; a missing one is 0. */
export async function assertGradients(
  what: string,
  actual: Readonly<Record<string, Tensor | null>>,
  expected: Readonly<Record<string, Tensor | null>>,
  tolerance = 1e-9,
): Promise<void> {
  for (const [name, reference] of Object.entries(expected)) {
    const got = actual[name] ?? null;
    const shape = (reference ?? got)?.shape;
    if (shape === undefined) continue;
    const zeros = { shape, values: new Float64Array(shape.reduce((product, size) => product * size, 1)) };
    const [a, b] = await Promise.all([got, reference].map((each) => (each ? toHost(each) : zeros)));
    assertClose(`${what}, gradient for ${name}`, a!, b!, tolerance);
  }
}

/** The values of all parameters, by name. */
export async function parameterValues(model: Seq2SeqModel): Promise<Map<string, number[]>> {
  const reads = Array.from(model.parameters(), async ([name, parameter]): Promise<[string, number[]]> => {
    return [name, [...(await parameter.data())]];
  });
  return new Map(await Promise.all(reads));
}

/** Row `row` of `[b, …]`, and of its second and third axis the first entries. */
export function part({ shape, values }: HostTensor, row: number, second: number, third = shape[2]!): HostTensor {
  const [, t, width] = shape as [number, number, number];
  const rows = Array.from({ length: second }, (_, i) =>
    Array.from({ length: third }, (_, j) => values[(row * t + i) * width + j]!),
  );
  return { shape: [1, second, third], values: rows.flat() };
}

/** @throws CheckError unless all values are finite */
export function assertFinite(what: string, { values }: HostTensor): void {
  const index = Array.prototype.findIndex.call(values, (value: number) => !Number.isFinite(value));
  if (index >= 0) throw new CheckError(`${what}: element ${index} is ${values[index]}; it must be finite.`);
}
