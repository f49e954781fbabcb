import { beam } from "./beam.js";
import type { Search } from "./search.js";

/**
 * Greedy search: the most probable token at each step. It is a beam of size 1; the score is the log-probability.
 *
 * @example
 * const [{ hypotheses }] = await generate(model, source, greedy(), { maxLength: 20 });
 */
export function greedy(): Search {
  return { ...beam({ size: 1, lengthPenalty: 0 }), name: "greedy" };
}
