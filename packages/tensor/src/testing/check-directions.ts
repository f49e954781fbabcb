import { CheckError } from "@heed/core/testing";
import { Draw, type Parameter, scope, type Tensor, tensor, valueAndGrad } from "../index.js";
import type { GradientCheckOptions } from "./check-gradients.js";

/**
 * Compares the gradient of a scalar function with a central difference along one random direction for each parameter: two
 * calls a parameter, whatever its size. Use it where {@link checkGradients} is too slow, on `cpu({ precision: "f64" })`.
 *
 * @param fn - makes the scalar from the parameters; must be deterministic
 * @throws CheckError naming the parameter
 * @example
 * await checkDirections(() => sum(tanh(w)), { w });
 */
export async function checkDirections(
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
  const draw = new Draw(17);
  for (const [index, [name, parameter]] of entries.entries()) {
    const original = await parameter.data();
    const drawn = draw.randn(...parameter.shape);
    const raw = await drawn.data();
    drawn.dispose();
    const length = Math.hypot(...raw) || 1;
    const valueAt = async (distance: number): Promise<number> => {
      const moved = tensor(
        Float64Array.from(original, (value, i) => value + (distance * raw[i]!) / length),
        { shape: parameter.shape },
      );
      parameter.assign(moved);
      moved.dispose();
      const value = scope(fn);
      const number = await value.item();
      value.dispose();
      return number;
    };
    const numeric = ((await valueAt(step)) - (await valueAt(-step))) / (2 * step);
    await valueAt(0);
    const gradient = await gradients[index]?.data();
    gradients[index]?.dispose();
    let analytic = 0;
    let size = 0;
    for (let i = 0; gradient && i < gradient.length; i++) {
      analytic += (gradient[i]! * raw[i]!) / length;
      size = Math.max(size, Math.abs(gradient[i]!));
    }
    const allowed = tolerance * Math.max(1, size);
    if (Math.abs(analytic - numeric) <= allowed) continue;
    throw new CheckError(
      `gradient for ${name}, along a random direction: ${analytic}, expected ${numeric} by central differences (allowed difference ${allowed.toExponential(2)}).`,
    );
  }
}
