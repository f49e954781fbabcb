import { readFileSync } from "node:fs";
import type { BleuOptions, ChrfOptions } from "../src/index.js";

/** A metric with its options. */
type Chosen =
  | { readonly metric: "bleu"; readonly options: BleuOptions }
  | { readonly metric: "chrf"; readonly options: ChrfOptions };

/** What sacreBLEU computes, written by `tooling/sacrebleu/make_fixtures.py`. */
export interface SacrebleuFixture {
  readonly version: string;
  /** Random sentences, each with two references and the outputs of two systems. */
  readonly segments: readonly {
    readonly references: readonly string[];
    readonly hypothesis: string;
    readonly other: string;
  }[];
  /** A score for each sentence; sentences with an odd index have two references, the others one. */
  readonly sentences: readonly (Chosen & { readonly scores: readonly number[] })[];
  /** Scores of all sentences. */
  readonly corpora: readonly (Chosen & {
    readonly references: 1 | 2;
    readonly score: number;
    readonly name: string;
    readonly signature: string;
  })[];
  readonly shortOptions: readonly BleuOptions[];
  /** BLEU of three sentences with two references, by the options of `shortOptions`. */
  readonly short: readonly { readonly start: number; readonly end: number; readonly scores: readonly number[] }[];
  /** Comparisons of `hypothesis` with the baseline `other`, by bootstrap (bs) or approximate randomization (ar). */
  readonly tests: readonly (Chosen & {
    readonly sentences: number;
    readonly kind: "bs" | "ar";
    readonly samples: number;
    readonly signature: string;
    readonly score: number;
    readonly pValue: number;
    readonly mean: number | null;
    readonly halfWidth: number | null;
    readonly baselineMean: number | null;
  })[];
}

/** Reads sacreBLEU's values. */
export function loadSacrebleu(): SacrebleuFixture {
  const file = new URL("../../../tooling/sacrebleu/fixtures/sacrebleu.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as SacrebleuFixture;
}
