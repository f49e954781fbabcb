import { mul, Parameter, scope, sizeOf, slice, sum, type Tensor, tensor } from "@heed/tensor";
import type { Prepared } from "../contestants/contestant.js";
import { values } from "../values.js";

/** Waits until a result is there. A device that works on its own does things in order: what came before is there, too. */
async function readCorner(result: Tensor): Promise<void> {
  if (result.backend.downloadSync) return;
  const corner = scope(() => slice(result.reshape(-1), { axis: 0, start: 0, end: 1 }));
  await corner.data();
  corner.dispose();
}

/**
 * One call a run. The result of a run is freed by the next: there is never more than one.
 *
 * @param call - where it makes more than one tensor, it frees the others itself, as `scope` does
 */
export function forwardKernel(inputs: readonly Tensor[], call: () => Tensor): Prepared {
  let out: Tensor | undefined;
  return {
    run: () => {
      out?.dispose();
      out = call();
      return undefined;
    },
    settle: () => readCorner(out!),
    read: async () => ({ out: await out!.data() }),
    dispose: () => {
      for (const tensor of [...inputs, ...(out ? [out] : [])]) tensor.dispose();
    },
  };
}

/** Forward, and back to every input from a cotangent, which is what the sum of result · cotangent passes on. */
export function gradientKernel(
  inputs: Readonly<Record<string, Tensor>>,
  cotangent: Tensor,
  call: (inputs: readonly Parameter[]) => Tensor,
): Prepared {
  const names = Object.keys(inputs);
  const parameters = names.map((name) => new Parameter(inputs[name]!));
  for (const name of names) inputs[name]!.dispose();
  return {
    run: () => {
      for (const parameter of parameters) parameter.zeroGrad();
      scope(() => sum(mul(call(parameters), cotangent)).backward());
      return undefined;
    },
    settle: () => readCorner(parameters[0]!.grad!),
    read: async () =>
      Object.fromEntries(await Promise.all(names.map(async (name, i) => [name, await parameters[i]!.grad!.data()]))),
    dispose: () => {
      for (const tensor of [...parameters, cotangent]) tensor.dispose();
    },
  };
}

/** Input number `seed` of a work. */
export function input(seed: number, shape: readonly number[], scale: number): Tensor {
  return tensor(values(seed, sizeOf(shape), scale), { shape });
}
