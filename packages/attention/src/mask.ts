import { defineExtension, didYouMean, type Extension, HeedError, type Named, quoted } from "@heed/core";
import { formatShape, isTensor, ShapeError, type Tensor } from "@heed/tensor";
import { type Counts, type Positions, positionsOf } from "./positions.js";
import { described } from "./read-scores.js";

/** Numbers that a mask depends on, by name. */
export type MaskOptions = Readonly<Record<string, number>>;

/** A rule that decides, from their positions, which keys a query may attend. */
export interface MaskDefinition<O extends MaskOptions> extends Named {
  /** One line for lists and docs. */
  readonly summary: string;
  /** Options with their defaults; default: none. */
  readonly options?: O;
  /** Bool, broadcastable to `[b, q, k]`; true = may attend. */
  readonly allow: (positions: Positions, options: O) => Tensor;
}

/** Any mask. */
export type Mask = MaskDefinition<MaskOptions> & Extension<"mask">;

/**
 * Defines a mask. A new mask is one file in `masks/`.
 *
 * @throws HeedError when a field is missing or wrong
 * @example
 * export const causalMask = defineMask({
 *   name: "causal",
 *   summary: "keys at or before the query",
 *   allow: ({ query, key }) => lessEqual(key, query),
 * });
 */
export function defineMask<O extends MaskOptions = Record<string, never>>(definition: MaskDefinition<O>): Mask {
  return defineExtension("mask", definition as unknown as MaskDefinition<MaskOptions>, {
    summary: "text",
    options: "object?",
    allow: "function",
  });
}

/**
 * Returns the options of a mask: its defaults, overridden by the given ones.
 * @throws HeedError when the mask does not have a given option
 */
export function maskOptions({ name, options = {} }: Mask, given: MaskOptions = {}): MaskOptions {
  const known = Object.keys(options);
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return { ...options, ...given };
  const has = known.length > 0 ? `Known: ${known.join(", ")}.` : "It has none.";
  throw new HeedError(`mask ${name} has no option ${quoted([unknown])}.${didYouMean(unknown, known)} ${has}`);
}

/**
 * Builds a mask tensor: bool, broadcastable to `[b, q, k]`, true = may attend.
 *
 * @param options - the options that differ from the mask's defaults
 * @throws HeedError when the mask does not have a given option
 * @example
 * const mask = makeMask(causalMask, { queries: 5, keys: 5 }); // [1, 5, 5]
 */
export function makeMask(mask: Mask, counts: Counts, options: MaskOptions = {}): Tensor {
  return applyMask(mask, positionsOf(counts), maskOptions(mask, options), [counts.queries ?? 1, counts.keys]);
}

/**
 * Calls the rule of a mask, and checks what it returns.
 *
 * @param counts - the number of queries and of keys
 * @throws HeedError, ShapeError when it does not return a bool tensor that is broadcastable to `[b, q, k]`
 */
export function applyMask(
  mask: Mask,
  positions: Positions,
  options: MaskOptions,
  counts: readonly [queries: number, keys: number],
): Tensor {
  const { name } = mask;
  const allowed = mask.allow(positions, options);
  if (!isTensor(allowed) || allowed.dtype !== "bool") {
    const got = isTensor(allowed) ? allowed.dtype : described(allowed);
    throw new HeedError(`mask ${name}: allow must return a bool tensor (true = may attend), got ${got}.`);
  }
  const { shape } = allowed;
  const fits = [shape.at(-2), shape.at(-1)].every((size = 1, i) => size === 1 || size === counts[i]);
  if (fits && shape.length <= 3) return allowed;
  throw new ShapeError(
    `mask ${name}: allow must return [b, q, k] = [b, ${counts.join(", ")}], where a size may be 1, got ${formatShape(shape)}.`,
  );
}
