import { Registry } from "@heed/core";
import type { Mask } from "./mask.js";
import { builtInMasks } from "./masks/index.js";
import type { Normalizer } from "./normalizer.js";
import { builtInNormalizers } from "./normalizers/index.js";
import type { Scorer } from "./scorer.js";
import { builtInScorers } from "./scorers/index.js";

/**
 * Returns the scorer with a name or alias.
 * @throws UnknownNameError when there is none; the message lists all names
 */
export function findScorer(name: string, scorers: readonly Scorer[] = builtInScorers): Scorer {
  return new Registry("scorer", scorers).get(name);
}

/**
 * Returns the normalizer with a name.
 * @throws UnknownNameError when there is none; the message lists all names
 */
export function findNormalizer(name: string, normalizers: readonly Normalizer[] = builtInNormalizers): Normalizer {
  return new Registry("normalizer", normalizers).get(name);
}

/**
 * Returns the mask with a name.
 * @throws UnknownNameError when there is none; the message lists all names
 */
export function findMask(name: string, masks: readonly Mask[] = builtInMasks): Mask {
  return new Registry("mask", masks).get(name);
}
