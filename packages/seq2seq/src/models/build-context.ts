import type { Mask, Normalizer, Scorer } from "@heed/attention";
import type { Random, Registry } from "@heed/core";

/** What a model needs to know of a vocabulary. `Vocabulary` of `@heed/datasets` has all of it. */
export interface VocabularySpec {
  /** Number of tokens, the special ones included. */
  readonly size: number;
  readonly padId: number;
  readonly sosId: number;
  readonly eosId: number;
  /** `undefined` when there is no token for unknown words. */
  readonly unkId?: number | undefined;
}

/** What a model is built from besides its own options. */
export interface BuildContext {
  readonly source: VocabularySpec;
  readonly target: VocabularySpec;
  /** Whether source and target share one vocabulary, so that they can share an embedding. */
  readonly sharedVocabulary: boolean;
  /** Draws the initial values of the parameters, and later the seeds of dropout. */
  readonly random: Random;
  /** The scorers that the options may name; default: those of `@heed/attention`. */
  readonly scorers?: Registry<Scorer> | undefined;
  /** The normalizers that the options may name; default: those of `@heed/attention`. */
  readonly normalizers?: Registry<Normalizer> | undefined;
  /** The masks that the options may name; default: those of `@heed/attention`. */
  readonly masks?: Registry<Mask> | undefined;
}
