import { concat, slice, type Tensor } from "@heed/tensor";

/** The entries at `indices` along an axis, in that order. */
export function pick(x: Tensor, axis: number, indices: readonly number[]): Tensor {
  return concat(
    indices.map((index) => slice(x, { axis, start: index, end: index + 1 })),
    { axis },
  );
}

/** The indices 0 … count − 1 in another order, where there is one. */
export function shuffled(count: number): number[] {
  const indices = Array.from({ length: count }, (_, index) => index);
  return [...indices.filter((index) => index % 2 === 1).reverse(), ...indices.filter((index) => index % 2 === 0)];
}
