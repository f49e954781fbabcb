import type { Tokenizer, Vocabulary } from "@heed/datasets";
import type { Seq2SeqModel } from "@heed/seq2seq";
import type { RunConfig } from "../config/run-config.js";

/** A trained model with all that turns text into what it reads, and what it writes into text. */
export interface Run {
  /** Where it is stored. */
  readonly folder: string | null;
  readonly config: RunConfig;
  /** In evaluation mode; `dispose()` frees it. */
  readonly model: Seq2SeqModel;
  readonly sourceVocabulary: Vocabulary;
  /** The same object where the two are one. */
  readonly targetVocabulary: Vocabulary;
  readonly sourceTokenizer: Tokenizer;
  readonly targetTokenizer: Tokenizer;
}
