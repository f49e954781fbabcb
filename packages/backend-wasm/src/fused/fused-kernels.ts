import type { FusedKernel } from "@heed/tensor";
import { gruKernels } from "./gru.js";
import { layers } from "./layers.js";
import { loss } from "./loss.js";
import { lstmKernels } from "./lstm.js";
import { optimizer } from "./optimizer.js";
import { rnnKernels } from "./rnn.js";
import { softmaxFamily } from "./softmax.js";
import type { Toolbox } from "./toolbox.js";
import { unstacking } from "./unstack.js";

/** Every operation that this backend has a kernel of its own for. */
export function fusedKernels(box: Toolbox): readonly FusedKernel[] {
  const families = [layers, softmaxFamily, loss, gruKernels, lstmKernels, rnnKernels, optimizer, unstacking];
  return families.flatMap((family) => family(box));
}
