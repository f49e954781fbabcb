import type { LengthPenaltyKind } from "./penalties.js";

/** Options of `beam`. */
export interface BeamOptions {
  /** Number of hypotheses that are kept at each step; at most the size of the vocabulary. */
  readonly size: number;
  /** Number of hypotheses that are returned; default 1, at most `size`. */
  readonly nBest?: number;
  /** α ≥ 0 of the length penalty: 0 prefers short sentences; default 0.6. */
  readonly lengthPenalty?: number;
  /** Formula of the length penalty; default `"wu"`. */
  readonly lengthPenaltyKind?: LengthPenaltyKind;
  /** β ≥ 0 of the coverage penalty, which prefers translations of the whole source; default 0. */
  readonly coveragePenalty?: number;
  /**
   * Whether the search ends when `size` hypotheses are complete; default true. Otherwise it ends when no other hypothesis
   * can have a higher score than the worst of the best `nBest`.
   */
  readonly earlyStopping?: boolean;
}

/** Options of a beam search, with the defaults. */
export type BeamSettings = Required<BeamOptions>;
