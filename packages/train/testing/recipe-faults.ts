import type { PlantedFault } from "@heed/core/testing";
import {
  type BuildContext,
  type DecoderOutput,
  type DecoderStep,
  type LuongState,
  luongOptions,
  type Seq2SeqModel,
} from "@heed/seq2seq";
import { add, concat, detach, exp, logSoftmax, mean, mul, slice, sub, type Tensor, zeros } from "@heed/tensor";
import * as z from "zod/mini";
import { type AnyRecipe, defineRecipe } from "../src/recipe.js";
import type { RecipeChecksOptions } from "../src/testing/index.js";

import {
  CachedEncoding,
  changeDecode,
  changeLogits,
  changeLoss,
  changeSource,
  changeStep,
  DropoutAlways,
  FusedCutsGradients,
  FusedDiffers,
  type Given,
  Healthy,
  Hidden,
  IgnoresControl,
  Leaks,
  LeaksInGreedy,
  MathRandom,
  PaddingIsZero,
  SavesPart,
  Seedless,
  StaleOutput,
  StartsAtOne,
  StateOfOneRow,
  Unused,
} from "./broken-recipes.js";

/** A recipe, and how it is declared. */
export interface RecipePlant {
  readonly recipe: AnyRecipe;
  readonly given: RecipeChecksOptions;
}

type ModelClass = new (given: Given, context: BuildContext) => Seq2SeqModel;

const healthyOptions = z.omit(luongOptions, { inputFeeding: true });

function recipeOf(Class: ModelClass, model: z.core.$ZodType = healthyOptions, more: object = {}): AnyRecipe {
  return defineRecipe({
    name: "planted",
    summary: "a test",
    model,
    data: { task: "copy" },
    training: {},
    build: (options, context) => new Class(options as Given, context),
    ...more,
  });
}

const fast: RecipeChecksOptions = { centralDifferences: false };
const row = (
  name: string,
  recipe: ModelClass | AnyRecipe,
  caughtBy: string | null,
  given: RecipeChecksOptions = fast,
): PlantedFault<RecipePlant> => ({
  name,
  plant: { recipe: typeof recipe === "function" ? recipeOf(recipe) : recipe, given },
  caughtBy,
});

const options = "options are described and checked";
const seeds = "the seed alone decides the first values";
const steps = "step by step equals teacher forcing";
const alone = "a sentence alone equals the same sentence in a batch";
const padding = "padding changes nothing";
const specials = "special ids are those of the vocabularies";
const loss = "the loss is the cross-entropy of the target tokens";
const maps = "maps and weights show every layer";
const reach = "gradients reach every parameter";
const differences = "gradients agree with central differences";
const fused = "fused decoders equal single steps";
const updates = "new parameters are used at once";
const reorder = "states and encodings can be reordered";
const control = "steps can be inspected and controlled";
const greedy = "greedy decoding frees what it makes";
const search = "searches agree with forced decoding";
const f32 = "results agree in f32 and on other backends";
const modes = "training differs from evaluation by dropout alone";
const leaks = "nothing leaks";

const lastStep = (logits: Tensor): Tensor =>
  logits.shape.length === 3
    ? concat(
        [
          slice(logits, { axis: 1, start: 0, end: logits.shape[1]! - 1 }),
          mul(slice(logits, { axis: 1, start: logits.shape[1]! - 1, end: logits.shape[1]! }), 1.1),
        ],
        { axis: 1 },
      )
    : logits;

