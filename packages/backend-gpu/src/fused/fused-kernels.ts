import type { FusedKernel } from "@heed/tensor";
import { additiveKernels } from "./additive.js";
import { additiveGruKernels } from "./additive-gru.js";
import { attentionKernels } from "./attention.js";
import { embeddingKernels } from "./embedding.js";
import { gruKernels } from "./gru.js";
import { layers } from "./layers.js";
import { lossKernels } from "./loss.js";
import { lstmKernels } from "./lstm.js";
import { optimizerKernels } from "./optimizer.js";
import { rnnKernels } from "./rnn.js";
import { softmaxFamily } from "./softmax.js";
import type { Toolbox } from "./toolbox.js";

/** Every operation that has a kernel of its own here. */
export function fusedKernels(box: Toolbox): readonly FusedKernel[] {
  return [
    ...softmaxFamily(box),
    ...attentionKernels(box),
    ...additiveKernels(box),
    ...additiveGruKernels(box),
    ...layers(box),
    ...embeddingKernels(box),
    ...lossKernels(box),
    ...rnnKernels(box),
    ...gruKernels(box),
    ...lstmKernels(box),
    ...optimizerKernels(box),
  ];
}
