import { ArgumentError, extensionKind, Registry, shownArgument } from "@heed/core";
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

/**
 * Returns a scorer that is given as it is, or by the name of a built-in one.
 * @throws HeedError when it is neither
 */
export function chosenScorer(given: Scorer | string): Scorer {
  if (typeof given === "string") return findScorer(given);
  if (extensionKind(given) === "scorer") return given;
  throw new ArgumentError(
    `new Attention: scorer must be a scorer from defineScorer(), or a name, got ${shownArgument(given)}.`,
  );
}

/**
 * Returns a normalizer that is given as it is, or by the name of a built-in one.
 * @throws HeedError when it is neither
 */
export function chosenNormalizer(given: Normalizer | string): Normalizer {
  if (typeof given === "string") return findNormalizer(given);
  if (extensionKind(given) === "normalizer") return given;
  throw new ArgumentError(
    `new Attention: normalizer must be a normalizer from defineNormalizer(), or a name, got ${shownArgument(given)}.`,
  );
}
