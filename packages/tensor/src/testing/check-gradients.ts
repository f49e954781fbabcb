import { type Parameter, scope, type Tensor, tensor, valueAndGrad, zeros } from "../index.js";
import { assertClose, host } from "./compare.js";

/** How finely and how strictly gradients are compared. */
export interface GradientCheckOptions {
  /** Distance of the two points of a central difference; by default 1e-5. */
  readonly step?: number;
  /** Allowed difference relative to the largest gradient (at least 1); by default 1e-7, which needs an f64 backend. */
  readonly tolerance?: number;
}

/**
 * Compares the gradient of a scalar function with central differences, element by element. Use it on
 * `cpu({ precision: "f64" })`: in f32 differences are too coarse.
 *
 * @param fn - makes the scalar from the parameters; must be deterministic
 * @throws CheckError naming the parameter and the element
 * @example
 * await checkGradients(() => sum(tanh(w)), { w });
 */
export async function checkGradients(
  fn: () => Tensor,
  parameters: Readonly<Record<string, Parameter>>,
  { step = 1e-5, tolerance = 1e-7 }: GradientCheckOptions = {},
): Promise<void> {
  const entries = Object.entries(parameters);
  const { gradients } = scope(() =>
    valueAndGrad(
      fn,
      entries.map(([, parameter]) => parameter),
    ),
  );
  const valueAt = async (parameter: Parameter, values: Float64Array): Promise<number> => {
    const moved = tensor(values, { shape: parameter.shape });
    parameter.assign(moved);
    moved.dispose();
    const value = scope(fn);
    const number = await value.item();
    value.dispose();
    return number;
  };
  for (const [index, [name, parameter]] of entries.entries()) {
    const original = Float64Array.from(await parameter.data());
    const numeric = new Float64Array(original.length);
    for (let i = 0; i < original.length; i++) {
      const above = await valueAt(parameter, original.with(i, original[i]! + step));
      const below = await valueAt(parameter, original.with(i, original[i]! - step));
      numeric[i] = (above - below) / (2 * step);
    }
    await valueAt(parameter, original);
    const analytic = gradients[index] ?? zeros(parameter.shape, parameter.backend);
    assertClose(
      `gradient for ${name}, against central differences`,
      host(await analytic.data(), parameter.shape),
      host(numeric, parameter.shape),
      tolerance,
    );
    analytic.dispose();
  }
}
