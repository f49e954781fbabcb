import type { Seq2SeqModel } from "@heed/seq2seq";
import type { Tokenizer } from "@heed/tokenizers";
import type { RunConfig } from "../config/run-config.js";
import type { Sides } from "../data/choose-tokenizers.js";

/** A trained model with its tokenizers. */
export interface Run {
  /** Where it is stored. */
  readonly folder: string | null;
  readonly config: RunConfig;
  /** In evaluation mode; `dispose()` frees it. */
  readonly model: Seq2SeqModel;
  readonly sourceTokenizer: Tokenizer;
  /** The same object when source and target share one. */
  readonly targetTokenizer: Tokenizer;
  /** Largest number of tokens of each side in training, without `<eos>`. */
  readonly maxLength: Sides<number>;
}