/** Recipes without a fault, and recipes with one. */
export const recipeFaults: readonly PlantedFault<RecipePlant>[] = [
  row("no fault", Healthy, null, {}),
  row("no fault: a parameter that is declared as unused", Unused, null, { ...fast, unused: ["scale"] }),
  row(
    "an option without a description",
    recipeOf(Healthy, z.extend(healthyOptions, { extra: z._default(z.number(), 1) })),
    options,
  ),
  row(
    "unknown options that pass",
    recipeOf(
      class extends Healthy {
        constructor({ noSuchOption: _, ...given }: Given, context: BuildContext) {
          super(given, context);
        }
      },
      z.looseObject(healthyOptions.shape),
    ),
    options,
  ),
  row(
    "an option without a default",
    recipeOf(Healthy, z.extend(healthyOptions, { hiddenSize: z.int().check(z.describe("Size.")) })),
    options,
  ),
  row("a training section with a wrong value", recipeOf(Healthy, undefined, { training: { epochs: -1 } }), options),
  row("first values from a seed of its own", Seedless, seeds),
  row("first values from Math.random", MathRandom, seeds),
  row(
    "single steps with other logits",
    changeStep((step) => ({ ...step, logits: mul(step.logits, 1.001) })),
    steps,
  ),
  row(
    "single steps that forget the state",
    changeStep((step, encoded) => ({ ...step, state: encoded.initial as LuongState })),
    steps,
  ),
  row(
    "single steps without weights",
    changeStep((step) => ({ ...step, weights: null })),
    steps,
  ),
  row(
    "another last step in teacher forcing",
    changeDecode((output) => ({ ...output, logits: lastStep(output.logits) })),
    steps,
  ),
  row(
    "the mean of the batch taken off",
    changeLogits((logits) => sub(logits, mean(logits, { axis: 0, keepDims: true }))),
    alone,
  ),
  row(
    "lengths that are ignored",
    changeSource((source) => ({ ...source, lengths: add(mul(source.lengths, 0), source.ids.shape[1]!) })),
    alone,
  ),
  row(
    "sentences after the sixteenth with other logits",
    changeDecode((output) => {
      const [b] = output.logits.shape as [number];
      return b <= 16
        ? output
        : {
            ...output,
            logits: concat(
              [
                slice(output.logits, { axis: 0, start: 0, end: 16 }),
                mul(slice(output.logits, { axis: 0, start: 16, end: b }), 0),
              ],
              { axis: 0 },
            ),
          };
    }),
    alone,
  ),
  row(
    "a loss that counts padding",
    changeLoss((terms, _, output) => ({
      ...terms,
      total: add(terms.total, mul(mean(output.logits), output.logits.shape[1]!)),
    })),
    padding,
  ),
  row(
    "the number of target positions in place of tokens",
    changeLoss((terms, batch) => ({ ...terms, tokens: batch.target.size })),
    loss,
  ),
  row(
    "a mean in place of a sum",
    changeLoss((terms, { tokenCount }) => ({
      ...terms,
      total: mul(terms.total, 1 / tokenCount),
      terms: { crossEntropy: mul(terms.total, 1 / tokenCount) },
    })),
    loss,
  ),
  row("the padding id 0 in place of the vocabulary's", PaddingIsZero, specials),
  row("the start id 1 in place of the vocabulary's", StartsAtOne, specials),
  row(
    "no maps",
    changeDecode((output) => ({ ...output, maps: [] })),
    maps,
  ),
  row(
    "weights that are not those of the maps",
    changeDecode((output) => ({ ...output, weights: output.weights && mul(output.weights, 0.5) })),
    maps,
  ),
  row(
    "layers counted from 1",
    changeDecode((output) => ({ ...output, maps: output.maps.map((map) => ({ ...map, layer: map.layer + 1 })) })),
    maps,
  ),
  row("a parameter that is not used", Unused, reach),
  row(
    "a decoder cut off from its loss",
    changeDecode((output) => ({ ...output, logits: detach(output.logits) })),
    reach,
  ),
  row(
    "a gradient of twice the size",
    changeDecode((output) => ({ ...output, logits: sub(mul(output.logits, 2), detach(output.logits)) })),
    differences,
    {},
  ),
  row("single steps that differ from the fused decoder", FusedDiffers, fused),
  row("a fused decoder without gradients for its weights", FusedCutsGradients, fused),
  row("a bias that is cached in single steps", StaleOutput, updates),
  row("a value remembered from the first encoding", CachedEncoding, alone),
  row("a state whose first axis is not the batch", StateOfOneRow, reorder),
  row("a control that is ignored", IgnoresControl, control),
  row(
    "logits that overflow in f32",
    changeLogits((logits) => exp(mul(logits, 20))),
    f32,
  ),
  row(
    "a difference that f32 cannot represent",
    changeLogits((logits) => sub(add(logits, 1e6), 1e6)),
    f32,
  ),
  row("dropout in evaluation", DropoutAlways, modes),
  row(
    "dropout that never drops",
    recipeOf(
      class extends Healthy {
        constructor(given: Given, context: BuildContext) {
          super({ ...given, dropout: 0 }, context);
        }
      },
    ),
    modes,
  ),
  row("a saved state of zeros", SavesPart, "saving and loading changes nothing"),
  row(
    "constants on the backend in use",
    changeLogits((logits) => add(logits, zeros([11]))),
    "computes on the backend of its parameters",
  ),
  row(
    "logits without the decoder's part",
    changeLogits((logits) => add(mul(logits, 0), mul(detach(logits), 1))),
    "the loss falls",
  ),
  row("a kept intermediate result", Leaks, leaks),
  row("a table that dispose() forgets", Hidden, leaks),
  row("a kept intermediate result of a step", LeaksInGreedy, greedy),
  row(
    "log-probabilities of a step that are not normalized",
    recipeOf(
      class extends Healthy {
        override logProbs(output: DecoderOutput | DecoderStep): Tensor {
          return output.logits.shape.length === 2 ? output.logits : logSoftmax(output.logits, { axis: -1 });
        }
      },
    ),
    search,
  ),
];
