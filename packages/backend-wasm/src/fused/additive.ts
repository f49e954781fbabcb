import type { FusedKernel } from "@heed/tensor";
import { additiveGruKernel } from "./additive-gru.js";
import { additiveScoresKernel } from "./additive-scores.js";
import type { Toolbox } from "./toolbox.js";

/** additiveScores, and additiveGru: a whole decoder around them. */
export function additiveKernels(box: Toolbox): FusedKernel[] {
  return [additiveScoresKernel(box), additiveGruKernel(box)];
}
