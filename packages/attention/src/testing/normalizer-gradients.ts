import { mul, Parameter, sum, type Tensor, valueAndGrad, zeros } from "@heed/tensor";
import { CheckError, checkDirections, checkGradients, type HostTensor, toHost } from "@heed/tensor/testing";
import { assertFinite } from "./assert-finite.js";
import type { NormalizerTrial } from "./normalizer-trial.js";

/** Central differences, without a mask and with one; where the gradient is not the derivative, it must still exist. */
export async function checkAllGradients(trial: NormalizerTrial): Promise<void> {
  const { normalizer, scores: drawn, mask, draw, sample } = trial;
  const cotangent = draw.randn(...drawn.shape);
  const check = drawn.size > 60 ? checkDirections : checkGradients;
  for (const [name, rule] of [
    ["scores", null],
    ["masked scores", mask],
  ] as const) {
    const scores = new Parameter(drawn);
    const weigh = (): Tensor => sum(mul(normalizer.normalize(scores, rule), cotangent));
    if (normalizer.exactGradient === false) {
      const [gradient] = valueAndGrad(weigh, [scores]).gradients;
      if (!gradient) throw new CheckError(`there is no gradient for ${name}: the weights do not depend on them.`);
      await assertFinite(`the gradient for ${name}`, gradient);
      const values = await gradient.data();
      // With a mask, one key may be all that a query may attend.
      if (!rule && sample.k > 1 && values.every((value) => value === 0))
        throw new CheckError(`the gradient for ${name} is 0 everywhere: nothing can be learned.`);
    } else await check(weigh, { [name]: scores });
  }
}

/** Weights and gradient, to be compared with those of another backend. */
export async function resultsOf(trial: NormalizerTrial): Promise<Record<string, HostTensor>> {
  const { normalizer, scores, mask, draw } = trial;
  const cotangent = draw.randn(...scores.shape);
  const made: Record<string, Tensor> = {};
  for (const [name, rule] of [
    ["scores", null],
    ["masked scores", mask],
  ] as const) {
    const parameter = new Parameter(scores);
    made[`the weights of ${name}`] = normalizer.normalize(parameter, rule);
    made[`the gradient for ${name}`] = gradientFor(parameter, () => normalizer.normalize(parameter, rule), cotangent);
  }
  return Object.fromEntries(await Promise.all(Object.entries(made).map(async ([name, x]) => [name, await toHost(x)])));
}

/** The gradient of the weights, times a cotangent, for the scores; zeros where there is none. */
export function gradientFor(scores: Parameter, weigh: () => Tensor, cotangent: Tensor): Tensor {
  const { gradients } = valueAndGrad(() => sum(mul(weigh(), cotangent)), [scores]);
  return gradients[0] ?? zeros(scores.shape);
}
