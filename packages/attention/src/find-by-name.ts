import { Registry } from "@heed/core";
import type { Mask } from "./mask.js";
import { builtInMasks } from "./masks/index.js";
import type { Normalizer } from "./normalizer.js";
import { builtInNormalizers } from "./normalizers/index.js";
import type { Scorer } from "./scorer.js";
import { builtInScorers } from "./scorers/index.js";

/**
 * Returns the scorer with a name or alias.
 *
 * @param extra - scorers besides the built-in ones
 * @throws UnknownNameError when there is none; the message lists all names
 */
export function findScorer(name: string, extra: readonly Scorer[] = []): Scorer {
  return new Registry<Scorer>("scorer", [...builtInScorers, ...extra]).get(name);
}

/**
 * Returns the normalizer with a name.
 *
 * @param extra - normalizers besides the built-in ones
 * @throws UnknownNameError when there is none; the message lists all names
 */
export function findNormalizer(name: string, extra: readonly Normalizer[] = []): Normalizer {
  return new Registry<Normalizer>("normalizer", [...builtInNormalizers, ...extra]).get(name);
}

/**
 * Returns the mask with a name.
 *
 * @param extra - masks besides the built-in ones
 * @throws UnknownNameError when there is none; the message lists all names
 */
export function findMask(name: string, extra: readonly Mask[] = []): Mask {
  return new Registry<Mask>("mask", [...builtInMasks, ...extra]).get(name);
}
