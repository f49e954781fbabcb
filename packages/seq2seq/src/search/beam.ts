import { checkOptionKinds, HeedError, optionRules } from "@heed/core";
import { BeamSentence } from "./beam-sentence.js";
import { type LengthPenaltyKind, lengthPenaltyKinds } from "./penalties.js";
import type { Search } from "./search.js";

/** Options of {@link beam}. */
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

const rules = optionRules<BeamOptions>({
  size: "integer",
  "nBest?": "integer",
  "lengthPenalty?": "number",
  "lengthPenaltyKind?": lengthPenaltyKinds,
  "coveragePenalty?": "number",
  "earlyStopping?": "boolean",
});

/** Options of a beam search, with the defaults. */
export type BeamSettings = Required<BeamOptions>;

/**
 * Beam search: at each step the `size` most probable beginnings are kept. Size 1 is greedy search. Phrases that must occur
 * are placed by dynamic beam allocation.
 *
 * Source: Wu et al. 2016, arXiv:1609.08144, section 7 (penalties); Post and Vilar 2018, arXiv:1804.06609 (phrases).
 *
 * @throws HeedError when an option is out of range
 * @example
 * const [{ hypotheses }] = await generate(model, source, beam({ size: 5, nBest: 3 }), { maxLength: 40 });
 */
export function beam(options: BeamOptions): Search {
  checkOptionKinds("beam", [], rules, options);
  const settings: BeamSettings = {
    nBest: 1,
    lengthPenalty: 0.6,
    lengthPenaltyKind: "wu",
    coveragePenalty: 0,
    earlyStopping: true,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    size: options.size,
  };
  const { size, nBest } = settings;
  if (size < 1) throw new HeedError(`beam: size must be at least 1, got ${size}. Size 1 is greedy search.`);
  if (nBest < 1 || nBest > size) {
    throw new HeedError(`beam: nBest must be from 1 to size, which is ${size}, got ${nBest}. Use a larger size.`);
  }
  for (const name of ["lengthPenalty", "coveragePenalty"] as const) {
    const value = settings[name];
    if (value >= 0 && value < Number.POSITIVE_INFINITY) continue;
    throw new HeedError(`beam: ${name} must be a number of at least 0, got ${value}.`);
  }
  return {
    name: "beam",
    requires: true,
    start(request) {
      if (size <= request.vocabularySize) return new BeamSentence(settings, request);
      throw new HeedError(
        `beam: size must be at most the size of the target vocabulary, which is ${request.vocabularySize}, got ${size}.`,
      );
    },
  };
}
