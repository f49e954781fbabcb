import { checkOptionKinds, optionRules } from "@heed/core";
import type { BeamOptions, BeamSettings } from "./beam-options.js";
import { BeamSentence } from "./beam-sentence.js";
import { lengthPenaltyKinds } from "./penalties.js";
import type { Search } from "./search.js";
import { SearchError } from "./search-error.js";

const rules = optionRules<BeamOptions>({
  size: "integer",
  "nBest?": "integer",
  "lengthPenalty?": "number",
  "lengthPenaltyKind?": lengthPenaltyKinds,
  "coveragePenalty?": "number",
  "earlyStopping?": "boolean",
});

/**
 * Beam search: at each step the `size` most probable beginnings are kept. Size 1 is greedy search. Phrases that must occur
 * are placed by dynamic beam allocation.
 *
 * Source: Wu et al. 2016, arXiv:1609.08144, section 7 (penalties); Post and Vilar 2018, arXiv:1804.06609 (phrases).
 *
 * @throws SearchError when an option is out of range
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
  if (size < 1) throw new SearchError(`beam: size must be at least 1, got ${size}. Size 1 is greedy search.`);
  if (nBest < 1 || nBest > size) {
    throw new SearchError(`beam: nBest must be from 1 to size, which is ${size}, got ${nBest}. Use a larger size.`);
  }
  for (const name of ["lengthPenalty", "coveragePenalty"] as const) {
    const value = settings[name];
    if (value >= 0 && value < Number.POSITIVE_INFINITY) continue;
    throw new SearchError(`beam: ${name} must be a number of at least 0, got ${value}.`);
  }
  return {
    name: "beam",
    requires: true,
    start(request) {
      if (size <= request.vocabularySize) return new BeamSentence(settings, request);
      throw new SearchError(
        `beam: size must be at most the size of the target vocabulary, which is ${request.vocabularySize}, got ${size}.`,
      );
    },
  };
}
