import type { Phrase } from "./check-constraints.js";
import type { Hypothesis } from "./hypothesis.js";
import type { SearchTrace } from "./search.js";

/** Options of `generate`, which hold for every kind of search. Lists with an entry for each sentence may be `null`. */
export interface GenerateOptions {
  /** Largest number of target tokens, `<eos>` included: one number, or one for each sentence. */
  readonly maxLength: number | readonly number[];
  /** Smallest number of target tokens, `<eos>` included; default 1. */
  readonly minLength?: number;
  /** The id that ends a sentence; default: the model's `<eos>`; -1: no sentence ends before `maxLength`. */
  readonly eosId?: number;
  /** No group of this many tokens occurs twice in a sentence; default 0: no limit. */
  readonly noRepeatNgram?: number;
  /** For each sentence the tokens that it begins with. */
  readonly prefixes?: readonly (Phrase | null)[];
  /** For each sentence the phrases that it must contain. */
  readonly required?: readonly (readonly Phrase[] | null)[];
  /** For each sentence the phrases that it must not contain. */
  readonly forbidden?: readonly (readonly Phrase[] | null)[];
  /** Ids that are never written; default: `<pad>` and `<sos>`. */
  readonly suppress?: readonly number[];
  /** The position of each sentence among all sentences of a request, for `sample`; default: its row. */
  readonly positions?: readonly number[];
  /** Whether the candidates of each step are returned; default false. */
  readonly trace?: boolean;
}

/** The result for a sentence. */
export interface Generated {
  /** The best first. */
  readonly hypotheses: readonly Hypothesis[];
  /** The candidates of each step; empty unless `trace` is set, and for `sample`. */
  readonly trace: SearchTrace;
}
