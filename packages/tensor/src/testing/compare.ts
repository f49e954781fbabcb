import { CheckError } from "@heed/core/testing";
import { formatShape, type Shape, type Tensor, type TensorData } from "../index.js";

/** Values on the host together with their shape. */
export interface HostTensor {
  readonly shape: Shape;
  readonly values: ArrayLike<number>;
}

/** Reads a tensor. */
export async function toHost(tensor: Tensor): Promise<HostTensor> {
  return { shape: tensor.shape, values: await tensor.data() };
}

/**
 * Compares two tensors; a difference may be `tolerance` times the largest expected magnitude (at least 1).
 * @throws CheckError naming the worst element
 */
export function assertClose(what: string, actual: HostTensor, expected: HostTensor, tolerance: number): void {
  if (formatShape(actual.shape) !== formatShape(expected.shape) || actual.values.length !== expected.values.length) {
    throw new CheckError(
      `${what}: the shape is ${formatShape(actual.shape)} instead of ${formatShape(expected.shape)}.`,
    );
  }
  let scale = 1;
  for (let i = 0; i < expected.values.length; i++) {
    const magnitude = Math.abs(expected.values[i]!);
    if (magnitude > scale && magnitude !== Number.POSITIVE_INFINITY) scale = magnitude;
  }
  let worst = -1;
  let largest = tolerance * scale;
  for (let i = 0; i < expected.values.length; i++) {
    if (Object.is(actual.values[i], expected.values[i]) || actual.values[i] === expected.values[i]) continue;
    const difference = Math.abs(actual.values[i]! - expected.values[i]!);
    if (!(difference <= largest)) {
      worst = i;
      largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    }
  }
  if (worst >= 0) {
    throw new CheckError(
      `${what}: element ${worst} of ${formatShape(expected.shape)} is ${actual.values[worst]}, expected ${expected.values[worst]} (difference ${largest.toExponential(2)}, allowed ${(tolerance * scale).toExponential(2)}).`,
    );
  }
}

/** Values of a typed array with a shape. */
export function host(values: TensorData | readonly number[], shape: Shape): HostTensor {
  return { values, shape };
}
