import { readFileSync } from "node:fs";

/** A tokenizer as `tokenizer.json`, and the ids that the Python library `tokenizers` gives for each line. */
export interface TokenizerFixture {
  readonly tokenizer: Readonly<Record<string, unknown>>;
  readonly ids: readonly (readonly number[])[];
}

/** Tokenizers of one kind, made by `tooling/hugging-face/make_fixtures.py`. */
export interface TokenizerFixtures {
  /** The version of `tokenizers` that made them. */
  readonly tokenizers: string;
  /** Training lines, which are encoded as well. */
  readonly lines: readonly string[];
  /** The options of heed's training. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Trained by heed. */
  readonly heed: TokenizerFixture;
  /** Trained by Python. */
  readonly python: TokenizerFixture;
}

/** Reads the fixtures of a tokenizer of heed. */
export function loadTokenizerFixtures(name: "bpe" | "unigram" | "unigram-jamo"): TokenizerFixtures {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8")) as TokenizerFixtures;
}
