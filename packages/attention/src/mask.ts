import { didYouMean, HeedError, quoted } from "@heed/core";
import type { Tensor } from "@heed/tensor";
import { type Counts, type Positions, positionsOf } from "./positions.js";

/** Numbers that a mask depends on, by name. */
export type MaskNumbers = Readonly<Record<string, number>>;

/** A rule that says which keys a query may attend, from where both stand. */
export interface MaskDefinition<N extends MaskNumbers> {
  readonly name: string;
  /** One line for lists and docs. */
  readonly summary: string;
  /** Numbers that the rule depends on, with their defaults; none by default. */
  readonly numbers?: N;
  /** Bool, broadcastable to `[b, q, k]`; true = may attend. */
  readonly allow: (positions: Positions, numbers: N) => Tensor;
}

/** Any mask. */
export type Mask = MaskDefinition<MaskNumbers>;

/**
 * Defines a mask; one file in `masks/` is all that a new one takes.
 *
 * @example
 * export const causalMask = defineMask({
 *   name: "causal",
 *   summary: "keys at or before the query",
 *   allow: ({ query, key }) => lessEqual(key, query),
 * });
 */
export function defineMask<N extends MaskNumbers = Record<string, never>>(definition: MaskDefinition<N>): Mask {
  return definition as unknown as Mask;
}

/**
 * The numbers of a mask: its defaults, and what differs from them.
 * @throws HeedError when the mask has no number of such a name
 */
export function maskNumbers({ name, numbers = {} }: Mask, given: MaskNumbers = {}): MaskNumbers {
  const known = Object.keys(numbers);
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return { ...numbers, ...given };
  const has = known.length > 0 ? `Known: ${known.join(", ")}.` : "It has none.";
  throw new HeedError(`mask ${name} has no number ${quoted([unknown])}.${didYouMean(unknown, known)} ${has}`);
}

/**
 * The mask of so many queries and keys: bool, broadcastable to `[b, q, k]`, true = may attend.
 *
 * @param numbers - what differs from the mask's defaults
 * @throws HeedError when the mask has no number of such a name
 * @example
 * const mask = makeMask(causalMask, { queries: 5, keys: 5 }); // [1, 5, 5]
 */
export function makeMask(mask: Mask, counts: Counts, numbers: MaskNumbers = {}): Tensor {
  return mask.allow(positionsOf(counts), maskNumbers(mask, numbers));
}
