import type { Hypothesis, Path } from "./hypothesis.js";

/** A token that may follow a path. */
export interface Candidate {
  readonly id: number;
  /** Log-probability of the token, in nats. */
  readonly logProb: number;
}

/** A path with what may follow it. */
export interface Expansion {
  readonly path: Path;
  /** The most probable tokens that are allowed, the best first; at most {@link SentenceSearch.candidates}. */
  readonly candidates: readonly Candidate[];
  /** Those of {@link SentenceSearch.wanted} that are allowed. */
  readonly wanted: readonly Candidate[];
  /** Log-probabilities of all tokens, `[v]`, −∞ for tokens that are not allowed; `null` unless {@link SentenceSearch.full}. */
  readonly logProbs: readonly number[] | null;
  /** Attention of the step, `[s]`; `null` without attention. */
  readonly weights: Path["weights"];
}

/** What a search has to know of a sentence. */
export interface SentenceRequest {
  /** Position of the sentence among all sentences of the request. */
  readonly index: number;
  /** Largest number of tokens, `<eos>` included. */
  readonly maxLength: number;
  readonly eosId: number;
  /** Number of target tokens that the model can write. */
  readonly vocabularySize: number;
  /** Phrases that each hypothesis must contain, as ids. */
  readonly required: readonly (readonly number[])[];
  /** Whether {@link SentenceSearch.trace} is needed. */
  readonly trace: boolean;
}

/** What became of a candidate: it lives on, it was completed with `<eos>`, or it was dropped. */
export type CandidateFate = "kept" | "finished" | "dropped";

/** A candidate of a step, for a picture of the search. */
export interface TracedCandidate extends Candidate {
  /** Index of the path that it follows, among the candidates of the step before; -1 in the first step. */
  readonly parent: number;
  /** Log-probability of the path with the candidate, in nats. */
  readonly total: number;
  readonly fate: CandidateFate;
}

/** The candidates of each step. */
export type SearchTrace = readonly (readonly TracedCandidate[])[];

/** The search of one sentence. It sees the results of each step, and decides which paths go on. */
export interface SentenceSearch {
  /** The paths that go on; empty when the search is over. */
  readonly paths: readonly Path[];
  /** Number of candidates that the search needs for each path; 0 when it reads all log-probabilities. */
  readonly candidates: number;
  /** Whether it reads the log-probabilities of all tokens. */
  readonly full: boolean;
  /** Returns tokens whose log-probability it needs in any case. */
  wanted(path: Path): readonly number[];
  /** Chooses the next paths. @param expansions - one for each path, in the same order */
  advance(expansions: readonly Expansion[]): void;
  /** Returns the best hypotheses, the best first; at least one. */
  hypotheses(): Hypothesis[];
  readonly trace: SearchTrace;
}

/** A way to search for target sentences: `greedy()`, `beam(…)` or `sample(…)`. */
export interface Search {
  readonly name: string;
  /** Whether it can make sure that a phrase is written. */
  readonly requires: boolean;
  /** Begins the search of a sentence. @throws SearchError when an option does not fit the request */
  start(request: SentenceRequest): SentenceSearch;
}
