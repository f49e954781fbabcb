import { HeedError } from "@heed/core";
import type { PairStore } from "@heed/datasets";
import type { Tokenizer } from "@heed/tokenizers";
import type { TrainingConfig } from "../config/training-schema.js";
import type { PluginOptions } from "../plugins/plugin-source.js";
import type { Sides } from "./choose-tokenizers.js";
import type { DataSources } from "./read-sets.js";
import type { TextSample } from "./training-data.js";

/** Data ready to train on. */
export interface PreparedData {
  /** Ids, without `<sos>` and `<eos>`. */
  readonly train: PairStore;
  /** Encodes the training pairs for an epoch, from 1; null unless their segmentation is sampled. */
  readonly sampledTrain: ((epoch: number) => PairStore) | null;
  readonly validation: PairStore;
  /** The validation pairs as text, in the same order. */
  readonly validationText: readonly TextSample[];
  /** The test pairs as text; null without a test set. */
  readonly testText: readonly TextSample[] | null;
  readonly sourceTokenizer: Tokenizer;
  /** The same object when source and target share one. */
  readonly targetTokenizer: Tokenizer;
  /** Largest number of tokens of each side, without `<eos>`, in training and validation pairs. */
  readonly maxLength: Sides<number>;
  /** Information for the user: empty lines, pairs left out, unknown tokens. */
  readonly notices: readonly string[];
}

/** Options of `prepareData`. */
export interface PrepareOptions extends DataSources, PluginOptions {
  /** Whether pairs get ids in an extended vocabulary, for a recipe that copies; default false. */
  readonly copies?: boolean | undefined;
}

/** @throws HeedError when guided alignment is on, and the training pairs have no alignment */
export function assertAligned({ train }: PreparedData, { guidedAlignment }: TrainingConfig): void {
  if (guidedAlignment === 0 || train.alignment(0) !== undefined) return;
  throw new HeedError(
    `training.guidedAlignment is ${guidedAlignment}, but the training pairs have no alignment. Name a file in data.alignments, give pairs with \`alignment\`, choose a task that knows its alignment, or set training.guidedAlignment to 0.`,
  );
}
