import { ArgumentError, shownArgument } from "@heed/core";
import {
  add,
  div,
  keep,
  minimum,
  mul,
  noGrad,
  type Parameter,
  scope,
  sqrt,
  sum,
  type Tensor,
  zeros,
} from "@heed/tensor";
import { checkRange } from "./check-options.js";

/**
 * Shrinks all gradients together so that their common norm is at most `maxNorm`: n = √Σ g², g ← g · min(1, maxNorm /
 * (n + 1e-6)). On the device; nothing is read back.
 *
 * Squares of gradients above about 1.8e19 overflow f32: the norm is then infinite and the gradients become 0 or NaN.
 * PyTorch: `clip_grad_norm_`. Source: Pascanu et al. 2013, algorithm 1.
 *
 * @param parameters - those without a gradient are passed over
 * @param maxNorm - above 0
 * @returns the norm before clipping, a scalar `[]`
 * @throws HeedError when `maxNorm` is not above 0
 * @example
 * clipGradNorm(model.parameters().values(), 1);
 */
export function clipGradNorm(parameters: Iterable<Parameter>, maxNorm: number): Tensor {
  checkRange("clipGradNorm", "maxNorm", maxNorm, "above 0", maxNorm > 0);
  if (typeof parameters?.[Symbol.iterator] !== "function") {
    throw new ArgumentError(
      `clipGradNorm: parameters must be a list of parameters, such as model.parameters().values(), got ${shownArgument(parameters)}.`,
    );
  }
  return scope(() =>
    noGrad(() => {
      const withGradient = [...parameters].filter((parameter) => parameter.grad !== null);
      const squares = withGradient.map(({ grad }) => sum(mul(grad!, grad!)));
      const norm = squares.length > 0 ? sqrt(squares.reduce((a, b) => add(a, b))) : zeros([]);
      const factor = minimum(div(maxNorm, add(norm, 1e-6)), 1);
      for (const parameter of withGradient) {
        const before = parameter.grad!;
        parameter.grad = keep(mul(before, factor));
        before.dispose();
      }
      return norm;
    }),
  );
}
