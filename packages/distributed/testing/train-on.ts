import { wasm } from "@heed/backend-wasm";
import { Random } from "@heed/core";
import { type IdPair, makeBatch } from "@heed/datasets";
import { SGD } from "@heed/nn";
import { uploadBatch } from "@heed/seq2seq";
import { use } from "@heed/tensor";
import { builtInRecipes, trainStep } from "@heed/train";
import { assertEqualParameters, type Collective, reductionOver } from "../src/index.js";

const specials = { padId: 0, sosId: 1, eosId: 2 };
const vocabulary = { size: 9, ...specials };
const steps = 50;
/** Pairs of one step, over all processes. */
const pairsOfStep = 8;

/** What a training leaves. */
export interface Trained {
  /** Loss of each step. */
  readonly losses: readonly number[];
  readonly tokens: number;
  /** All parameters, one behind the other. */
  readonly parameters: readonly number[];
}

/** Trains a small translator with SGD; each process takes its part of the pairs of a step. */
export async function trainOn(collective: Collective): Promise<Trained> {
  await use(wasm({ threads: 1 }));
  const model = builtInRecipes
    .find(({ name }) => name === "copy")!
    .build(
      { embeddingSize: 8, hiddenSize: 12 },
      { source: vocabulary, target: vocabulary, sharedVocabulary: true, random: new Random(5) },
    );
  const optimizer = new SGD(model.parameters());
  const reduction = reductionOver(collective);
  const random = new Random(11);
  const losses: number[] = [];
  let tokens = 0;
  for (let step = 1; step <= steps; step++) {
    const pairs = Array.from({ length: pairsOfStep }, () => pairOf(random));
    const own = pairs.filter((_, i) => i % collective.size === collective.rank);
    const result = await trainStep({
      optimizer,
      batches: [makeBatch(own, { source: specials, target: specials })],
      tokenCount: (batch) => batch.tokens,
      loss: (batch) => model.loss(uploadBatch(batch)).total,
      learningRate: 0.5,
      clipNorm: 1,
      step,
      reduction,
    });
    losses.push(result.loss);
    tokens += result.tokens;
  }
  await assertEqualParameters(collective, model.parameters());
  const values = await Promise.all([...model.parameters().values()].map((parameter) => parameter.data()));
  return { losses, tokens, parameters: values.flatMap((each) => [...each]) };
}

/** A source of 1 to 7 symbols, to be copied. */
function pairOf(random: Random): IdPair {
  const source = Array.from({ length: random.integer(1, 8) }, () => random.integer(3, 9));
  return { source, target: source };
}
