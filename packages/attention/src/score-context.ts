import { HeedError } from "@heed/core";
import type { Tensor } from "@heed/tensor";
import type { Positions } from "./positions.js";
import type { ScoreContext, Scorer, ScorerSizes } from "./scorer.js";

/** Builds what a scorer may read besides query and keys. Reading something that the scorer does not declare throws. */
export function scoreContext(
  { name, positional, remember }: Scorer,
  sizes: ScorerSizes,
  positions: Positions,
  memory: Tensor | null,
): ScoreContext {
  return {
    sizes,
    get positions() {
      if (!positional) throw new HeedError(`scorer ${name} reads positions: add \`positional: true\` to it.`);
      return positions;
    },
    get memory() {
      if (!remember || !memory) {
        throw new HeedError(`scorer ${name} reads its memory: add \`remember\`, which computes the memory.`);
      }
      return memory;
    },
  };
}
