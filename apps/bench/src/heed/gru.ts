import { gru, scope, zeros } from "@heed/tensor";
import type { Prepared } from "../contestants/contestant.js";
import type { GruWork } from "../work.js";
import { forwardKernel, gradientKernel, input } from "./kernel.js";

export function prepareGru({ b, t, i, h, backward }: GruWork): Prepared {
  const scale = 2 / Math.sqrt(h);
  const weights = {
    dWeightIh: input(2, [3 * h, i], scale),
    dWeightHh: input(3, [3 * h, h], scale),
    dBiasIh: input(4, [3 * h], scale),
    dBiasHh: input(5, [3 * h], scale),
  };
  const dX = input(1, [b, t, i], 2);
  const hidden = zeros([b, h]);
  if (!backward) {
    const { dWeightIh, dWeightHh, dBiasIh, dBiasHh } = weights;
    return forwardKernel([dX, hidden, ...Object.values(weights)], () =>
      scope(() => gru(dX, hidden, dWeightIh, dWeightHh, dBiasIh, dBiasHh, null, {})[0]),
    );
  }
  return gradientKernel(
    { dX, ...weights },
    input(6, [b, t, h], 2),
    ([x, weightIh, weightHh, biasIh, biasHh]) => gru(x!, hidden, weightIh!, weightHh!, biasIh!, biasHh!, null, {})[0],
  );
}
