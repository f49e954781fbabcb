import { didYouMean, HeedError, quoted } from "@heed/tensor";
import type { Mask } from "./mask.js";
import { builtInMasks } from "./masks/index.js";
import type { Normalizer } from "./normalizer.js";
import { builtInNormalizers } from "./normalizers/index.js";
import type { Scorer } from "./scorer.js";
import { builtInScorers } from "./scorers/index.js";

/**
 * The scorer of a name or alias.
 * @throws HeedError naming the scorers there are
 */
export function findScorer(name: string, scorers: readonly Scorer[] = builtInScorers): Scorer {
  return findByName("scorer", name, scorers);
}

/**
 * The normaliser of a name.
 * @throws HeedError naming the normalisers there are
 */
export function findNormalizer(name: string, normalizers: readonly Normalizer[] = builtInNormalizers): Normalizer {
  return findByName("normalizer", name, normalizers);
}

/**
 * The mask of a name.
 * @throws HeedError naming the masks there are
 */
export function findMask(name: string, masks: readonly Mask[] = builtInMasks): Mask {
  return findByName("mask", name, masks);
}

function findByName<T extends { readonly name: string; readonly aliases?: readonly string[] }>(
  kind: string,
  name: string,
  known: readonly T[],
): T {
  const found = known.find((item) => item.name === name || item.aliases?.includes(name));
  if (found) return found;
  const names = known.flatMap((item) => [item.name, ...(item.aliases ?? [])]);
  throw new HeedError(
    `There is no ${kind} ${quoted([name])}.${didYouMean(name, names)} Known: ${known.map((item) => item.name).join(", ")}.`,
  );
}
