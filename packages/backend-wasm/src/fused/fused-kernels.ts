import type { FusedKernel } from "@heed/tensor";
import { additiveGruKernel } from "./additive-gru.js";
import { additiveScoresKernel } from "./additive-scores.js";
import { gruKernels } from "./gru.js";
import { layers } from "./layers.js";
import { loss } from "./loss.js";
import { lstmKernels } from "./lstm.js";
import { optimizer } from "./optimizer.js";
import { rnnKernels } from "./rnn.js";
import { softmaxFamily } from "./softmax.js";
import type { Toolbox } from "./toolbox.js";
import { topKKernel } from "./top-k.js";
import { unstacking } from "./unstack.js";
import { otherWeights } from "./weights.js";

/** Every operation that this backend has a kernel of its own for. */
export function fusedKernels(box: Toolbox): readonly FusedKernel[] {
  const recurrent = [gruKernels, lstmKernels, rnnKernels, additiveKernels];
  const families = [layers, softmaxFamily, otherWeights, loss, ...recurrent, optimizer, unstacking, topKKernel];
  return families.flatMap((family) => family(box));
}

/** additiveScores, and additiveGru: a whole decoder around them. */
function additiveKernels(box: Toolbox): FusedKernel[] {
  return [additiveScoresKernel(box), additiveGruKernel(box)];
}
