import { HeedError } from "@heed/core";
import type { Tensor } from "@heed/tensor";
import type { Positions } from "./positions.js";
import type { Scorer, ScorerSizes, Surroundings } from "./scorer.js";

/** What a scorer may know; it throws when the scorer looks at something that it has not declared. */
export function surroundingsOf(
  { name, positional, remember }: Scorer,
  sizes: ScorerSizes,
  positions: Positions,
  memory: Tensor | null,
): Surroundings {
  return {
    sizes,
    get positions() {
      if (!positional) throw new HeedError(`scorer ${name} looks at positions: say \`positional: true\` in it.`);
      return positions;
    },
    get memory() {
      if (!remember || !memory) {
        throw new HeedError(`scorer ${name} looks at its memory: say in \`remember\` what it remembers.`);
      }
      return memory;
    },
  };
}
